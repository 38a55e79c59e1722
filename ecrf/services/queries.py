"""What people do with queries: raise, answer, close, reopen. What asks how many are open is asked again."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from audit.entries import EntryKey
from ecrf.db import db
from ecrf.errors import BadInput, Held, IllegalState, NotFound
from ecrf.ids import is_id
from ecrf.messages import N_, Message
from ecrf.models.events import Event
from ecrf.models.holds import Hold
from ecrf.models.queries import Query, QueryMessage
from ecrf.models.reach import over
from ecrf.models.records import Record
from ecrf.models.standing import gone_at
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.withholding import sight_of
from ecrf.services import reevaluating, studies, words
from ecrf.services.attempts import attempt
from ecrf.services.casebooks import Found, covers, find_subject, held_with, told
from ecrf.services.records import GONE
from ecrf.services.traces import SAID, about_place, unsaid
from ecrf.services.trail import Acts, about_record
from forms.definitions import Form

LONGEST = words.LONGEST


@dataclass(frozen=True)
class Move:
    """One thing that people say in a thread: what it needs, from which states, and what the query becomes."""

    permission: Permission
    action: Action
    kind: str
    since: tuple[str, ...]
    state: str
    resolution: str | None = None


_STANDING = ("open", "answered")
ANSWER = Move(Permission.QUERY_ANSWER, Action.QUERY_ANSWERED, "answer", _STANDING, "answered")
CLOSE = Move(Permission.QUERY_CLOSE, Action.QUERY_CLOSED, "closing", _STANDING, "closed", "closed_by_person")
_REOPEN = Move(Permission.QUERY_REOPEN, Action.QUERY_REOPENED, "reopening", ("closed",), "open")


def raise_query(by: Actor, record_id: str, item: str | None, text: str, *, query_id: str | None = None) -> Query:
    """Ask about a record or one of its items. A page says which id its query takes, so that it asks once, however often
    it is sent."""
    record, found, acts = _open(by, record_id)
    place = about_place(found, record)
    with attempt(by, Permission.QUERY_RAISE, Action.QUERY_RAISED, place, unsaid(place, SAID, text)) as acting:
        form = studies.compiled(record.study_id, record.study_version).study.forms[record.form]
        if item is not None and item not in sight_of(by, record).items(form.items):
            raise BadInput({"item": Message(N_("The form has no item “%(item)s”."), {"item": item[:64]})})
        asked = db.session.get(Query, query_id) if query_id else None
        if asked is not None and asked.record_id == record.id:
            return asked
        _expect_unlocked(record, form, item)
        _expect_there(record)
        given = {"id": query_id} if query_id and asked is None and is_id(query_id) else {}
        return _ask(acts, acting, record, item, words.written("text", text), given)


def answer(by: Actor, query_id: str, text: str) -> Query:
    """Answer an open query; only the site does."""
    return _say(by, query_id, text, ANSWER)


def close(by: Actor, query_id: str, text: str) -> Query:
    """Close a query with the words that settle it."""
    return _say(by, query_id, text, CLOSE)


def reopen(by: Actor, query_id: str, text: str) -> Query:
    """Reopen a closed query with its history."""
    return _say(by, query_id, text, _REOPEN)


def _ask(
    acts: Acts, by: Actor, record: Record, item: str | None, said: str, given: Mapping[str, str]
) -> Query:  # fmt: skip
    highest = db.session.scalar(select(func.max(Query.number)).where(Query.subject_id == record.subject_id))
    query = Query(
        **given, study_id=record.study_id, site_id=record.site_id, subject_id=record.subject_id, record_id=record.id,
        number=(highest or 0) + 1, item=item, message={"und": said}, opened_at=acts.at, opened_by=by.name,
        opened_role=by.role_for(record.site_id), changed_at=acts.at,
    )  # fmt: skip
    _tell(acts, by, Action.QUERY_RAISED, record, query, "raised", said)
    return query


def _say(by: Actor, query_id: str, text: str, move: Move) -> Query:
    query = db.session.get(Query, query_id)
    if query is None:
        raise NotFound("query")
    record, found, acts = _open(by, query.record_id, "query")
    if not sight_of(by, record).tells_of(query.item, query.check_id):
        raise NotFound("query")
    db.session.refresh(query)
    place = about_place(found, record)
    with attempt(by, move.permission, move.action, place, unsaid(place, SAID, text)) as acting:
        form = studies.compiled(record.study_id, record.study_version).study.forms[record.form]
        _expect_unlocked(record, form, query.item)
        if move is _REOPEN:
            _expect_there(record)
        if query.state not in move.since:
            raise IllegalState(N_("The query is not in a state for this."), state=query.state, needed=move.since)
        said = words.written("text", text)
        if query.state == move.state and _is_last_word(query, acting, move.kind, said):
            return query  # the same words sent twice, by a double click or after a lost connection, are said once
        query.state, query.resolution = move.state, move.resolution
        _tell(acts, acting, move.action, record, query, move.kind, said)
    return query


def _is_last_word(query: Query, by: Actor, kind: str, said: str) -> bool:
    """Whether this person said the very same last in the thread."""
    thread = select(QueryMessage).where(QueryMessage.query_id == query.id)
    last = db.session.scalars(thread.order_by(QueryMessage.said_at.desc(), QueryMessage.id.desc()).limit(1)).first()
    return last is not None and (last.kind, last.text, last.said_by) == (kind, said, by.name)


def _open(by: Actor, record_id: str, what: str = "record") -> tuple[Record, Found, Acts]:
    """The record, once the actor may see it, with its subject's chain taken."""
    record = db.session.get(Record, record_id)
    if record is None:
        raise NotFound("record")
    acts = Acts.on_subject(record.subject_id)
    found = find_subject(by, record.subject_id, acts.at, what)
    acts.about = found.about
    db.session.refresh(record)
    return record, found, acts


def _expect_unlocked(record: Record, form: Form, item: str | None) -> None:
    """Refuse what a lock holds: of the record, or of the item that is asked about."""
    standing = select(Hold).where(over(record.subject_id, record.site_id, record.study_id), Hold.kind == "lock")
    locks = [hold for hold in db.session.scalars(standing) if covers(hold, record.event_id, record.form, record)]
    bound = [hold for hold in locks if hold.level != "item" or item in held_with(form, hold.item)]
    if bound:
        raise Held([told(hold) for hold in bound])


def _expect_there(record: Record) -> None:
    """Refuse to ask about what was removed; what was merely not done can be asked about."""
    events = {record.key.event: db.session.get_one(Event, record.event_id)}
    whole = select(Record).where(
        Record.event_id == record.event_id, Record.form == record.form, Record.row == 0
    )  # fmt: skip
    gone = gone_at(events, {each.key: each for each in (*db.session.scalars(whole), record)}, record.key)
    if gone is not None and gone.state == "removed":
        raise IllegalState(GONE[gone.what, gone.state], state=gone.state, needed=("standing",))


def put_in_words(
    acts: Acts, by: Actor, action: Action, record: Record, query: Query, kind: str, said: str
) -> EntryKey:
    """Put what somebody says into the thread, as an act that is yet to be written."""
    query.changed_at = acts.at
    message = QueryMessage(
        study_id=record.study_id, site_id=record.site_id, subject_id=record.subject_id, query_id=query.id, kind=kind,
        text=said, said_at=acts.at, said_by=by.name, said_role=by.role_for(record.site_id) or "",
    )  # fmt: skip
    return acts.add(by, action, [query, message], about=about_record(acts.about, record))


def _tell(acts: Acts, by: Actor, action: Action, record: Record, query: Query, kind: str, said: str) -> None:
    """Put the words into the thread and write the act."""
    cause = put_in_words(acts, by, action, record, query, kind, said)
    acts.write()
    asking = studies.compiled(record.study_id, record.study_version).asking
    if asking and action is not Action.QUERY_ANSWERED and record.form not in asking:
        reevaluating.reconsider_forms(record.subject_id, asking, acts.at, cause)
