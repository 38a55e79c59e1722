"""What is constant about one item in one language: its label, the macro that draws it, its options and units."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.signs import number_sign, raised, unit_sign
from forms.codelists import CodeList
from forms.definitions import Item, ItemType
from forms.numerals import fraction_of, rounded_text
from forms.texts import Text

_LONG_TEXT, _DOUBLE_TEXT, _LONG_LABEL = 200, 60, 60
_SEGMENT_CODES, _SEGMENT_LETTERS, _BRIEF_LETTERS = 4, 26, 8
_COLUMN_LETTERS = 32
_WEIGHED = re.compile(r"\s*(?:\[\s*([0-9]+)\s*分?\s*\]|[((]\s*[x×]\s*([0-9]+)\s*[))])\s*$")

Codelists = Mapping[str, CodeList]


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """One item as its control is drawn. `options` are (code, label), `units` (UCUM code, sign); `companions` are the
    laboratory item's own by suffix. `kind` names the macro; `spoken` are the names of its controls for those who hear
    them: value, comparator, unit, missing, time. `is_wide` takes the whole width, `is_double` two columns of four.
    `weight` is what an answer counts in a score."""

    name: str
    label: str
    short: str
    kind: str
    options: tuple[tuple[str, str], ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    protocol: str = ""
    is_wide: bool = False
    is_double: bool = False
    is_conditional: bool = False
    is_restricted: bool = False
    spoken: Mapping[str, str] = field(default_factory=dict)
    decimals: int | None = None
    weight: int | None = None

    def shown(self, text: str) -> str:
        """A value as it is read: a computed number at its decimals, a computed code by its label, what was typed as it
        was typed."""
        if self.kind != "computed":
            return text
        if self.options:
            return self.label_of(text)
        number = fraction_of(text)
        if number is None:
            wasted = gettext("waste")  # the one word that a registered function says: belimumab_vials
            return text.replace("waste", wasted)
        return number_sign(text if self.decimals is None else rounded_text(number, self.decimals))

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

    @property
    def weight_sign(self) -> str:
        """What an answer counts: the points of a yes, or how often the points of a grade."""
        return str(self.weight) if "Y" in self.codes else f"×{self.weight}"

    @property
    def is_brief(self) -> bool:
        """Whether its choices take little room, as yes and no do."""
        return self.kind == "segment" and sum(width_of(label) for _, label in self.options) <= _BRIEF_LETTERS

    def sign_behind(self, unit: str) -> str:
        """The sign of a unit that stands behind a computed value; empty where the label says it already: Dose (mg)."""
        return "" if self.label.endswith((")", "）")) else self.sign_of(unit)

    def sign_of(self, unit: str | None) -> str:
        """The sign of one of the item's units."""
        return dict(self.units).get(unit or "") or unit_sign(unit)


def item_plan(item: Item, lists: Codelists, language: str, group: str = "") -> ItemPlan:
    """The plan of one item that stands in a group of this name."""
    codelist = lists.get(item.codelist or "")
    options = options_of(codelist, language)
    displays = {unit.ucum: unit.display for unit in item.units}
    units = [(unit.ucum, raised(unit.display)) for unit in item.units]
    if item.canonical and item.canonical not in displays:
        units.insert(0, (item.canonical, unit_sign(item.canonical)))
    label = _label(item, language, group)
    protocol = item.protocol_text.said_in(language) if item.protocol_text else ""
    kind = _kind(item, codelist)
    return ItemPlan(
        item.oid, label, item.short or item.oid, kind, options, tuple(units), _hint(item, language), protocol,
        kind == "longtext" or bool(protocol) or len(label) > _LONG_LABEL, _is_double(item, kind, options),
        is_conditional(item), item.restricted,
        _spoken(label) if kind in ("lab", "quantity", "datetime") else {}, item.decimals, item.weight,
    )  # fmt: skip


def is_conditional(item: Item) -> bool:
    """Whether an item is shown or required only under a condition."""
    return item.shown_if is not None or isinstance(item.required, str)


def options_of(codelist: CodeList | None, language: str) -> tuple[tuple[str, str], ...]:
    """The terms of a code list as (code, label)."""
    return tuple((term.code, term.label.said_in(language)) for term in codelist.codes) if codelist else ()


def _label(item: Item, language: str, group: str) -> str:
    """The label; in a score without what its table says in columns of its own: the weight, and the name of the
    score."""
    label = item.label.said_in(language)
    if item.weight is None:
        return label
    found = _WEIGHED.search(label)
    if found and item.weight == int(found[1] or found[2]):
        label = label[: found.start()]
    rest = label.removeprefix(group)
    return rest[1:].strip() if group and rest != label and rest[:1] in (":", "：") else label


def _spoken(label: str) -> dict[str, str]:
    return {
        "value": gettext("%(item)s, value", item=label), "comparator": gettext("%(item)s, comparator", item=label),
        "unit": gettext("%(item)s, unit", item=label), "time": gettext("%(item)s, time", item=label),
        "missing": gettext("%(item)s, reason not done", item=label),
    }  # fmt: skip


def _kind(item: Item, codelist: CodeList | None) -> str:
    """Which macro draws the item; few short codes are one segment, the rest a list to choose from."""
    if item.is_computed or item.companion in ("ST", "XULN", "NRIND", "TOXGR"):
        return "computed"
    if item.type is ItemType.CODE:
        is_segment = codelist is not None and (item.weight is not None or _is_short(codelist))
        return "segment" if is_segment else "select"
    if item.type is ItemType.TEXT:
        return "longtext" if (item.length or 0) > _LONG_TEXT else "text"
    return item.type.value


def _is_short(codelist: CodeList) -> bool:
    """Whether the codes fit on one line in every language; a Chinese character takes the room of two letters."""
    labels: list[Mapping[str, str]] = [term.label.by_language for term in codelist.codes]
    languages = {language for label in labels for language in label}
    widths = (sum(width_of(label.get(tag, "")) for label in labels) for tag in languages)
    return len(codelist.codes) <= _SEGMENT_CODES and max(widths, default=0) <= _SEGMENT_LETTERS


def _is_double(item: Item, kind: str, options: tuple[tuple[str, str], ...]) -> bool:
    """Whether an answer would be cut off in a column of its own."""
    if kind == "text":
        return (item.length or 0) > _DOUBLE_TEXT
    return kind == "select" and max((width_of(label) for _, label in options), default=0) > _COLUMN_LETTERS


def width_of(text: str) -> int:
    """The room a text takes, in Latin letters."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def _hint(item: Item, language: str) -> str:
    if item.help:
        return _said(item.help, language)
    if item.type is ItemType.DATE:
        return gettext("YYYY-MM-DD, YYYY-MM or YYYY") if item.partial else gettext("YYYY-MM-DD")
    hints = {ItemType.DATETIME: gettext("YYYY-MM-DD and HH:MM, 24 hours"), ItemType.TIME: gettext("HH:MM, 24 hours")}
    return hints.get(item.type, "")


def _said(text: Text, language: str) -> str:
    return str(text.said_in(language))
