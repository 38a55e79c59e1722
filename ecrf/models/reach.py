"""What a freeze or a lock reaches, as conditions of a statement over `Hold`: the one rule, for every level. The guards
of the database say the same (`ecrf.guards`)."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_

from ecrf.models.holds import WHOLE, Hold
from ecrf.models.records import Record


def over(subject_id: Any, site_id: Any, study_id: Any) -> ColumnElement[bool]:
    """That a hold stands and reaches something of a subject: its own, one of its site, or one of its study."""
    of_site = or_(Hold.site_id.is_(None), Hold.site_id == site_id)
    wide = and_(Hold.subject_id.is_(None), Hold.study_id == study_id, of_site)
    return and_(Hold.lifted_at.is_(None), or_(Hold.subject_id == subject_id, wide))


def reaches() -> ColumnElement[bool]:
    """That a hold over the subject of `Record` reaches that record as a whole."""
    return or_(
        Hold.level.in_(WHOLE),
        and_(Hold.level == "event", Hold.event_id == Record.event_id),
        and_(Hold.level == "form", Hold.event_id == Record.event_id, Hold.form == Record.form),
        and_(Hold.level == "record", Hold.record_id == Record.id),
    )


def is_held(kind: str | None = None) -> ColumnElement[bool]:
    """Whether a standing hold (of one kind) reaches `Record` as a whole, whatever its level."""
    of_kind = [Hold.kind == kind] if kind else []
    return exists().where(over(Record.subject_id, Record.site_id, Record.study_id), reaches(), *of_kind)
