"""One subject's rows, opened for an act: loaded in a fixed number of statements, and as checks see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, bindparam, literal, select

from ecrf.db import db
from ecrf.errors import IllegalState, NotFound, Place
from ecrf.messages import N_
from ecrf.models.events import Event
from ecrf.models.holds import WHOLE, Hold
from ecrf.models.queries import Query
from ecrf.models.reach import over
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.standing import STARTED, Gone, gone_at, standing
from ecrf.models.studies import SiteVersion, Study
from ecrf.models.subjects import Subject
from ecrf.policy.actors import SYSTEM, Actor
from ecrf.policy.permissions import Permission
from ecrf.services import beyond, studies
from ecrf.services.range_tables import range_table
from ecrf.services.trail import About
from forms.casebook import Casebook, EventKey, RecordKey, Values
from forms.compiled import CompiledStudy
from forms.definitions import Form


@dataclass(frozen=True)
class Found:
    """A subject that the actor may see, with what an act needs to know of its site and study."""

    subject: Subject
    site: Site
    study: Study
    version_in_force: int | None
    has_holds: bool

    @property
    def about(self) -> About:
        """The subject's chain."""
        return About(self.subject.chain, study=self.study.id, site=self.site.id, subject=self.subject.id)

    @property
    def place(self) -> Place:
        """Where a refused attempt at this subject is traced."""
        return Place(study=self.study.id, site=self.site.id, subject=self.subject.id)

    def today(self, now: datetime) -> date:
        """The date that the clock at the site shows at a moment."""
        return now.astimezone(ZoneInfo(self.site.timezone)).date()


def told(hold: Hold) -> dict[str, str | None]:
    """A freeze or lock as people are told of it."""
    what = {"level": hold.level, "kind": hold.kind}
    return {**what, "who": hold.held_by, "when": hold.held_at.isoformat(), "why": hold.reason}


# Statements are built once: building one takes longer than running it.
_IN_FORCE = (
    select(SiteVersion.study_version)
    .where(SiteVersion.site_id == Site.id, SiteVersion.in_force_from <= bindparam("now"))
    .order_by(SiteVersion.in_force_from.desc())
    .limit(1)
    .scalar_subquery()
)
_IS_HELD = select(Hold.id).where(over(Subject.id, Subject.site_id, Subject.study_id)).correlate(Subject).exists()
_SUBJECT = (
    select(Subject, Site, Study, _IN_FORCE, _IS_HELD)
    .join(Site, Site.id == Subject.site_id)
    .join(Study, Study.id == Subject.study_id)
    .where(Subject.id == bindparam("subject"))
)
_HOLDS = select(Hold).where(over(bindparam("subject"), bindparam("site"), bindparam("study")))


def find_subject(by: Actor, subject_id: str, now: datetime, what: str = "subject") -> Found:
    """The subject, its site and study; someone else's subject does not exist, nor does `what` of it was asked for."""
    row = db.session.execute(_SUBJECT, {"subject": subject_id, "now": now}).one_or_none()
    if row is None:
        raise NotFound(what)
    found = Found(*row)
    if by is not SYSTEM and not by.may(Permission.SUBJECT_READ, found.study.id, found.subject.site_id):
        raise NotFound(what)
    return found


@dataclass
class OpenCasebook:
    """The rows of one subject that one act needs: every event, and the records of the forms within reach.

    `beyond` and `open_queries` are filled where a record stands that asks of the whole casebook; `last_number` is that
    of the last query that this act opened, and `opened` are all that it opened, by record and check.
    """

    found: Found
    version: int
    compiled: CompiledStudy
    events: dict[EventKey, Event]
    records: dict[RecordKey, Record]
    holds: list[Hold]
    today: date
    beyond: Mapping[RecordKey, Values] = field(default_factory=dict)
    open_queries: int = 0
    last_number: int | None = None
    opened: dict[tuple[str, str], Query] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Whether a record stands here whose checks ask of the whole casebook."""
        asking = self.compiled.asking
        return bool(asking) and any(key.form in asking for key in self.records)

    def holds_on(self, event: Event | None, form: str, record: Record | None) -> list[Hold]:
        """The freezes and locks that cover a whole record (those of single items are not among them)."""
        event_id = event.id if event else None
        return [hold for hold in self.holds if hold.level != "item" and covers(hold, event_id, form, record)]

    def item_holds(self, record: Record | None) -> list[Hold]:
        """The freezes and locks of single items of a record."""
        return [hold for hold in self.holds if record and hold.level == "item" and hold.record_id == record.id]

    def held_items(self, record: Record, kind: str | None = None) -> frozenset[str]:
        """The single items of a record that are held (in one way), those of the laboratory with their companions."""
        form = self.compiled.study.forms[record.form]
        holds = (hold for hold in self.item_holds(record) if kind in (None, hold.kind))
        return frozenset(item for hold in holds for item in held_with(form, hold.item))

    def gone(self, key: RecordKey) -> Gone | None:
        """What took a record away, or the place where one would begin."""
        return gone_at(self.events, self.records, key)

    def place(self, address: RecordKey) -> Place:
        """Where a refused attempt at one record is traced."""
        record = self.records.get(address)
        return replace(
            self.found.place, event=address.event.written, form=address.form, row=address.row,
            record=record.id if record else None, study_version=self.version,
        )  # fmt: skip

    def as_seen(self, *, whole: bool = True) -> Casebook:
        """The rows as checks and derivations see them now, with all that lies beyond them where the `whole` casebook is
        asked for."""
        taking_part = standing(self.events, self.records)
        bound = taking_part if self.holds else {}
        held = (key for key, record in bound.items() if self.holds_on(self.events[key.event], key.form, record))
        items = ((key, item) for key, record in bound.items() for item in self.held_items(record))
        return Casebook(
            records={**(self.beyond if whole else {}), **{key: record.values for key, record in taking_part.items()}},
            ranges=range_table(self.found.study.id, self.found.study.ranges_revision),
            today=self.today,
            events=frozenset(key for key, event in self.events.items() if event.state == STARTED),
            held_records=frozenset(held),
            held_items=frozenset(items),
            open_queries=self.open_queries,
        )


def covers(hold: Hold, event_id: str | None, form: str, record: Record | None) -> bool:
    """Whether a hold reaches a record (or an item of it)."""
    if hold.level in WHOLE:
        return True
    if hold.level in ("event", "form"):
        return hold.event_id == event_id and hold.form in (None, form)
    return record is not None and hold.record_id == record.id


def held_with(form: Form, item: str | None) -> frozenset[str]:
    """The items that a hold of one item reaches: a laboratory item is held with its companions, entered and computed,
    for they say what its value is worth."""
    companions = {each.oid for each in form.items.values() if each.lab is not None and each.lab == item}
    return frozenset(companions | ({item} if item else set()))


def open_casebook(found: Found, key: RecordKey, now: datetime) -> OpenCasebook:
    """Load the subject's events, its holds, and the records within reach of one record, in two statements.

    A record keeps the version it was entered under; a new one takes the version in force at the site.
    """
    number = found.version_in_force
    if number is None:
        raise IllegalState(N_("No study version is in force at this site yet."), state="none", needed=("in_force",))
    book = open_around(found, key.form, number, now)
    record = book.records.get(key)
    if record is not None and record.study_version != number:
        book = open_around(found, key.form, record.study_version, now)
    return book


def open_around(found: Found, form: str, number: int, now: datetime) -> OpenCasebook:
    """The same for every record of one form, as one study version judges them."""
    compiled = studies.compiled(found.study.id, number)
    if form not in compiled.study.forms:
        raise NotFound("form")
    within = compiled.reach(form) | {form}
    events, records = _rows_of(found.subject.id, within)
    book = OpenCasebook(found, number, compiled, events, records, holds_of(found), found.today(now))
    if form in compiled.asking or book.asks:
        book.beyond = beyond.values_beyond(found.subject.id, within)
        book.open_queries = beyond.open_queries(found.subject.id, compiled.asking)
    return book


def holds_of(found: Found) -> list[Hold]:
    """The standing freezes and locks that reach something of a subject, those of its site and its study among them."""
    if not found.has_holds:
        return []
    ids = {"subject": found.subject.id, "site": found.subject.site_id, "study": found.subject.study_id}
    return list(db.session.scalars(_HOLDS, ids))


def _rows_of(subject_id: str, forms: frozenset[str]) -> tuple[dict[EventKey, Event], dict[RecordKey, Record]]:
    events: dict[EventKey, Event] = {}
    records: dict[RecordKey, Record] = {}
    for event, record in db.session.execute(_rows_within(forms), {"subject": subject_id}):
        events[event.key] = event
        if record is not None:
            records[record.key] = record
    return events, records


@lru_cache(maxsize=1024)
def _rows_within(forms: frozenset[str]) -> Select[Event, Record]:
    """Every event of a subject, each with its records of these forms."""
    joined = and_(Record.event_id == Event.id, Record.form.in_([literal(form) for form in sorted(forms)]))
    return select(Event, Record).outerjoin(Record, joined).where(Event.subject_id == bindparam("subject"))
