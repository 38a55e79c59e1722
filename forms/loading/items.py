"""The items of a form: one mapping each, laboratory items expanded to their companions."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import re2

from forms.definitions import Bounds, Item, ItemType
from forms.loading.faults import Report
from forms.loading.fields import Fields, number_of
from forms.loading.nodes import Mapped, Node, Scalar
from forms.loading.unit_codes import check_unit, read_units
from forms.loading.vocabulary import ITEM, UNIQUE
from forms.texts import Text

MEASURED = (ItemType.QUANTITY, ItemType.LAB)
NUMERIC = (ItemType.INTEGER, ItemType.DECIMAL, *MEASURED)
CODED = (ItemType.CODE, ItemType.CODES)
PARTIAL = (ItemType.DATE, ItemType.TIME, ItemType.DATETIME)


@dataclass(frozen=True)
class Companion:
    """What each laboratory item brings along under a suffix: `CS` with a code list, `XULN` computed by `DV.XULN`."""

    suffix: str
    label: Text
    type: ItemType
    codelist: str | None
    derivation: str | None


def read_items(
    nodes: tuple[Node, ...], path: str, companions: tuple[Companion, ...], report: Report, languages: tuple[str, ...]
) -> Iterator[Item]:
    """The items of one group, each laboratory item followed by its companions."""
    for node in nodes:
        oid = node.entries.get("oid") if isinstance(node, Mapped) else None
        place = f"{path}/{oid.text}" if isinstance(oid, Scalar) else path
        item = _read_item(Fields(node, place, report, languages).know(ITEM))
        yield item
        if item.type is ItemType.LAB:
            yield from (_companion_of(item, companion) for companion in companions)


def _companion_of(item: Item, companion: Companion) -> Item:
    spoken = companion.label.by_language
    label = Text({tag: f"{item.label.said_in(tag)} · {said}" for tag, said in spoken.items()})
    return Item(
        f"{item.oid}_{companion.suffix}",
        label,
        companion.type,
        short=item.short,
        codelist=companion.codelist,
        canonical=item.canonical if companion.suffix == "ST" else None,
        derivation=companion.derivation,
        lab=item.oid,
        companion=companion.suffix,
        identifying=item.identifying,
        restricted=item.restricted,
    )


def _read_item(fields: Fields) -> Item:
    kind = ItemType(fields.choice("type", tuple(ItemType), "text"))
    units = read_units(fields) if fields.get("units") else ()
    protocol = fields.words("protocol_text", required=False)
    item = Item(
        oid=fields.oid("oid", "WEIGHT"),
        label=fields.words("label", required=not protocol) or protocol,
        type=kind,
        required=_condition(fields, "required") or False,
        shown_if=fields.text("shown_if"),
        short=fields.text("short"),
        codelist=fields.text("codelist"),
        length=fields.whole("length", 1),
        decimals=fields.whole("decimals", 0),
        digits=fields.whole("digits", 1),
        hard=_bounds(fields, "hard"),
        soft=_bounds(fields, "soft"),
        pattern=_pattern(fields),
        units=units,
        canonical=units[0].ucum if units else _unit(fields),
        protocol_text=protocol or None,
    )
    if fields.text("type") in (None, *ItemType):
        _suits_its_type(item, fields)
    return _described(item, fields)


def _described(item: Item, fields: Fields) -> Item:
    """The item with what does not change how it is read."""
    unique = fields.choice("unique", UNIQUE, "false")
    return replace(
        item,
        partial=fields.flag("partial"),
        unique=unique == "true",
        unique_in_subject=unique == "subject",
        identifying=fields.flag("identifying"),
        restricted=fields.flag("restricted"),
        sdv_critical=fields.flag("sdv_critical"),
        derivation=fields.text("derivation"),
        molar_mass=fields.number("molar_mass"),
        weight=fields.whole("weight"),
        help=fields.words("help", required=False) or None,
        cdash=fields.text("cdash"),
        loinc=_loinc(fields),
    )


def _suits_its_type(item: Item, fields: Fields) -> None:
    """Report properties that mean nothing for the item's type, and those its type cannot do without."""
    if item.type is ItemType.FILE:
        fields.wrong("type", "files cannot be stored yet", "say in an item of type text where the document is kept")
    if item.type in CODED and item.codelist is None:
        fields.needs("codelist", "NY")
    if item.type not in CODED and item.codelist is not None:
        fields.wrong("codelist", f"an item of type {item.type} has no code list", "type: code")
    if item.type in MEASURED and not item.units:
        fields.wrong("units", f"an item of type {item.type} needs its units", "units: [{ucum: mg/dL, shown: mg/dL}]")
    if item.units and item.type not in MEASURED:
        fields.wrong("units", f"an item of type {item.type} has no choice of units", "type: quantity, or type: lab")
    if (item.hard or item.soft) and item.type not in NUMERIC:
        fields.wrong("hard" if item.hard else "soft", f"an item of type {item.type} has no range")
    if item.hard and item.soft and not _inside(item.soft, item.hard):
        fields.wrong("soft", "the expected range reaches outside the possible one", "soft must lie within hard")
    if fields.flag("partial") and item.type not in PARTIAL:
        fields.wrong("partial", f"an item of type {item.type} cannot be partial", "only a date, time or datetime can")
    if fields.get("derivation") and fields.get("required"):
        fields.wrong("required", "a computed item cannot be required of a person", "leave required out")


def _inside(inner: Bounds, outer: Bounds) -> bool:
    low = outer.low is None or inner.low is not None and inner.low >= outer.low
    return low and (outer.high is None or inner.high is not None and inner.high <= outer.high)


def _condition(fields: Fields, key: str) -> bool | str | None:
    """`true`, `false` or an expression."""
    found = fields.text(key)
    return found == "true" if found in ("true", "false") else found


def _bounds(fields: Fields, key: str) -> Bounds | None:
    if fields.get(key) is None:
        return None
    ends = fields.texts(key)
    numbers: list[Fraction | None] = [number_of(end) for end in ends]
    if len(ends) != 2 or any(number is None and end for number, end in zip(numbers, ends, strict=True)):
        fields.wrong(key, f"{key} must be two numbers, or null for an open end", "for example [0, 500]")
        return None
    low, high = numbers
    if low is not None and high is not None and low > high:
        fields.wrong(key, f"{key} begins above its end", "the lower number first")
    return Bounds(low, high)


def _pattern(fields: Fields) -> str | None:
    found = fields.text("pattern")
    if found is None:
        return None
    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(found, options)
    except re2.error as error:
        said = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        fields.wrong("pattern", f"RE2 cannot run this pattern: {said}", "RE2 has no look-around and no back-references")
    return found


def _unit(fields: Fields) -> str | None:
    """The unit of a number that is only ever given in this one, as a computed item is."""
    code = fields.text("unit")
    if code is not None:
        check_unit(code, fields, "unit")
    return code


def _loinc(fields: Fields) -> dict[str, str]:
    """LOINC codes by unit, `*` where one code serves every unit."""
    node = fields.get("loinc")
    if isinstance(node, Scalar):
        return {"*": node.text}
    return {unit: code.text for unit, code in fields.mapping("loinc").items() if isinstance(code, Scalar)}
