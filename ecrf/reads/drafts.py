"""Drafts: a person's own, and nobody else's, where that person may still type."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.drafts import Draft
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require_at
from ecrf.policy.scopes import in_scope
from ecrf.reads.definitions import definition, place
from ecrf.reads.subjects import in_force_at
from forms.casebook import RecordKey
from forms.datum import Datum

PAGE = 50


@dataclass(frozen=True)
class DraftFacts:
    """What was typed against `revision` and is not saved. `before` holds, for each answer, the one it was typed over,
    None where that is not known; `reasons` are (code, words) by item, `replies` the words by query."""

    answers: Mapping[str, Datum]
    before: Mapping[str, Datum | None]
    reasons: Mapping[str, tuple[str | None, str | None]]
    replies: Mapping[str, str]
    chosen: Mapping[str, str]
    revision: int
    kept_at: datetime


@dataclass(frozen=True)
class DraftLine:
    """One draft to finish; `event`, `instance`, `form` and `row` are its address, `row_id` that of a row that is not
    there yet; `place` says it in words. `count` are the answers and replies in it."""

    id: str
    subject_id: str
    subject: str
    site: str
    zone: str
    event: str
    instance: int
    form: str
    row: int
    row_id: str
    place: str
    count: int
    begun_at: datetime
    kept_at: datetime


def own_draft(
    actor: Actor, subject_id: str, key: RecordKey, record_id: str | None, since: datetime
) -> DraftFacts | None:  # fmt: skip
    """The actor's draft of a form, of a row, or of the row with this id while it was new; none kept before `since`.

    Raises `NotFound` and `Forbidden` where the actor may not type.
    """
    _expect_typist(actor, subject_id)
    row = and_(Draft.row == key.row, Draft.row_id == "")
    chosen = select(Draft).where(
        Draft.subject_id == subject_id, Draft.event == key.event.oid, Draft.instance == key.event.instance,
        Draft.form == key.form, or_(row, Draft.row_id == record_id) if record_id else row,
    )  # fmt: skip
    found = db.session.scalars(_own(chosen, actor, since).order_by(Draft.kept_at.desc()).limit(1)).first()
    return _facts(found) if found else None


def new_row_begun(actor: Actor, subject_id: str, key: RecordKey, since: datetime) -> str | None:
    """The id of the row that the actor began last on a repeating form, and that is not there yet."""
    chosen = select(Draft.row_id).where(
        Draft.subject_id == subject_id, Draft.event == key.event.oid, Draft.instance == key.event.instance,
        Draft.form == key.form, Draft.row_id != "",
        ~select(Record.id).where(Record.id == Draft.row_id).exists(),
    )  # fmt: skip
    found: str | None = db.session.scalar(_own(chosen, actor, since).order_by(Draft.kept_at.desc()).limit(1))
    return found


def drafts_to_finish(
    actor: Actor, since: datetime, now: datetime, *, language: str, size: int = PAGE
) -> tuple[DraftLine, ...]:  # fmt: skip
    """The actor's own drafts, the newest first."""
    at = and_(
        Record.subject_id == Draft.subject_id, Record.event == Draft.event, Record.instance == Draft.instance,
        Record.form == Draft.form, Record.row == Draft.row, Draft.row_id == "",
    )  # fmt: skip
    version = func.coalesce(Record.study_version, in_force_at(now))
    chosen: Any = select(Draft, Subject, Site, version).select_from(Draft).outerjoin(Record, at)
    joined = _own(chosen, actor, since).join(Site, Site.id == Subject.site_id)
    rows = db.session.execute(joined.order_by(Draft.kept_at.desc(), Draft.id.desc()).limit(size))
    return tuple(_line(draft, subject, site, number, language) for draft, subject, site, number in rows)


def count_of_drafts(actor: Actor, since: datetime) -> int:
    """How many drafts the actor has to finish."""
    return db.session.scalar(_own(select(func.count(Draft.id)), actor, since)) or 0


def _expect_typist(actor: Actor, subject_id: str) -> None:
    subject = db.session.get(Subject, subject_id)
    if subject is None or not actor.may(Permission.SUBJECT_READ, subject.study_id, subject.site_id):
        raise NotFound("subject")
    require_at(actor, Permission.RECORD_EDIT, subject.study_id, subject.site_id)


def _own(chosen: Select[Any], actor: Actor, since: datetime) -> Select[Any]:
    """The actor's own, on subjects of sites where the actor may type now."""
    own = chosen.join(Subject, Subject.id == Draft.subject_id).where(Draft.user_id == actor.id, Draft.kept_at >= since)
    return in_scope(own, actor, Permission.RECORD_EDIT, Subject)


def _facts(draft: Draft) -> DraftFacts:
    answers: Mapping[str, Mapping[str, Any]] = draft.typed["answers"]
    before = {item: each["before"] for item, each in answers.items()}
    return DraftFacts(
        {item: Datum.from_document(each["typed"]) for item, each in answers.items()},
        {item: None if each is None else Datum.from_document(each) for item, each in before.items()},
        {item: (reason["code"], reason["text"]) for item, reason in draft.typed["reasons"].items()},
        draft.typed["replies"], draft.typed["chosen"], draft.revision, draft.kept_at,
    )  # fmt: skip


def _line(draft: Draft, subject: Subject, site: Site, version: int | None, language: str) -> DraftLine:
    count = len(draft.typed["answers"]) + len(draft.typed["replies"])
    return DraftLine(
        draft.id, draft.subject_id, subject.number, site.code, site.timezone, draft.event, draft.instance, draft.form,
        draft.row, draft.row_id, _place(draft, version, language), count, draft.begun_at, draft.kept_at,
    )  # fmt: skip


def _place(draft: Draft, version: int | None, language: str) -> str:
    if version is None:
        return f"{draft.event} · {draft.form}"
    study = definition(draft.study_id, version)
    return place(study, draft.event, draft.instance, draft.form, language, draft.row)
