"""Forms as they are read: each answered question on one line, with its flags, its queries and what is new of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ecrf.reads.queries import QueryFacts
from ecrf.reads.reading import RecordRead
from ecrf.reads.reading_pages import Reading
from ecrf.reads.trailed_values import Trailed
from ecrf.web.presenting.item_plans import ItemPlan
from ecrf.web.presenting.plans import FormPlan, plan_of
from ecrf.web.presenting.sheets import said
from ecrf.web.presenting.signs import fixed
from forms.datum import EMPTY, Datum
from forms.definitions import Form
from forms.numerals import fraction_of

_FLAGS = {"LL": "low", "L": "low", "H": "high", "HH": "high"}
_GRADES = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class Line:
    """One question: `said` the answer in words (`is_missing` where it is the reason for none), `chosen` and `options`
    of a question with few answers; `flag` high, low or empty with what stands beside its mark; `is_new` since the last
    look, and `was` the answer then."""

    name: str
    label: str
    said: str
    is_missing: bool
    options: tuple[tuple[str, str], ...]
    chosen: str
    flag: str
    flag_text: str
    xuln: str
    grade: str
    significance: str
    is_computed: bool
    entries: int
    is_new: bool
    was: str
    queries: tuple[QueryFacts, ...]


@dataclass(frozen=True)
class Part:
    """One section of a record with its lines."""

    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class RecordReading:
    """One record: the form itself (row 0) or a row, with the queries on it as a whole, and how much of it is new."""

    id: str
    row: int
    state: str
    version: str
    is_gone: bool
    parts: tuple[Part, ...]
    queries: tuple[QueryFacts, ...]
    items: tuple[tuple[str, str], ...]
    news: int


Readings = dict[tuple[str, int, str], tuple[RecordReading, ...]]
"""The records of each form by its event, instance and OID."""


def readings_of(page: Reading, language: str) -> Readings:
    """All that stands on a page, in a language."""
    return {
        (form.line.event, form.line.instance, form.line.form):
            tuple(record_reading(record, language) for record in form.records)
        for form in page.forms
    }  # fmt: skip


def record_reading(record: RecordRead, language: str) -> RecordReading:
    """One record as it is read in a language."""
    plan = plan_of(record.study, record.form, language)
    asked = _by_line(record.queries, plan)
    parts = tuple(_parts(record, plan, asked))
    there = (name for group in plan.groups for name in group.items if name not in record.absent)
    items = tuple((name, plan.items[name].label) for name in there)
    news = sum(line.is_new for part in parts for line in part.lines)
    return RecordReading(
        record.id, record.row, record.state, record.study.version, record.state in ("removed", "not_done"), parts,
        tuple(asked.get("", ())), items, news,
    )  # fmt: skip


def _by_line(queries: Iterable[QueryFacts], plan: FormPlan) -> dict[str, list[QueryFacts]]:
    """The queries by the line under which they stand; those on no line under the record as a whole."""
    found: dict[str, list[QueryFacts]] = {}
    for query in queries:
        found.setdefault(plan.anchors.get(query.item or "", ""), []).append(query)
    return found


def _parts(record: RecordRead, plan: FormPlan, asked: Mapping[str, list[QueryFacts]]) -> Iterable[Part]:
    own = _own(plan.form, record.row)
    for group in plan.groups:
        names = [name for name in group.items if name in own and name not in record.absent]
        lines = (_line(record, plan, name, tuple(asked.get(name, ()))) for name in names)
        told = tuple(line for line in lines if line is not None)
        if told:
            yield Part(group.label, told)


def _own(form: Form, row: int) -> set[str]:
    """The items of a record: on a repeating form those of each row, or those of the form itself."""
    if not form.repeating:
        return set(form.items)
    of_rows = [group for group in form.groups if group.repeating] or list(form.groups)
    in_rows = {item for group in of_rows for item in group.items}
    return in_rows if row else set(form.items) - in_rows


def _line(record: RecordRead, plan: FormPlan, name: str, queries: tuple[QueryFacts, ...]) -> Line | None:
    """The line of an item; None for one that was not asked: conditional or computed, without an answer."""
    item, datum = plan.items[name], record.values.get(name, EMPTY)
    moved = record.was or {}
    if datum.is_empty and not queries and name not in moved and (item.is_conditional or item.kind == "computed"):
        return None
    own = plan.companions.get(name, {})
    flag = _text(record, own.get("NRIND"))
    return Line(
        name, item.label, said(plan, item, datum), datum.text is None and datum.missing is not None,
        item.options if item.kind == "segment" else (), datum.text or "", _FLAGS.get(flag, ""), flag,
        _multiple(record, own.get("XULN")), grade if (grade := _text(record, own.get("TOXGR"))) in _GRADES else "",
        _said(record, plan, own.get("CS")), item.kind == "computed", (record.entries or {}).get(name, 0),
        name in moved, _before(plan, item, moved.get(name)), queries,
    )  # fmt: skip


def _text(record: RecordRead, item: str | None) -> str:
    return (record.values.get(item, EMPTY).text or "") if item else ""


def _said(record: RecordRead, plan: FormPlan, item: str | None) -> str:
    return said(plan, plan.items[item], record.values.get(item, EMPTY)) if item else ""


def _multiple(record: RecordRead, item: str | None) -> str:
    datum = record.values.get(item, EMPTY) if item else EMPTY
    number = fraction_of(datum.text or "")
    return f"{datum.comparator or ''}{fixed(number, 2)}" if isinstance(number, Fraction) else ""


def _before(plan: FormPlan, item: ItemPlan, was: Trailed | None) -> str:
    """The answer at the last look; empty where there was none."""
    return said(plan, item, Datum(was.value, was.unit, was.comparator, was.missing)) if was else ""
