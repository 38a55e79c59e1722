"""A form's page, whole: context, sections, panels, grid, notice, reasons, what to choose, and what can be done."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from ecrf.reads.forms import FormHold
from ecrf.web.presenting.cards import Card, card_of, takes_reply
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.changes import Collision, ReasonRow, collisions, label_of, reason_rows
from ecrf.web.presenting.criteria import Criterion, Tally, criteria_of, tally_of
from ecrf.web.presenting.fields import Field, field_of
from ecrf.web.presenting.fixed_words import FixedWords, fixed_words
from ecrf.web.presenting.grids import Grid, Row, grid_of, row_of
from ecrf.web.presenting.plans import GroupPlan
from ecrf.web.presenting.row_lists import RowList, row_list_of
from ecrf.web.presenting.scores import Score, runs_of, scores_of
from ecrf.web.presenting.sheets import Sheet
from ecrf.web.presenting.state_acts import Departure, StateAct, departure_of, state_acts_of
from ecrf.web.presenting.summaries import Summary, missing_text, summary_of
from ecrf.web.presenting.surroundings import Surroundings, surroundings_of
from ecrf.web.presenting.unanswered import Unanswered, unanswered
from forms.datum import EMPTY, Datum


@dataclass(frozen=True)
class Section:
    """One group: its fields, its rows in the grid, or its criteria; `answered` of `asked` items, its worst mark with a
    count."""

    plan: GroupPlan
    fields: tuple[Field, ...]
    rows: tuple[Row, ...]
    criteria: tuple[Criterion, ...]
    answered: int
    asked: int
    refused: int
    open: int


@dataclass(frozen=True)
class Panel:
    """One panel: a section of fields, or the neighbouring sections of one grid, one score or one list of criteria."""

    layout: str
    sections: tuple[Section, ...]
    grid: Grid | None = None
    scores: tuple[Score, ...] = ()
    tally: Tally | None = None

    @property
    def is_narrow(self) -> bool:
        """Whether its questions are short enough to stand in two columns."""
        fields = (field for section in self.sections for field in section.fields)
        return all(field.plan.is_brief for field in fields if field.plan.kind != "computed")


@dataclass(frozen=True)
class Progress:
    """Required items answered, and what is missing in words."""

    answered: int
    required: int
    missing: str


@dataclass(frozen=True)
class Unsaved:
    """One thing that was typed and is not saved, with its label; `anchor` where a notice may lead to it."""

    label: str
    typed: str
    anchor: str = ""


@dataclass(frozen=True)
class Page:
    """Everything the template shows. `is_writable` says whether this person may do something here, `asks` whether there
    is something to type; `base` is the saved answers as the form carries them, for a save that collides. `kept_at` is
    since when a draft stands here that is not saved, `drafted` what the page speaks of in the draft."""

    title: str
    help: str
    around: Surroundings
    state: str
    revision: int
    record_id: str | None
    is_writable: bool
    is_asked: bool
    asks: bool
    may_complete: bool
    words: FixedWords
    panels: tuple[Panel, ...]
    sections: tuple[Section, ...]
    row_list: RowList | None
    cards: tuple[Card, ...]
    progress: Progress
    missing: tuple[str, ...]
    unanswered: tuple[Unanswered, ...]
    missing_reasons: tuple[tuple[str, str], ...]
    summary: Summary | None
    reasons: tuple[ReasonRow, ...]
    same_reason: bool
    collisions: tuple[Collision, ...]
    holds: tuple[FormHold, ...]
    saved: tuple[str, datetime] | None
    base: str
    unsaved: tuple[Unsaved, ...]
    new_id: str | None
    has_typing: bool
    kept_at: datetime | None
    drafted: tuple[str, ...]
    may: frozenset[str]
    departure: Departure | None = None
    state_acts: tuple[StateAct, ...] = ()

    @property
    def is_list(self) -> bool:
        """Whether this is a repeating form as a whole, with its rows listed."""
        return self.row_list is not None

    @property
    def has_questions(self) -> bool:
        """Whether there are questions to answer by one key after the other."""
        return any(panel.layout in ("score", "criteria") for panel in self.panels)


def page_of(sheet: Sheet, *, was_saved: bool = False, after_act: bool = False) -> Page:
    """The page of one sheet; `was_saved` and `after_act` say what the notice speaks of."""
    facts = sheet.facts
    sections = tuple(_section(sheet, group) for group in sheet.groups)
    return Page(
        title=sheet.plan.title, help=sheet.plan.help, around=surroundings_of(sheet), state=facts.state,
        revision=facts.revision, record_id=facts.record_id, is_writable=facts.is_writable,
        is_asked=facts.is_asked, asks=_asks(sheet),
        may_complete=facts.is_writable and "record.complete" in facts.may and facts.state != "complete",
        words=fixed_words(sheet.language), panels=tuple(_panels(sheet, sections)), sections=sections,
        row_list=row_list_of(sheet),
        cards=tuple(card_of(sheet, query) for query in sheet.unplaced_queries() if query.state != "closed"),
        progress=progress_of(sheet), missing=facts.missing, unanswered=unanswered(sheet),
        missing_reasons=sheet.plan.reasons, summary=summary_of(sheet, was_saved=was_saved, after_act=after_act),
        reasons=reason_rows(sheet), same_reason=sheet.typing.same_reason, collisions=collisions(sheet),
        holds=tuple(hold for hold in facts.holds if hold.item is None), saved=facts.saved,
        base=base_of(sheet), unsaved=unsaved(sheet), new_id=facts.new_id,
        has_typing=bool(sheet.typing.replies) or any(sheet.is_changed(name) for name in sheet.typing.answers),
        kept_at=sheet.typing.kept_at, drafted=tuple(sorted(sheet.typing.drafted)), may=facts.may,
        departure=departure_of(sheet), state_acts=state_acts_of(sheet),
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


def unsaved(sheet: Sheet) -> tuple[Unsaved, ...]:
    """What was typed and has no control here: of a form that cannot be typed into any more all that changed, and on
    every page answers to items that it does not have, and to queries that take none. Nothing typed is lost."""
    answers, known = sheet.typing.answers, sheet.plan.items
    changed = (name for name in answers if name in known and sheet.is_changed(name))
    held = [] if sheet.facts.is_writable else [
        Unsaved(label_of(sheet, name), sheet.said(name, sheet.displayed(name))) for name in changed
    ]  # fmt: skip
    strange = [Unsaved(name, _as_typed(typed), name) for name, typed in answers.items() if name not in known]
    asked = {query.id for query in sheet.facts.queries if takes_reply(sheet, query)} if _asks(sheet) else set()
    words = [text for query, text in sheet.typing.replies.items() if query not in asked]
    return (*held, *strange, *(Unsaved(gettext("Answer to a query"), text) for text in words))


def _as_typed(datum: Datum) -> str:
    """What was typed for an item of which nothing is known."""
    return " ".join(part for part in (datum.comparator, datum.text, datum.unit, datum.missing) if part)


def _asks(sheet: Sheet) -> bool:
    """Whether there is something to type on the page."""
    facts = sheet.facts
    return facts.is_writable and any(sheet.plan.items[name].kind != "computed" for name in facts.items)


def _section(sheet: Sheet, group: GroupPlan) -> Section:
    rows = tuple(row_of(sheet, name) for name in group.items) if group.is_grid else ()
    criteria = tuple(criteria_of(sheet, group)) if group.layout == "criteria" else ()
    placed = tuple(row.field for row in rows) + tuple(criterion.field for criterion in criteria)
    fields = placed or tuple(field_of(sheet, name) for name in group.items)
    asked = [field for field in fields if field.plan.kind != "computed" and field.is_shown]
    return Section(
        group, () if placed else fields, rows, criteria,
        sum(not sheet.stored(field.name).is_empty for field in asked), len(asked),
        sum(field.refused is not None for field in asked),
        sum(mark.state == "open" for field in fields for mark in field.marks),
    )  # fmt: skip


def _panels(sheet: Sheet, sections: tuple[Section, ...]) -> Iterable[Panel]:
    """Fields have a panel for each section; neighbouring sections of a grid, a score or criteria share one."""
    for layout, run in groupby(sections, key=lambda section: section.plan.layout):
        parts = tuple(run)
        if layout == "grid":
            yield Panel(layout, parts, grid_of(sheet))
        elif layout == "score":
            yield from _scores(sheet, parts)
        elif layout == "criteria":
            yield Panel(layout, parts, tally=tally_of(tuple(each for part in parts for each in part.criteria)))
        else:
            yield from (Panel(layout, (part,)) for part in parts)


def _scores(sheet: Sheet, parts: tuple[Section, ...]) -> Iterable[Panel]:
    """A panel for each total with what it adds up."""
    by_plan = {part.plan.anchor: part for part in parts}
    for run in runs_of(sheet, [part.plan for part in parts]):
        yield Panel("score", tuple(by_plan[plan.anchor] for plan in run), scores=tuple(scores_of(sheet, run)))
