"""What is constant about a form's page in one language: labels, kinds, options, units. Built once per definition."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.signs import raised, unit_sign
from forms.codelists import CodeList
from forms.definitions import Form, Item, ItemType, Study
from forms.numerals import fraction_of, rounded_text

_LONG_TEXT = 120
_SEGMENT_CODES, _SEGMENT_LETTERS = 4, 26


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """One item as its control is drawn. `options` are (code, label), `units` (UCUM code, sign); `companions` are the
    laboratory item's own by suffix. `kind` names the macro; `spoken` are the names of its controls for those who hear
    them: value, comparator, unit, missing, time."""

    name: str
    label: str
    short: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    protocol: str = ""
    is_wide: bool = False
    is_conditional: bool = False
    is_restricted: bool = False
    spoken: Mapping[str, str] = field(default_factory=dict)
    decimals: int | None = None

    def shown(self, text: str) -> str:
        """A value as it is read: a computed number at its decimals, whatever was typed as it was typed."""
        if self.kind != "computed" or self.decimals is None:
            return text
        number = fraction_of(text)
        return text if number is None else rounded_text(number, self.decimals)

    def label_of(self, code: str) -> str:
        """The label of a code; a code outside the list stands for itself."""
        return dict(self.options).get(code, code)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes to choose among."""
        return tuple(code for code, _ in self.options)

    @property
    def unit_codes(self) -> tuple[str, ...]:
        """The units to choose among."""
        return tuple(code for code, _ in self.units)

    def sign_of(self, unit: str | None) -> str:
        """The sign of one of the item's units."""
        return dict(self.units).get(unit or "") or unit_sign(unit)


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """One section: its anchor, its label, and the items that stand in it for themselves."""

    anchor: str
    label: str
    is_grid: bool
    items: tuple[str, ...]


@dataclass(frozen=True)
class FormPlan:
    """Everything constant about a form in one language. `reasons` are the study's reasons for a missing value;
    `anchors` say under which item of the page what concerns an item stands."""

    form: Form
    title: str
    help: str
    groups: tuple[GroupPlan, ...]
    items: Mapping[str, ItemPlan]
    companions: Mapping[str, Mapping[str, str]]
    reasons: tuple[tuple[str, str], ...]
    anchors: Mapping[str, str]


class _Same:
    """A definition as a cache key: published definitions never change, so the object itself is the key."""

    def __init__(self, thing: Study) -> None:
        self.thing = thing

    def __hash__(self) -> int:
        return id(self.thing)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.thing is self.thing


def plan_of(study: Study, form: str, language: str) -> FormPlan:
    """The plan of one form in one language; texts of ours are said in the language of the request."""
    return _plan(_Same(study), form, language)


@lru_cache(maxsize=512)
def _plan(study: _Same, form_oid: str, language: str) -> FormPlan:
    form, lists = study.thing.forms[form_oid], study.thing.codelists
    items = {oid: _item_plan(item, lists, language) for oid, item in form.items.items()}
    companions: dict[str, dict[str, str]] = {}
    for oid, item in form.items.items():
        if item.lab and item.companion:
            companions.setdefault(item.lab, {})[item.companion] = oid
    groups = tuple(_group_plans(form, items, language))
    reasons = _options(lists.get(study.thing.missing_reasons or ""), language)
    help_text = form.help.said_in(language) if form.help else ""
    return FormPlan(
        form, form.label.said_in(language), help_text, groups, items, companions, reasons, _anchors(groups, companions)
    )


def _anchors(groups: Iterable[GroupPlan], companions: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    placed = [item for group in groups for item in group.items]
    own = {companion: item for item in placed for companion in companions.get(item, {}).values()}
    return {**dict(zip(placed, placed, strict=True)), **own}


def _group_plans(form: Form, items: Mapping[str, ItemPlan], language: str) -> Iterable[GroupPlan]:
    """The sections; what is only computed, from the results of the grid above it, stands in that grid."""
    in_grid = False
    for group in form.groups:
        own = tuple(oid for oid in group.items if form.items[oid].lab in (None, oid))
        follows = in_grid and all(items[oid].kind == "computed" for oid in own)
        in_grid = group.layout == "grid" or follows
        yield GroupPlan(f"s-{group.oid}", group.label.said_in(language), in_grid, own)


def _item_plan(item: Item, lists: Mapping[str, CodeList], language: str) -> ItemPlan:
    options = _options(lists.get(item.codelist or ""), language)
    displays = {unit.ucum: unit.display for unit in item.units}
    units = [(unit.ucum, raised(unit.display)) for unit in item.units]
    if item.canonical and item.canonical not in displays:
        units.insert(0, (item.canonical, unit_sign(item.canonical)))
    label = item.label.said_in(language)
    protocol = item.protocol_text.said_in(language) if item.protocol_text else ""
    kind = _kind(item, lists.get(item.codelist or ""))
    return ItemPlan(
        item.oid, label, item.short or item.oid, kind, options, tuple(units), _hint(item, language), protocol,
        kind == "longtext" or bool(protocol) or len(label) > 60, item.shown_if is not None, item.restricted,
        _spoken(label) if kind in ("lab", "quantity", "datetime") else {}, item.decimals,
    )  # fmt: skip


def _spoken(label: str) -> dict[str, str]:
    return {
        "value": gettext("%(item)s, value", item=label), "comparator": gettext("%(item)s, comparator", item=label),
        "unit": gettext("%(item)s, unit", item=label), "time": gettext("%(item)s, time", item=label),
        "missing": gettext("%(item)s, reason not done", item=label),
    }  # fmt: skip


def _options(codelist: CodeList | None, language: str) -> tuple[tuple[str, str], ...]:
    return tuple((term.code, term.label.said_in(language)) for term in codelist.codes) if codelist else ()


def _kind(item: Item, codelist: CodeList | None) -> str:
    """Which macro draws the item; few short codes are one segment, the rest a list to choose from."""
    if item.is_computed or item.companion in ("ST", "XULN", "NRIND", "TOXGR"):
        return "computed"
    if item.type is ItemType.CODE:
        return "segment" if codelist and _is_short(codelist) else "select"
    if item.type is ItemType.TEXT:
        return "longtext" if (item.length or 0) > _LONG_TEXT else "text"
    return item.type.value


def _is_short(codelist: CodeList) -> bool:
    """Whether the codes fit on one line in every language; a Chinese character takes the room of two letters."""
    labels = [term.label.by_language for term in codelist.codes]
    languages = {language for label in labels for language in label}
    widths = (sum(_width(label.get(tag, "")) for label in labels) for tag in languages)
    return len(codelist.codes) <= _SEGMENT_CODES and max(widths, default=0) <= _SEGMENT_LETTERS


def _width(label: str) -> int:
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in label)


def _hint(item: Item, language: str) -> str:
    if item.help:
        return item.help.said_in(language)
    if item.type is ItemType.DATE:
        return gettext("YYYY-MM-DD, YYYY-MM or YYYY") if item.partial else gettext("YYYY-MM-DD")
    hints = {ItemType.DATETIME: gettext("YYYY-MM-DD and HH:MM, 24 hours"), ItemType.TIME: gettext("HH:MM, 24 hours")}
    return hints.get(item.type, "")
