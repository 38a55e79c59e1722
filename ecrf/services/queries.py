"""What people do with queries: raise, answer, close, reopen. What asks how many are open is asked again."""

from sqlalchemy import func, select

from ecrf.db import db
from ecrf.errors import BadInput, Held, IllegalState, NotFound
from ecrf.messages import N_, Message
from ecrf.models.holds import Hold
from ecrf.models.queries import Query, QueryMessage
from ecrf.models.records import Record
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.services import reevaluating, studies, words
from ecrf.services.casebooks import Found, covers, find_subject, told
from ecrf.services.trail import Acts, about_record

LONGEST = words.LONGEST


def raise_query(by: Actor, record_id: str, item: str | None, text: str) -> Query:
    """Ask about a record or one of its items."""
    record, found, acts = _open(by, record_id, Permission.QUERY_RAISE)
    known = studies.compiled(record.study_id, record.study_version).study.forms[record.form].items
    if item is not None and item not in known:
        raise BadInput({"item": Message(N_("The form has no item “%(item)s”."), {"item": item[:64]})})
    said = words.written("text", text)
    highest = db.session.scalar(select(func.max(Query.number)).where(Query.subject_id == record.subject_id))
    query = Query(
        study_id=record.study_id, site_id=record.site_id, subject_id=record.subject_id, record_id=record.id,
        number=(highest or 0) + 1, item=item, message={"und": said}, opened_at=acts.at, opened_by=by.name,
        opened_role=by.role_for(found.site.id), changed_at=acts.at,
    )  # fmt: skip
    _tell(acts, by, Action.QUERY_RAISED, record, query, "raised", said)
    return query


def answer(by: Actor, query_id: str, text: str) -> Query:
    """Answer an open query; only the site does."""
    query, record, acts = _open_query(by, query_id, Permission.QUERY_ANSWER)
    _expect_state(query, ("open", "answered"))
    query.state = "answered"
    _tell(acts, by, Action.QUERY_ANSWERED, record, query, "answer", words.written("text", text))
    return query


def close(by: Actor, query_id: str, text: str) -> Query:
    """Close a query with the words that settle it."""
    query, record, acts = _open_query(by, query_id, Permission.QUERY_CLOSE)
    _expect_state(query, ("open", "answered"))
    query.state, query.resolution = "closed", "closed_by_person"
    _tell(acts, by, Action.QUERY_CLOSED, record, query, "closing", words.written("text", text))
    return query


def reopen(by: Actor, query_id: str, text: str) -> Query:
    """Reopen a closed query with its history."""
    query, record, acts = _open_query(by, query_id, Permission.QUERY_REOPEN)
    _expect_state(query, ("closed",))
    query.state, query.resolution = "open", None
    _tell(acts, by, Action.QUERY_REOPENED, record, query, "reopening", words.written("text", text))
    return query


def _open_query(by: Actor, query_id: str, permission: Permission) -> tuple[Query, Record, Acts]:
    query = db.session.get(Query, query_id)
    if query is None:
        raise NotFound("query")
    record, _, acts = _open(by, query.record_id, permission)
    db.session.refresh(query)
    return query, record, acts


def _open(by: Actor, record_id: str, permission: Permission) -> tuple[Record, Found, Acts]:
    """The record, once the actor may see it and do this, with its subject's chain taken and nothing locked."""
    record = db.session.get(Record, record_id)
    if record is None:
        raise NotFound("record")
    acts = Acts.on_subject(record.subject_id)
    found = find_subject(by, record.subject_id, acts.at)
    require(by, permission, found.subject)
    acts.about = found.about
    db.session.refresh(record)
    _expect_unlocked(record)
    return record, found, acts


def _expect_unlocked(record: Record) -> None:
    standing = select(Hold).where(
        Hold.subject_id == record.subject_id, Hold.kind == "lock", Hold.level != "item", Hold.lifted_at.is_(None)
    )
    locks = [hold for hold in db.session.scalars(standing) if covers(hold, record.event_id, record.form, record)]
    if locks:
        raise Held([told(hold) for hold in locks])


def _expect_state(query: Query, states: tuple[str, ...]) -> None:
    if query.state not in states:
        raise IllegalState(N_("The query is not in a state for this."), state=query.state, needed=states)


def _tell(acts: Acts, by: Actor, action: Action, record: Record, query: Query, kind: str, said: str) -> None:
    """Put the words into the thread and write the act."""
    query.changed_at = acts.at
    message = QueryMessage(
        study_id=record.study_id, site_id=record.site_id, subject_id=record.subject_id, query_id=query.id, kind=kind,
        text=said, said_at=acts.at, said_by=by.name, said_role=by.role_for(record.site_id) or "",
    )  # fmt: skip
    cause = acts.add(by, action, [query, message], about=about_record(acts.about, record))
    acts.write()
    asking = studies.compiled(record.study_id, record.study_version).asking
    if asking and action is not Action.QUERY_ANSWERED and record.form not in asking:
        reevaluating.reconsider_forms(record.subject_id, asking, acts.at, cause)
