"""The head of a study: names, languages, parameters and the visit plan."""

from fractions import Fraction
from zoneinfo import ZoneInfo

from forms.definitions import Event, Parameter
from forms.landmarks import Gate
from forms.loading.faults import Report
from forms.loading.fields import Fields, number_of
from forms.loading.nodes import Listing, Mapped, Node, Scalar
from forms.loading.package import Entry
from forms.loading.unit_codes import check_unit
from forms.loading.vocabulary import EVENT, EVENT_KINDS, GATE, PARAMETER

_TAG = r"en, zh-CN"


def read_languages(fields: Fields) -> tuple[str, ...]:
    """The languages of every text, the default one first."""
    tags = fields.names("languages") if fields.needs("languages", "[en, zh-CN]") else ()
    for tag in tags:
        if not all(part.isalnum() and part.isascii() and len(part) <= 8 for part in tag.split("-")):
            fields.wrong("languages", f"{tag} is no language tag", f"BCP 47 tags such as {_TAG}")
    return tags or ("en",)


def read_timezone(fields: Fields) -> str:
    """The time zone of the study, as the IANA database names it."""
    zone = fields.text("timezone") if fields.needs("timezone", "Asia/Shanghai") else None
    try:
        ZoneInfo(zone or "UTC")
    except (ValueError, OSError, KeyError):
        fields.wrong("timezone", f"there is no time zone {zone}", "an IANA name such as Asia/Shanghai")
    return zone or "UTC"


def read_gates(fields: Fields) -> dict[str, Gate]:
    """What checks with a gate hold shut: `enrolment: {item: SCR.IE.ENRLYN, code: Y}`."""
    gates = {}
    outer = fields.inside("gates")
    for name in outer.node.entries:
        inner = outer.inside(name).know(GATE)
        item = inner.oid("item", "SCR.IE.ENRLYN")
        if item.count(".") not in (0, 2) or (item and "." not in item):
            inner.wrong("item", f"{item} names no item of a visit", "EVENT.FORM.ITEM, such as SCR.IE.ENRLYN")
        elif item and inner.needs("code", "Y"):
            gates[name] = Gate(item, inner.text("code") or "")
    return gates


def read_parameter(name: str, entry: Entry, report: Report) -> Parameter:
    """`AGE_MAX: 65`, `AGE_MAX: {value: 65, unit: a}`, `TARGETS: [2, 4]` or `FORMULA: {value: A, allowed: [A, B]}`;
    quoted values are texts."""
    path = f"parameters/{name}"
    report.place(path, entry.node.mark)
    if not name.isidentifier() or not name.isascii():
        report.add(entry.node.mark, path, f"{name} is no parameter name", "letters, digits and _")
    if not isinstance(entry.node, Mapped):
        return Parameter(name, _parameter_value(entry.node, path, report))
    fields = Fields(entry.node, path, report).know(PARAMETER)
    unit = fields.text("unit")
    if unit is not None:
        check_unit(unit, fields, "unit")
    value = fields.get("value")
    if value is None:
        fields.needs("value", "65")
        return Parameter(name, "", unit)
    allowed = tuple(_one_value(each, f"{path}/allowed", report) for each in fields.entries("allowed"))
    parameter = Parameter(name, _parameter_value(value, path, report), unit, allowed)
    values = parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)
    if allowed and not set(values) <= set(allowed):
        hint = f"one of {', '.join(node.text for node in fields.entries('allowed') if isinstance(node, Scalar))}"
        fields.wrong("value", f"{name} cannot have this value", hint)
    return parameter


def _parameter_value(node: Node, path: str, report: Report) -> Fraction | str | tuple[Fraction | str, ...]:
    if isinstance(node, Listing):
        return tuple(_one_value(entry, path, report) for entry in node.entries)
    return _one_value(node, path, report)


def _one_value(node: Node, path: str, report: Report) -> Fraction | str:
    if not isinstance(node, Scalar):
        report.add(node.mark, path, "a parameter is a number, a text or a list of them")
        return ""
    number = number_of(node.text) if node.plain else None
    return node.text if number is None else number


def read_event(oid: str, entry: Entry, order: int, languages: tuple[str, ...], report: Report) -> Event:
    """One event of the plan; its alias is the OID behind the first dot unless given."""
    fields = Fields(entry.node, f"events/{oid}", report, languages)
    fields.know(EVENT)
    low, high = _window(fields)
    fields.needs("forms", "[SV, VS]")
    return Event(
        oid=fields.oid("oid", "SE.SCR"),
        alias=fields.text("alias") or oid.partition(".")[2] or oid,
        label=fields.words("name"),
        kind=fields.choice("type", EVENT_KINDS, "scheduled"),
        order=order,
        target=fields.whole("target"),
        window_min=low,
        window_max=high,
        forms=fields.names("forms"),
        repeating=fields.flag("repeating"),
    )


def _window(fields: Fields) -> tuple[int | None, int | None]:
    if fields.get("window") is None:
        return None, None
    bounds = [number_of(bound) for bound in fields.texts("window")]
    low, high = bounds if len(bounds) == 2 else (None, None)
    if low is None or high is None or low > high or {low.denominator, high.denominator} != {1}:
        fields.wrong("window", "the window must be two whole numbers of days, the earlier first", "such as [-3, 3]")
        return None, None
    return int(low), int(high)
