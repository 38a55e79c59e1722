"""What a check while typing replaces in a page that is open: computed cells, refusals, reasons, totals, progress.

What is shown and what is required goes as names: the page itself hides and marks, so that no control that somebody may
be typing in is ever replaced.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ecrf.web.presenting.changes import ReasonRow, reason_rows
from ecrf.web.presenting.criteria import Criterion, Tally, criteria_of, tally_of
from ecrf.web.presenting.fields import Field, field_of
from ecrf.web.presenting.fixed_words import FixedWords, fixed_words
from ecrf.web.presenting.grids import Row, row_of
from ecrf.web.presenting.pages import Progress, progress_of
from ecrf.web.presenting.scores import Score, scores_of
from ecrf.web.presenting.sheets import Sheet


@dataclass(frozen=True)
class Conditions:
    """The items of the page that are hidden now, and those that are required now, of all that depend on others."""

    hidden: tuple[str, ...]
    required: tuple[str, ...]


@dataclass(frozen=True)
class Live:
    """The parts of the page that what is typed has moved, or had moved before."""

    words: FixedWords
    rows: tuple[Row, ...]
    fields: tuple[Field, ...]
    in_grid: frozenset[str]
    computed: tuple[Field, ...]
    scores: tuple[Score, ...]
    criteria: tuple[Criterion, ...]
    tally: Tally | None
    conditions: Conditions
    reasons: tuple[ReasonRow, ...]
    same_reason: bool
    progress: Progress


def live_of(sheet: Sheet, standing: frozenset[str]) -> Live:
    """The moved parts; `standing` are the items whose earlier check still stands on the page."""
    placed = [(name, group.is_grid) for group in sheet.groups for name in group.items]
    kinds = {name: sheet.plan.items[name].kind for name, _ in placed}
    moved = {name for name in kinds if sheet.is_changed(name) or name in sheet.typing.refused} | standing
    # What is not a result (laboratory, sample date, sex) may choose another range for every result.
    anew = any(kinds.get(name) not in (None, "lab", "computed") for name in moved)
    rows = (name for name, is_grid in placed if is_grid and kinds[name] == "lab" and (anew or name in moved))
    fields = (name for name, is_grid in placed if name in moved and kinds[name] != "computed"
              and not (is_grid and kinds[name] == "lab"))  # fmt: skip
    computed = (name for name, kind in kinds.items() if kind == "computed")
    criteria = tuple(_criteria(sheet))
    return Live(
        fixed_words(sheet.language), tuple(row_of(sheet, name) for name in rows),
        tuple(field_of(sheet, name) for name in fields),
        frozenset(name for name, is_grid in placed if is_grid), tuple(field_of(sheet, name) for name in computed),
        tuple(_scores(sheet)), criteria, tally_of(criteria) if criteria else None, _conditions(sheet, kinds),
        reason_rows(sheet), sheet.typing.same_reason, progress_of(sheet),
    )  # fmt: skip


def _scores(sheet: Sheet) -> Iterator[Score]:
    return scores_of(sheet, (group for group in sheet.groups if group.layout == "score"))


def _criteria(sheet: Sheet) -> Iterator[Criterion]:
    for group in sheet.groups:
        if group.layout == "criteria":
            yield from criteria_of(sheet, group)


def _conditions(sheet: Sheet, names: Iterable[str]) -> Conditions:
    depending = [name for name in names if sheet.plan.items[name].is_conditional]
    return Conditions(
        tuple(name for name in depending if not sheet.is_shown(name)),
        tuple(name for name in depending if name in sheet.facts.required),
    )

