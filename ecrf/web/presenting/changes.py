"""Saved answers that change: why, item by item; and where two people changed the same, what each of them typed."""

from dataclasses import dataclass

from ecrf.services.trail import Reason
from ecrf.web.presenting.sheets import ReasonFault, Sheet
from forms.datum import EMPTY


@dataclass(frozen=True)
class ReasonRow:
    """One saved answer that changes; `is_missing` where a save was refused for want of its reason, `fault` where it was
    for what is wrong with it."""

    name: str
    label: str
    was: str
    now: str
    code: str
    note: str
    is_missing: bool
    fault: ReasonFault | None = None


@dataclass(frozen=True)
class Collision:
    """One item that somebody else changed too: as it was when this person began, theirs, yours. Nothing is chosen for
    the person; `chosen` is what they chose."""

    name: str
    label: str
    before: str | None
    theirs: str
    yours: str
    chosen: str


def reason_rows(sheet: Sheet) -> tuple[ReasonRow, ...]:
    """The answers for which a reason is asked, in the order of the form."""
    asked = (name for name in sheet.changed_answers() if name not in sheet.typing.refused)
    return tuple(_reason_row(sheet, name) for name in asked if name in sheet.plan.items)


def _reason_row(sheet: Sheet, name: str) -> ReasonRow:
    reason = sheet.typing.reasons.get(name, Reason())
    return ReasonRow(
        name, label_of(sheet, name), sheet.said(name, sheet.stored(name)), sheet.said(name, sheet.displayed(name)),
        reason.code or "", reason.text or "", name in sheet.typing.unreasoned and not reason.code,
        sheet.typing.reason_faults.get(name),
    )  # fmt: skip


def label_of(sheet: Sheet, name: str) -> str:
    """An item by its label; a companion of a laboratory item by that item's as well, a criterion by its name."""
    plan = sheet.plan
    if name not in plan.items or plan.items[name].protocol:
        return name  # no page of ours sends an item that the form does not have
    item = plan.form.items[name]
    label = plan.items[name].label
    if item.lab and item.lab != name and not label.startswith(plan.items[item.lab].label):
        return f"{plan.items[item.lab].label} · {label}"
    return label


def collisions(sheet: Sheet) -> tuple[Collision, ...]:
    """The items to choose for."""
    return tuple(_collision(sheet, name) for name in sheet.typing.colliding if name in sheet.plan.items)


def _collision(sheet: Sheet, name: str) -> Collision:
    base, yours = sheet.typing.base, sheet.typing.answers.get(name, EMPTY)
    before = None if base is None else sheet.said(name, base.get(name, EMPTY))
    theirs, chosen = sheet.said(name, sheet.stored(name)), sheet.typing.chosen.get(name, "")
    return Collision(name, label_of(sheet, name), before, theirs, sheet.said(name, yours), chosen)
