"""What stands around one record when its page is shown: its queries with what was said, its trail in numbers.

The record's values, ranges and holds come with the casebook that `ecrf.services.form_pages` opens; here is what a save
does not need.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from audit.tables import trail_changes, trail_entries
from ecrf.db import db
from ecrf.models.holds import StaleMark
from ecrf.models.records import Record
from ecrf.models.standing import stands
from ecrf.reads.queries import MessageFacts
from forms.casebook import EventKey, RecordKey, Values
from forms.datum import Datum
from forms.definitions import Event, Form, Study
from forms.findings import Operand, RangeUsed
from forms.texts import Text


@dataclass(frozen=True)
class FormQuery:
    """One query on the record, with its thread; `message` is by language, `explanation` that of its finding."""

    id: str
    number: int
    item: str | None
    check: str | None
    check_version: str | None
    gate: str | None
    message: Text
    explanation: Mapping[str, Any] | None
    state: str
    resolution: str | None
    opened_at: datetime
    opened_by: str
    opened_role: str | None
    changed_at: datetime
    messages: tuple[MessageFacts, ...] = ()


@dataclass(frozen=True)
class FormHold:
    """A freeze or lock that reaches the record (`item` None) or one of its items."""

    id: str
    level: str
    kind: str
    item: str | None
    held_by: str
    held_at: datetime
    zone: str
    reason: str | None = None


@dataclass(frozen=True)
class FormGone:
    """What took the record away: itself (`form` or `row`), the `form` of a row, or its `visit`; `is_own` where that is
    undone on this very page. Who said so, when, and why."""

    what: str
    state: str
    is_own: bool
    by: str
    at: datetime
    zone: str
    reason: str | None
    note: str | None


@dataclass(frozen=True)
class FormRow:
    """One row of a repeating form: its number, state and values, and how many of its queries are open and answered."""

    row: int
    state: str
    values: Mapping[str, Datum]
    open_queries: int = 0
    answered_queries: int = 0


@dataclass(frozen=True)
class Who:
    """The subject as the context bar says it; `sex` and `birth` as entered, None while they are not."""

    id: str
    number: str
    site_code: str
    site_name: str
    zone: str
    sex: str | None = None
    birth: str | None = None


@dataclass(frozen=True)
class FormFacts:
    """Everything a form's page shows, in the study's own codes; the presenters say it in a language.

    `revision` 0 and `record_id` None: not started. `items` are those of this record: on a repeating form the items of
    the row, or (row 0) those of the form itself, whose `rows` are listed; `new_id` is the id that a row takes which is
    not there yet. `missing` are the required items without answer or reason; `ranges` has the range row of each
    laboratory item that has one now; `ranged` the items that any laboratory has ranges for. `visit_offset` is the day
    of the visit counted from day 0. `entries` counts the acts on each item; `saved` is who wrote last and when. `may`
    are permission codes. `is_asked` is false where the condition of the form does not hold and nothing was entered.
    `grounds` are what was looked at to say what the data say of each criterion; `free` are the next free numbers that a
    new row may take. `gone` is what took the record away, `holds_answers` says that something was entered here;
    `absent` are the items that are not there for this reader.
    """

    who: Who
    study: Study
    event: Event
    instance: int
    form: Form
    row: int
    record_id: str | None
    state: str
    revision: int
    values: Mapping[str, Datum]
    items: tuple[str, ...]
    shown: frozenset[str]
    required: frozenset[str]
    missing: tuple[str, ...]
    ranges: Mapping[str, RangeUsed]
    ranged: frozenset[str]
    visit_date: str | None
    visit_offset: int | None
    today: date
    may: frozenset[str]
    queries: tuple[FormQuery, ...] = ()
    holds: tuple[FormHold, ...] = ()
    stale: frozenset[str] = frozenset()
    entries: Mapping[str, int] | None = None
    saved: tuple[str, datetime] | None = None
    rows: tuple[FormRow, ...] = ()
    is_asked: bool = True
    new_id: str | None = None
    grounds: Mapping[str, tuple[Operand, ...]] = field(default_factory=dict)
    free: Mapping[str, int] = field(default_factory=dict)
    gone: FormGone | None = None
    holds_answers: bool = False
    absent: frozenset[str] = frozenset()

    @property
    def key(self) -> EventKey:
        """The event's key."""
        return EventKey(self.event.oid, self.instance)

    @property
    def is_writable(self) -> bool:
        """Whether this person may type here now."""
        is_held = any(hold.item is None for hold in self.holds)
        return "record.edit" in self.may and not is_held and self.gone is None

    @property
    def is_list(self) -> bool:
        """Whether this is a repeating form as a whole, with its rows listed."""
        return self.form.repeating and self.row == 0


_ENTRIES = (
    select(trail_changes.c.path, func.count())
    .where(
        trail_changes.c.chain == bindparam("chain"), trail_changes.c.mark.in_(("set", "refused")),
        trail_changes.c.path >= bindparam("first"), trail_changes.c.path < bindparam("beyond"),
    )
    .group_by(trail_changes.c.path)
)  # fmt: skip
_CAUSE = trail_entries.alias("cause")
_LAST_ACT = (
    select(func.coalesce(_CAUSE.c.actor_name, trail_entries.c.actor_name), trail_entries.c.recorded_at)
    .select_from(
        trail_entries.outerjoin(
            _CAUSE,
            and_(_CAUSE.c.chain == trail_entries.c.cause_chain, _CAUSE.c.sequence == trail_entries.c.cause_sequence),
        )
    )
    .where(trail_entries.c.chain == bindparam("chain"), trail_entries.c.sequence == bindparam("sequence"))
)
"""Statements are made once: what is the same for every page costs nothing per page."""


def entries_of(chain: str, record_id: str) -> dict[str, int]:
    """How many acts the trail holds on each item of a record: values set and values refused."""
    start = f"records/{record_id}/data/"
    beyond = start[:-1] + "0"  # "0" follows "/"
    counted = db.session.execute(_ENTRIES, {"chain": chain, "first": start, "beyond": beyond})
    return {path.removeprefix(start): number for path, number in counted}


def last_act(chain: str, sequence: int) -> tuple[str, datetime] | None:
    """Who wrote an entry, and when; of a consequence, who did what it follows from."""
    row = db.session.execute(_LAST_ACT, {"chain": chain, "sequence": sequence}).first()
    return (row[0], row[1]) if row else None


def stale_items(record_id: str) -> frozenset[str]:
    """The computed items of a held record that would have moved."""
    chosen = select(StaleMark.item).where(StaleMark.record_id == record_id, StaleMark.cleared_at.is_(None))
    return frozenset(db.session.scalars(chosen))


def values_of(subject_id: str, forms: Iterable[str]) -> dict[RecordKey, Values]:
    """The values of a subject's records of some forms."""
    chosen = select(Record).where(Record.subject_id == subject_id, Record.form.in_(sorted(forms)), stands())
    return {record.key: record.values for record in db.session.scalars(chosen)}
