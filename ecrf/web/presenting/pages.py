"""A form's page, whole: context, sections, panels, grid, notice, reasons, what to choose, and what can be done."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from ecrf.reads.forms import FormHold
from ecrf.web.presenting.cards import Card, card_of
from ecrf.web.presenting.changes import Collision, ReasonRow, collisions, label_of, reason_rows
from ecrf.web.presenting.fields import Field, field_of
from ecrf.web.presenting.fixed_words import FixedWords, fixed_words
from ecrf.web.presenting.grids import Grid, Row, grid_of, row_of
from ecrf.web.presenting.plans import GroupPlan
from ecrf.web.presenting.sheets import Sheet
from ecrf.web.presenting.summaries import Summary, missing_text, summary_of
from ecrf.web.presenting.surroundings import Surroundings, surroundings_of
from forms.datum import EMPTY


@dataclass(frozen=True)
class Section:
    """One group: its fields, or its rows in the grid; `answered` of `asked` items, and its worst mark with a count."""

    plan: GroupPlan
    fields: tuple[Field, ...]
    rows: tuple[Row, ...]
    answered: int
    asked: int
    refused: int
    open: int


@dataclass(frozen=True)
class Panel:
    """One panel: a section of fields, or the neighbouring sections of one grid."""

    sections: tuple[Section, ...]
    grid: Grid | None = None


@dataclass(frozen=True)
class Progress:
    """Required items answered, and what is missing in words."""

    answered: int
    required: int
    missing: str


@dataclass(frozen=True)
class Page:
    """Everything the template shows. `takes_answers` says whether there is anything to type on this very page; `base`
    is the saved answers as the form carries them, for a save that collides."""

    title: str
    help: str
    around: Surroundings
    state: str
    revision: int
    record_id: str | None
    is_writable: bool
    takes_answers: bool
    may_complete: bool
    words: FixedWords
    panels: tuple[Panel, ...]
    sections: tuple[Section, ...]
    cards: tuple[Card, ...]
    progress: Progress
    summary: Summary | None
    reasons: tuple[ReasonRow, ...]
    same_reason: bool
    collisions: tuple[Collision, ...]
    holds: tuple[FormHold, ...]
    saved: tuple[str, datetime] | None
    base: str
    unsaved: tuple[tuple[str, str], ...]
    has_typing: bool
    may: frozenset[str]


def page_of(sheet: Sheet, *, was_saved: bool = False, after_act: bool = False) -> Page:
    """The page of one sheet; `was_saved` and `after_act` say what the notice speaks of."""
    facts = sheet.facts
    every = (_section(sheet, group) for group in sheet.plan.groups)
    sections = tuple(section for section in every if section.fields or section.rows)
    return Page(
        title=sheet.plan.title, help=sheet.plan.help, around=surroundings_of(sheet), state=facts.state,
        revision=facts.revision, record_id=facts.record_id, is_writable=facts.is_writable,
        takes_answers=facts.is_writable and not _is_list(sheet),
        may_complete=facts.is_writable and "record.complete" in facts.may and facts.state != "complete",
        words=fixed_words(sheet.language), panels=tuple(_panels(sheet, sections)), sections=sections,
        cards=tuple(card_of(sheet, query) for query in sheet.unplaced_queries() if query.state != "closed"),
        progress=progress_of(sheet), summary=summary_of(sheet, was_saved=was_saved, after_act=after_act),
        reasons=reason_rows(sheet), same_reason=sheet.typing.same_reason, collisions=collisions(sheet),
        holds=tuple(hold for hold in facts.holds if hold.item is None), saved=facts.saved,
        base=base_of(sheet), unsaved=unsaved(sheet),
        has_typing=bool(sheet.typing.replies) or any(sheet.is_changed(name) for name in sheet.typing.answers),
        may=facts.may,
    )  # fmt: skip


def base_of(sheet: Sheet) -> str:
    """The saved answers of the items a person enters, so that a later save can tell what was typed against what. Of
    an answer that collides it stays the one before both."""
    before, colliding = sheet.typing.base or {}, set(sheet.typing.colliding)
    entered = [name for name, item in sheet.plan.items.items() if item.kind != "computed"]
    known = {name: before.get(name, EMPTY) if name in colliding else sheet.stored(name) for name in entered}
    documents = {name: datum.document() for name, datum in known.items() if not datum.is_empty}
    return json.dumps(documents, ensure_ascii=False, separators=(",", ":"))


def progress_of(sheet: Sheet) -> Progress:
    """How far the form is from complete."""
    required, missing = len(sheet.facts.required), len(sheet.facts.missing)
    return Progress(required - missing, required, missing_text(sheet))


def unsaved(sheet: Sheet) -> tuple[tuple[str, str], ...]:
    """What was typed into a form that cannot be typed into any more: nothing typed is lost."""
    if sheet.facts.is_writable:
        return ()
    changed = (name for name in sheet.typing.answers if name in sheet.plan.items and sheet.is_changed(name))
    return tuple((label_of(sheet, name), sheet.said(name, sheet.displayed(name))) for name in changed)


def _is_list(sheet: Sheet) -> bool:
    """Whether the page is that of a repeating form as a whole: a list of its rows, where nothing is typed."""
    return sheet.facts.form.repeating and sheet.facts.row == 0


def _items(sheet: Sheet, group: GroupPlan) -> Iterable[str]:
    """The items of a section; of a repeating form as a whole those that are computed over its rows."""
    return [name for name in group.items if not sheet.stored(name).is_empty] if _is_list(sheet) else group.items


def _section(sheet: Sheet, group: GroupPlan) -> Section:
    rows = tuple(row_of(sheet, name) for name in _items(sheet, group)) if group.is_grid else ()
    fields = tuple(row.field for row in rows) or tuple(field_of(sheet, name) for name in _items(sheet, group))
    asked = [field for field in fields if field.plan.kind != "computed" and field.is_shown]
    return Section(
        group, () if group.is_grid else fields, rows, sum(not sheet.stored(field.name).is_empty for field in asked),
        len(asked), sum(field.refused is not None for field in asked),
        sum(mark.state == "open" for field in fields for mark in field.marks),
    )  # fmt: skip


def _panels(sheet: Sheet, sections: tuple[Section, ...]) -> Iterable[Panel]:
    """Fields have a panel for each section; neighbouring sections of a grid share one table."""
    for is_grid, run in groupby(sections, key=lambda section: section.plan.is_grid):
        if is_grid:
            yield Panel(tuple(run), grid_of(sheet))
        else:
            yield from (Panel((section,)) for section in run)
