"""Scores: descriptors with their weights, and what they add up to while they are being answered.

The total itself is the study's computed item, missing while a descriptor is unanswered; the running sum says how far
one has come and is never stored.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ecrf.web.presenting.item_plans import ItemPlan
from ecrf.web.presenting.plans import GroupPlan
from ecrf.web.presenting.sheets import Sheet

_COUNTS_WHOLE = "Y"


@dataclass(frozen=True)
class Score:
    """A total and how far it has come: `points` over the descriptors answered so far."""

    name: str
    label: str
    points: int
    answered: int
    asked: int

    @property
    def is_whole(self) -> bool:
        """Whether every descriptor is answered."""
        return self.answered == self.asked


def scores_of(sheet: Sheet, groups: Iterable[GroupPlan]) -> Iterator[Score]:
    """The scores of a run of sections: each total counts the descriptors between the total before it and itself."""
    counted: list[str] = []
    for name in (name for group in groups for name in group.items):
        plan = sheet.plan.items[name]
        if plan.weight is not None:
            counted.append(name)
        elif plan.kind == "computed" and counted:
            yield _score(sheet, plan, counted)
            counted = []


def runs_of(sheet: Sheet, groups: Iterable[GroupPlan]) -> Iterator[tuple[GroupPlan, ...]]:
    """Neighbouring sections of scores, cut behind each section that holds a total."""
    run: list[GroupPlan] = []
    for group in groups:
        run.append(group)
        if any(sheet.plan.items[name].kind == "computed" for name in group.items):
            yield tuple(run)
            run = []
    if run:
        yield tuple(run)


def _score(sheet: Sheet, total: ItemPlan, counted: list[str]) -> Score:
    points = [points_of(sheet.plan.items[name], sheet.displayed(name).text) for name in counted]
    answered = [each for each in points if each is not None]
    return Score(total.name, total.label, sum(answered), len(answered), len(points))


def points_of(plan: ItemPlan, code: str | None) -> int | None:
    """What an answer counts: the weight for yes, as many times the weight as a grade says; None without an answer."""
    if code is None or code not in plan.codes:
        return None
    times = 1 if code == _COUNTS_WHOLE else int(code) if code.isascii() and code.isdigit() else 0
    return times * (plan.weight or 0)
