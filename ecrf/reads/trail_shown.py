"""Which acts are there for a reader, and what one may look for, as conditions: a filter tells nothing that the page
does not show."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select

from audit.tables import trail_changes, trail_entries
from ecrf.db import db
from ecrf.models.holds import Hold, StaleMark
from ecrf.models.queries import Query, QueryMessage
from ecrf.models.records import Record
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.reads.transferred import arrived
from ecrf.reads.withholding import flags_by_study, tells_of_nothing
from forms.withheld import Flagged

entry, change = trail_entries.c, trail_changes.c
_ABOUT = {"queries": 9, "query_messages": 16, "holds": 7, "stale_marks": 13}
"""Where the id of a row begins in a path, by its table."""
_ID = 36


def acts_told(actor: Actor) -> list[ColumnElement[bool]]:
    """The conditions under which an entry tells of more than what would unblind this reader: an act on such an item
    alone is not there, and is not counted."""
    return [
        or_(entry.study.is_(None), entry.study != study, _reads(actor, Permission.RESTRICTED_READ), not_(_is_of(found)))
        for study, found in _flagged("restricted")
    ]


def last_act_told(reader: Actor, chain: str, record_id: str) -> tuple[str, datetime] | None:
    """Who moved a record last and when, of the acts that are there for this reader; of a consequence, when and who did
    what it follows from."""
    cause = trail_entries.alias("cause")
    of_cause = and_(cause.c.chain == entry.cause_chain, cause.c.sequence == entry.cause_sequence)
    of_record = and_(change.chain == entry.chain, change.sequence == entry.sequence)
    moved = change.path.startswith(f"records/{record_id}/", autoescape=True)
    told = (
        select(func.coalesce(cause.c.actor_name, entry.actor_name), entry.recorded_at)
        .select_from(trail_entries.outerjoin(cause, of_cause))
        .where(entry.chain == chain, exists().where(of_record, moved), *acts_told(reader))
    )
    row = db.session.execute(told.order_by(entry.sequence.desc()).limit(1)).first()
    return (row[0], row[1]) if row else None


def _is_of(flagged: Flagged) -> ColumnElement[bool]:
    """Whether an entry tells of flagged items, and of nothing else but numbers of its own."""
    here = (change.chain == entry.chain, change.sequence == entry.sequence)
    technical = or_(change.path.not_like("%/%"), change.path.like("%/sequence"), change.path.like("%/revision"))
    of_it = _names(flagged)
    return and_(exists().where(*here, of_it), not_(exists().where(*here, not_(technical), not_(of_it))))


def changes_told(actor: Actor, *, by_value: bool) -> list[ColumnElement[bool]]:
    """The conditions under which one may look for a change: never for what is not there for this reader, and not by a
    value that is withheld."""
    hidden = [(study, Permission.RESTRICTED_READ, _names(found)) for study, found in _flagged("restricted")]
    if by_value:
        hidden += [(study, Permission.IDENTITY_READ, _of_items(found)) for study, found in _flagged("identifying")]
    return [
        or_(entry.study.is_(None), entry.study != study, _reads(actor, permission), not_(names))
        for study, permission, names in hidden
    ]


def _flagged(kind: str) -> list[tuple[str, Flagged]]:
    return [(study, found) for study, flags in flags_by_study().items() if (found := getattr(flags, kind)).items]


def _reads(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """Whether the reader sees such items where the entry's subject is."""
    here = allowed(actor, permission, study=entry.study, site=entry.site)
    come = arrived(actor, permission)
    return or_(here, entry.subject.in_(come)) if come else here


def _names(flagged: Flagged) -> ColumnElement[bool]:
    """Whether a change is one of a flagged item, of a query on it or of a check that reads it, or of its hold."""
    queries = select(Query.id).where(not_(tells_of_nothing(flagged)))
    said = select(QueryMessage.id).where(QueryMessage.query_id.in_(queries))
    held = _of_rows(Hold, flagged).where(Hold.level == "item")
    rows = {"queries": queries, "query_messages": said, "holds": held, "stale_marks": _of_rows(StaleMark, flagged)}
    about = [
        and_(change.path.startswith(f"{table}/"), func.substr(change.path, _ABOUT[table], _ID).in_(ids))
        for table, ids in rows.items()
    ]
    return or_(_of_items(flagged), *about)


def _of_items(flagged: Flagged) -> ColumnElement[bool]:
    """Whether a change is one of the value of a flagged item."""
    return or_(*(_of_item(form, oid) for form, oids in flagged.items.items() for oid in sorted(oids)))


def _of_item(form: str, oid: str) -> ColumnElement[bool]:
    of_form = func.substr(change.path, len("records/") + 1, _ID).in_(select(Record.id).where(Record.form == form))
    not_begun = and_(change.path == f"records/new/data/{oid}", entry.form == form)
    return or_(not_begun, and_(change.path.endswith(f"/data/{oid}", autoescape=True), of_form))


def _of_rows(model: Any, flagged: Flagged) -> Select[Any]:
    """The rows of a model that name a flagged item of a record."""
    named = (and_(Record.form == form, model.item.in_(sorted(oids))) for form, oids in flagged.items.items())
    return select(model.id).join(Record, Record.id == model.record_id).where(or_(*named))
