"""Which state of a record stands: what an entity tag is made of."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.records import Record
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import in_scope
from forms.casebook import RecordKey


@dataclass(frozen=True)
class RecordTag:
    """The revision of what people entered, and the entry of the last change of any value; 0 and 0 before the first."""

    revision: int = 0
    sequence: int = 0

    @property
    def written(self) -> str:
        """The tag without its quotes: `3-17`."""
        return f"{self.revision}-{self.sequence}"


def record_tag(actor: Actor, subject_id: str, key: RecordKey) -> RecordTag:
    """The tag of a record as it stands; that of a record the actor may not see is that of none."""
    chosen: Any = select(Record.revision, Record.sequence).where(
        Record.subject_id == subject_id, Record.event == key.event.oid, Record.instance == key.event.instance,
        Record.form == key.form, Record.row == key.row,
    )  # fmt: skip
    found = db.session.execute(in_scope(chosen, actor, Permission.RECORD_READ, Record)).one_or_none()
    return RecordTag(*found) if found else RecordTag()
