"""The laboratory grid: each analyte with its limits, its multiple of ULN, its flag, its grade, its significance."""

from dataclasses import dataclass
from fractions import Fraction

from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.fields import Field, companion_of, field_of
from ecrf.web.presenting.sheets import Sheet
from ecrf.web.presenting.signs import amount, day_text, fixed, range_text
from forms.datum import EMPTY
from forms.numerals import fraction_of

_FLAGS = {"LL": "low", "L": "low", "H": "high", "HH": "high", "N": "normal"}


@dataclass(frozen=True)
class Row:
    """One row of the grid. `kind` is lab, computed or plain; `flag` is high, low, normal or empty, `flag_text` what
    stands beside its mark; `significance` and `event` are the companions of an item that has them.
    """

    kind: str
    field: Field
    unit_sign: str = ""
    range_text: str = ""
    lacks_range: bool = False
    has_ranges: bool = True
    xuln: str = ""
    flag: str = ""
    flag_text: str = ""
    grade: str = ""
    significance: Field | None = None
    event: Field | None = None

    @property
    def spoken_significance(self) -> str:
        """The name of the significance's control."""
        return f"{self.field.plan.label}, {self.significance.plan.label}" if self.significance else ""

    @property
    def spoken_event(self) -> str:
        """The name of the adverse event's control."""
        return f"{self.field.plan.label}, {self.event.plan.label}" if self.event else ""


@dataclass(frozen=True)
class Grid:
    """What stands above the rows: whose ranges these are. `reasons` are those for a missing result, `significances`
    the usual choices for what a result means."""

    whose_ranges: str
    reasons: tuple[tuple[str, str], ...]
    significances: tuple[tuple[str, str], ...] = ()


def grid_of(sheet: Sheet) -> Grid:
    """The grid's heading."""
    companions = (own["CS"] for own in sheet.plan.companions.values() if "CS" in own)
    usual = next((sheet.plan.items[name].options for name in companions), ())
    return Grid(_whose_ranges(sheet), sheet.plan.reasons, usual)


def row_of(sheet: Sheet, name: str) -> Row:
    """The row of one item that stands in a grid."""
    field = field_of(sheet, name)
    if field.plan.kind != "lab":
        sign = field.plan.sign_of(field.unit) if field.unit else next((sign for _, sign in field.plan.units), "")
        return Row("computed" if field.plan.kind == "computed" else "plain", field, unit_sign=sign)
    own = sheet.plan.companions.get(name, {})
    # Beside a value that was not accepted stands nothing that was computed from the saved one.
    is_refused = name in sheet.typing.refused
    companions = {} if is_refused else {suffix: sheet.stored(oid).text or "" for suffix, oid in own.items()}
    flag = companions.get("NRIND", "")
    significance = companion_of(sheet, own["CS"]) if "CS" in own else None
    return Row(
        "lab", field, range_text=_range(sheet, name), lacks_range=_lacks_range(sheet, name),
        has_ranges=name in sheet.facts.ranged,
        xuln=_multiple(sheet, None if is_refused else own.get("XULN")), flag=_FLAGS.get(flag, ""), flag_text=flag,
        grade=_grade(companions.get("TOXGR", "")), significance=significance,
        event=companion_of(sheet, own["AENO"]) if "AENO" in own else None,
    )  # fmt: skip


def _range(sheet: Sheet, name: str) -> str:
    """The limits, with their unit where it is not the one the result is in."""
    row = sheet.facts.ranges.get(name)
    if row is None:
        return ""
    limits = range_text(row.low, row.high)
    shown = sheet.displayed(name).unit or row.unit
    return limits if row.unit == shown else amount(limits, sheet.plan.items[name].sign_of(row.unit))


def _lacks_range(sheet: Sheet, name: str) -> bool:
    """A result whose laboratory has no range for it, where others do: a gap that somebody must close."""
    return name in sheet.facts.ranged and name not in sheet.facts.ranges and sheet.stored(name).text is not None


def _multiple(sheet: Sheet, item: str | None) -> str:
    datum = sheet.stored(item) if item else EMPTY
    number = fraction_of(datum.text or "")
    return f"{datum.comparator or ''}{fixed(number, 2)}" if isinstance(number, Fraction) else ""


def _grade(grade: str) -> str:
    return grade if grade in ("1", "2", "3", "4", "5") else ""


def _whose_ranges(sheet: Sheet) -> str:
    """The laboratory, the person and the day that chose the ranges; or what is wanting before there are any."""
    facts = sheet.facts
    rule = facts.study.sample_rules.get(facts.form.oid)
    if rule is None or rule.laboratory is None:
        return ""
    laboratory, day = sheet.stored(rule.laboratory).text, sheet.stored(rule.sample).text
    if not laboratory or not day:
        return gettext("Reference ranges appear once the laboratory and the sample date are saved")
    name = sheet.plan.items[rule.laboratory].label_of(laboratory)
    if not facts.ranges:
        return gettext("No reference range of %(laboratory)s applies on %(day)s", laboratory=name, day=day_text(day))
    sex = {"F": gettext("for a woman"), "M": gettext("for a man")}.get(facts.who.sex or "", "")
    words = {"laboratory": name, "whom": sex, "day": day_text(day)}
    if sex:
        return gettext("Reference ranges of %(laboratory)s %(whom)s on %(day)s", **words)
    return gettext("Reference ranges of %(laboratory)s on %(day)s", laboratory=name, day=day_text(day))
