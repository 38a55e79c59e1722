"""The checks that follow from an item's own ranges: `RH.<FORM>.<ITEM>` for the possible, `RS.<FORM>.<ITEM>` for the
expected one, each with generated cases on and beyond its bounds."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from forms.definitions import Bounds, Check, Form, Item
from forms.quantities import decimal_text
from forms.texts import Text

_SAYING = {
    "hard": {"en": "{label}: outside the possible range {range}.", "zh": "{label}:超出可能范围 {range}。"},
    "soft": {"en": "{label}: outside the expected range {range}.", "zh": "{label}:超出预期范围 {range}。"},
}
_SPAN = {"en": ("{low}-{high}", "from {low}", "up to {high}"), "zh": ("{low}~{high}", "不低于 {low}", "不高于 {high}")}
_PREFIX = {"hard": "RH", "soft": "RS"}


def range_checks(form: Form, version: str) -> Iterator[Check]:
    """The range checks of every entered item of a form."""
    for item in form.items.values():
        for severity, bounds in (("hard", item.hard), ("soft", item.soft)):
            if bounds is not None and (bounds.low, bounds.high) != (None, None) and item.oid:
                yield _range_check(form.oid, item, severity, bounds, version)


def _range_check(form: str, item: Item, severity: str, bounds: Bounds, version: str) -> Check:
    sides = [(item.oid, "<", bounds.low), (item.oid, ">", bounds.high)]
    terms = [f"{oid} {sign} {_literal(bound, item)}" for oid, sign, bound in sides if bound is not None]
    return Check(
        id=f"{_PREFIX[severity]}.{form}.{item.oid}",
        form=form,
        items=(item.oid,),
        fires_when=" or ".join(terms),
        severity=severity,
        message=_message(item, severity, bounds),
        version=version,
        why=f"the {'possible' if severity == 'hard' else 'expected'} range declared on the item",
        tests=tuple(_cases(item, bounds)),
    )


def _literal(bound: Fraction, item: Item) -> str:
    return decimal_text(bound, 30) + (f" '{item.canonical}'" if item.canonical else "")


def _cases(item: Item, bounds: Bounds) -> Iterator[Mapping[str, Any]]:
    """On each bound, one step beyond it, and nothing at all."""
    step = Fraction(1, 10 ** (item.decimals or 0))
    for bound, beyond in ((bounds.low, -step), (bounds.high, step)):
        if bound is not None:
            yield {"given": {item.oid: decimal_text(bound, 30)}, "fires": False}
            yield {"given": {item.oid: decimal_text(bound + beyond, 30)}, "fires": True}
    yield {"given": {}, "fires": False}


def _message(item: Item, severity: str, bounds: Bounds) -> Text:
    return Text({tag: _said(tag, item, severity, bounds) for tag in item.label.by_language})


def _said(tag: str, item: Item, severity: str, bounds: Bounds) -> str:
    """The sentence in a language; in one that has no sentence here, the English one around the item's own label."""
    primary = tag.split("-")[0] if tag.split("-")[0] in _SPAN else "en"
    both, low_only, high_only = _SPAN[primary]
    shape = both if None not in (bounds.low, bounds.high) else low_only if bounds.high is None else high_only
    low, high = (decimal_text(bound, 30) if bound is not None else "" for bound in (bounds.low, bounds.high))
    unit = item.units[0].display if item.units else item.canonical or ""
    span = f"{shape.format(low=low, high=high)} {unit}".strip()
    return _SAYING[severity][primary].format(label=item.label.said_in(tag), range=span)
