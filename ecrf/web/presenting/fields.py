"""One item as the page shows it: what its control holds, what is saved, what is wrong, what stands under it."""

import re
from dataclasses import dataclass

from ecrf.reads.forms import FormHold, FormQuery
from ecrf.web.presenting.cards import Card, card_of
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.item_plans import ItemPlan
from ecrf.web.presenting.sheets import Sheet
from forms.datum import Datum
from forms.findings import Refusal

_FIRST_SENTENCE = re.compile(r"(\. |。|$)")


@dataclass(frozen=True)
class Refused:
    """A value that was not accepted: `what` happened, in the first sentence, why and what to do, and what the record
    holds instead."""

    what: str
    message: str
    held: str


@dataclass(frozen=True)
class Mark:
    """One mark beside a value: a query's state with the place where it stands."""

    state: str
    number: int
    url: str


@dataclass(frozen=True)
class Field:
    """One item. `said` is the saved value as text, `value` to `missing` what the controls hold, `described` the ids of
    what describes the control, `codes` the chosen ones of several, `why_missing` the reason that stands for a value."""

    plan: ItemPlan
    name: str
    value: str
    unit: str
    comparator: str
    missing: str
    codes: tuple[str, ...]
    said: str
    is_writable: bool
    is_required: bool
    is_changed: bool
    is_shown: bool
    is_stale: bool
    described: str
    refused: Refused | None = None
    cards: tuple[Card, ...] = ()
    marks: tuple[Mark, ...] = ()
    entries: int = 0
    hold: FormHold | None = None
    why_missing: str = ""
    hint: str = ""

    @property
    def has_marks(self) -> bool:
        """Whether anything stands beside the label."""
        return bool(self.marks or self.entries or self.hold or self.is_stale)

    @property
    def day_part(self) -> str:
        """What stands before the T of a date and time."""
        return self.value.partition("T")[0]

    @property
    def time_part(self) -> str:
        """What stands behind the T of a date and time."""
        return self.value.partition("T")[2]


def companion_of(sheet: Sheet, name: str) -> Field:
    """The field of an item that stands in another's row: its control alone, marks and findings being that row's."""
    plan, datum = sheet.plan.items[name], sheet.displayed(name)
    refusal = sheet.typing.refused.get(name)
    return Field(
        plan, name, datum.text or "", "", "", "", (), sheet.said(name, sheet.stored(name)), is_writable=True,
        is_required=False, is_changed=False, is_shown=True, is_stale=False, described="",
        refused=refused_of(sheet, name, refusal),
    )  # fmt: skip


def field_of(sheet: Sheet, name: str) -> Field:
    """The field of one item of the form."""
    plan, facts = sheet.plan.items[name], sheet.facts
    datum, hold = sheet.displayed(name), sheet.hold_on(name)
    refusal = sheet.typing.refused.get(name)
    queries, hint = sheet.queries_at(name), _hint(sheet, plan)
    if not queries and refusal is None and hold is None:
        return _plain(sheet, plan, datum, hint)
    unsettled = sorted((query for query in queries if query.state != "closed"), key=_weight)
    cards = tuple(card_of(sheet, query) for query in unsettled)
    expanded = tuple(card for card in cards if card.is_expanded)
    return Field(
        plan=plan, name=name, value=datum.text or "", unit=datum.unit or _offered_unit(sheet, name),
        comparator=datum.comparator or "", missing=datum.missing or "", codes=tuple((datum.text or "").split()),
        said=sheet.said(name, sheet.stored(name)),
        is_writable=facts.is_writable and hold is None and plan.kind != "computed",
        is_required=name in facts.required, is_changed=sheet.is_changed(name),
        is_shown=sheet.is_shown(name), is_stale=name in facts.stale,
        hint=hint,
        described=_described(name, hint, refusal, expanded), refused=refused_of(sheet, name, refusal), cards=expanded,
        marks=tuple(Mark(query.state, query.number, _where(query.id, query.number, expanded)) for query in queries),
        entries=(facts.entries or {}).get(name, 0), hold=hold, why_missing=_why_missing(sheet, datum),
    )  # fmt: skip


def _plain(sheet: Sheet, plan: ItemPlan, datum: Datum, hint: str) -> Field:
    """The field of an item about which nothing is asked: most of a page."""
    facts, name = sheet.facts, plan.name
    return Field(
        plan, name, datum.text or "", datum.unit or _offered_unit(sheet, name), datum.comparator or "",
        datum.missing or "", tuple((datum.text or "").split()) if plan.kind == "codes" else (),
        sheet.said(name, sheet.stored(name)), is_writable=facts.is_writable and plan.kind != "computed",
        is_required=name in facts.required, is_changed=sheet.is_changed(name),
        is_shown=sheet.is_shown(name), is_stale=name in facts.stale,
        hint=hint, described=f"h-{name}" if hint else "", entries=(facts.entries or {}).get(name, 0),
        why_missing=_why_missing(sheet, datum),
    )  # fmt: skip


def _why_missing(sheet: Sheet, datum: Datum) -> str:
    return sheet.plan.reason_of(datum.missing) if datum.missing and not datum.text else ""


def _offered_unit(sheet: Sheet, name: str) -> str:
    """The unit a control offers before anybody chose one: that of the laboratory's range, else the item's first."""
    units = sheet.plan.items[name].units
    row = sheet.facts.ranges.get(name) if units else None
    return row.unit if row and row.unit in dict(units) else units[0][0] if units else ""


def refused_of(sheet: Sheet, name: str, refusal: Refusal | None) -> Refused | None:
    """A refusal in the reader's language."""
    if refusal is None:
        return None
    what, end, rest = _FIRST_SENTENCE.split(refusal.message.said_in(sheet.language), maxsplit=1)
    return Refused(what + end.strip(), rest, sheet.said(name, sheet.stored(name)))


def _weight(query: FormQuery) -> tuple[bool, bool, int]:
    """What holds enrolment first, then the findings of checks, then people's questions."""
    return query.gate is None, query.check is None, query.number


def _hint(sheet: Sheet, plan: ItemPlan) -> str:
    """What helps to answer: the next free number of a new row, else what is said of the item."""
    number = sheet.facts.free.get(plan.name)
    return plan.hint if number is None else gettext("Next free number: %(number)s", number=number)


def _described(name: str, hint: str, refusal: Refusal | None, cards: tuple[Card, ...]) -> str:
    ids = [f"h-{name}"] if hint else []
    ids += [f"e-{name}"] if refusal else []
    return " ".join([*ids, *(card.anchor for card in cards)])


def _where(query_id: str, number: int, expanded: tuple[Card, ...]) -> str:
    """The card on this page, or the query's own page."""
    return f"#q-{number}" if any(card.number == number for card in expanded) else f"/queries/{query_id}"
