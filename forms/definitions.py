"""What a CRF is: the frozen definitions of one published study version. No clock, no database, no behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from forms.codelists import CodeList
from forms.landmarks import DayRule, Gate
from forms.ranges import RangeRow
from forms.texts import Text


class ItemType(StrEnum):
    """How an item's typed text is read (design section 4)."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    CODE = "code"
    CODES = "codes"
    QUANTITY = "quantity"
    LAB = "lab"
    FILE = "file"


@dataclass(frozen=True)
class UnitChoice:
    """A unit an item may be entered in: canonical = (entered + offset) × factor + post_offset, exact fractions."""

    ucum: str
    display: str
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    post_offset: Fraction = Fraction(0)


@dataclass(frozen=True)
class Bounds:
    """Inclusive bounds in the item's canonical unit; None is open."""

    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True)
class Item:
    """One item of one form.

    `type` says how it is read; a computed item has a `derivation` and takes no entry. `required` and `shown_if` are
    expressions or booleans. `units` are the choices of a quantity or laboratory item, the first conversion target
    being `canonical`. `lab` names the laboratory item a companion belongs to (`ALT` for `ALT_CS`), `companion` its
    suffix (`CS`, `AENO`, `ST`, `XULN`, `NRIND`, `TOXGR`).
    """

    oid: str
    label: Text
    type: ItemType
    required: bool | str = False
    shown_if: str | None = None
    short: str | None = None
    codelist: str | None = None
    length: int | None = None
    decimals: int | None = None
    digits: int | None = None
    units: tuple[UnitChoice, ...] = ()
    canonical: str | None = None
    hard: Bounds | None = None
    soft: Bounds | None = None
    pattern: str | None = None
    partial: bool = False
    unique: bool = False
    unique_in_subject: bool = False
    identifying: bool = False
    restricted: bool = False
    sdv_critical: bool = False
    derivation: str | None = None
    lab: str | None = None
    companion: str | None = None
    molar_mass: Fraction | None = None
    weight: int | None = None
    protocol_text: Text | None = None
    help: Text | None = None
    cdash: str | None = None
    loinc: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_computed(self) -> bool:
        """Whether the system writes it; a person never does."""
        return self.derivation is not None


@dataclass(frozen=True)
class Group:
    """A section of a form: `layout` is `fields` or `grid` (a dense laboratory panel; then `items` are lab items). One
    that is `repeating` holds the items of each row."""

    oid: str
    label: Text
    items: tuple[str, ...]
    layout: str = "fields"
    columns: int = 2
    repeating: bool = False


@dataclass(frozen=True)
class Form:
    """A form. `items` are all its items in order, laboratory companions included; `groups` say how they stand. One that
    is `repeating` has rows, which hold the items of its repeating group; where no group is one, of all groups. `listed`
    are the items by which people tell its rows apart."""

    oid: str
    label: Text
    items: Mapping[str, Item]
    groups: tuple[Group, ...]
    repeating: bool = False
    shown_if: str | None = None
    help: Text | None = None
    listed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """A visit of the plan: target day and window in days from day 0; `kind` is scheduled, scheduled_conditional,
    unscheduled or common (the running log)."""

    oid: str
    alias: str
    label: Text
    kind: str
    order: int
    target: int | None
    window_min: int | None
    window_max: int | None
    forms: tuple[str, ...]
    repeating: bool = False


@dataclass(frozen=True)
class Parameter:
    """A study parameter: a number (a Fraction, with a unit where declared), a text, or a tuple of either; `allowed` are
    the values it may take, all of them where empty."""

    name: str
    value: Any
    unit: str | None = None
    allowed: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Derivation:
    """How a computed item comes about: for `FORM.ITEM`, an expression; `tests` are its worked examples.

    The `ST`, `XULN`, `NRIND` and `TOXGR` companions of laboratory items are the engine's own and have none.
    """

    oid: str
    form: str
    item: str
    expression: str
    unit: str | None = None
    decimals: int | None = None
    tests: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Check:
    """An edit check: fires on TRUE alone. `version` is that of the study package in which it last changed.

    `events` are those it is attached to, None for all that hold its form. A check written once for every laboratory
    item has the `analyte` (`CHEM.ALT`) it stands for here; it runs where some laboratory has a range for that.
    """

    id: str
    form: str
    items: tuple[str, ...]
    fires_when: str
    severity: str
    message: Text
    version: str
    gate: str | None = None
    why: str | None = None
    events: tuple[str, ...] | None = None
    analyte: str | None = None
    tests: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Laboratory:
    """A laboratory of the demonstration: its code (as in the LABID item) and name."""

    code: str
    label: Text


@dataclass(frozen=True)
class Study:
    """One version of one study, whole and checked: what the loader returns when there is no fault.

    `number_item` repeats the screening number, `subject_number_item` the subject number; `zero_item` holds the day from
    which the plan counts; `visit_item` dates the events for `PREV`, `FIRST` and `LAST`; `missing_reasons` is the code
    list of the reasons that may stand in place of a value; the first of `languages` is the default.
    """

    oid: str
    name: str
    title: Text
    version: str
    languages: tuple[str, ...]
    timezone: str
    parameters: Mapping[str, Parameter]
    codelists: Mapping[str, CodeList]
    events: Mapping[str, Event]
    forms: Mapping[str, Form]
    derivations: tuple[Derivation, ...]
    checks: tuple[Check, ...]
    sample_rules: Mapping[str, DayRule]
    ctcae: str = "5.0"
    grammar: str = "1"
    laboratories: tuple[Laboratory, ...] = ()
    ranges: tuple[RangeRow, ...] = ()
    sex_item: str = "SCR.DM.SEX"
    birth_item: str = "SCR.DM.BRTHDAT"
    visit_item: str = "SV.VISDAT"
    number_item: str | None = None
    subject_number_item: str | None = None
    zero_item: str | None = None
    missing_reasons: str | None = None
    gates: Mapping[str, Gate] = field(default_factory=dict)
