"""Required items without an answer: asked for again before a form can be complete, or why there is none."""

from dataclasses import dataclass

from ecrf.web.presenting.changes import label_of
from ecrf.web.presenting.sheets import Sheet


@dataclass(frozen=True)
class Unanswered:
    """One required item that has no value: `reason` is the code given for that, `is_refused` that it was refused."""

    name: str
    label: str
    reason: str
    is_refused: bool


def unanswered(sheet: Sheet) -> tuple[Unanswered, ...]:
    """The items to ask about: what is missing once somebody wanted to complete the form, and what has a reason.

    Laboratory results are not among them; the grid asks beside each of them.
    """
    if not sheet.facts.is_writable or not sheet.plan.reasons:
        return ()
    missing = frozenset(sheet.facts.missing) if sheet.typing.is_incomplete else frozenset()
    asked = (name for name in sheet.facts.items if sheet.plan.items[name].kind not in ("lab", "computed"))
    return tuple(_unanswered(sheet, name) for name in asked if name in missing or _has_reason(sheet, name))


def _has_reason(sheet: Sheet, name: str) -> bool:
    return any(datum.missing is not None for datum in (sheet.stored(name), sheet.displayed(name)))


def _unanswered(sheet: Sheet, name: str) -> Unanswered:
    reason = sheet.displayed(name).missing or ""
    return Unanswered(name, label_of(sheet, name), reason, name in sheet.typing.refused)
