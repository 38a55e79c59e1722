"""Hand-written SQL on held data and on holds, with true entries that tell of it, by somebody with every key."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from audit.canonical import flat_json
from audit.entries import Actor, Change, EntryKey, Header, append
from ecrf.app import create_app
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.ids import new_id
from ecrf.services import holds
from ecrf.services.holds import Target
from forms.datum import Datum
from tests.databases import upon
from tests.ecrf import trial
from tests.ecrf.schema import settings_for
from tests.ecrf.services import conftest as clinics

MOVED = flat_json({"ALT": {"v": "40", "u": "U/L"}})
AT = datetime(2099, 1, 1, tzinfo=UTC)


def refused(owner: Engine, kind: str, level: str, act: Callable[[Connection, EntryKey, str], object]) -> str:
    """What the database says when it refuses an act on held data, told of by a true new entry; all is rolled back."""
    with owner.connect() as connection:
        hold(connection, kind, level)
        id, key = told(connection)
        with pytest.raises(DBAPIError) as refusal:
            act(connection, key, id)
        connection.rollback()
    return str(refusal.value.orig)


def hold(connection: Connection, kind: str, level: str, tells_of: str = "holds") -> str:
    """A hold as the service would write it."""
    own, none = ("site_id", "subject_id"), ("NULL",) * 4
    id_, parts = new_id(), {
        "item": (*own, "NULL", "NULL", "id", "'ALT'"), "record": (*own, "NULL", "NULL", "id", "NULL"),
        "form": (*own, "event_id", "form", "NULL", "NULL"), "event": (*own, "event_id", "NULL", "NULL", "NULL"),
        "subject": (*own, *none), "site": ("site_id", "NULL", *none), "study": ("NULL", "NULL", *none),
    }[level]  # fmt: skip
    key = tell(connection, f"{tells_of}/{id_}/kind")
    run(
        connection,
        "INSERT INTO holds (id, study_id, level, kind, site_id, subject_id, event_id, form, record_id, item, held_at, "
        f"held_by, chain, sequence) SELECT :id, study_id, :level, :kind, {', '.join(parts)}, 1, 'Eve', :chain, "
        ":sequence FROM records WHERE form = 'CHEM'",
        id=id_, level=level, kind=kind, chain=key.chain, sequence=key.sequence,
    )  # fmt: skip
    return id_


def told(connection: Connection) -> tuple[str, EntryKey]:
    """The chemistry record, and a new entry of its chain that sets one of its items, and one of a row to come."""
    id_ = connection.scalar(text("SELECT id FROM records WHERE form = 'CHEM'"))
    return id_, tell(connection, *(f"records/{each}/data/ALT" for each in (id_, "row to come")))


def tell(connection: Connection, *paths: str) -> EntryKey:
    """A new entry of the subject's chain that sets these paths."""
    chain = connection.scalar(text("SELECT chain FROM records WHERE form = 'CHEM'"))
    header = Header("record.saved", chain, Actor("eve", "Eve"), AT)
    return append(connection, header, [Change(path, "40", "datum", "U/L") for path in paths])


def move_data(connection: Connection, key: EntryKey, id: str, data: object = None, raw: str = MOVED) -> None:
    statement = "UPDATE records SET data = :data, chain = :chain, sequence = :sequence WHERE id = :id"
    if connection.dialect.name == "postgresql":
        statement = statement.replace(":data", "CAST(:data AS jsonb)")
    run(connection, statement, data=flat_json(data) if data else raw, chain=key.chain, sequence=key.sequence, id=id)


def add_row(connection: Connection, key: EntryKey, id: str) -> None:
    columns = "study_id, site_id, subject_id, event_id, event, instance, form, study_version, state, revision, data"
    run(
        connection,
        f'INSERT INTO records (id, {columns}, "row", chain, sequence) SELECT \'row to come\', {columns}, 1, :chain, '
        ":sequence FROM records WHERE id = :id", chain=key.chain, sequence=key.sequence, id=id,
    )  # fmt: skip


def run(connection: Connection, statement: str, **given: object) -> Any:
    return connection.execute(text(statement), given)


@upon(clinics.prepare)
def prepare(url: str) -> None:
    app = create_app(settings_for(url))
    with app.app_context():
        clinic = clinics.Clinic(trial.found(), db.session.scalar(text("SELECT id FROM subjects")))
        clinic.sample("CHEM", ALT=Datum("20", "U/L"), AST=Datum("30", "U/L"))
        manager = clinic.by("data_manager")
        with unit_of_work(manager):  # a hold that was lifted holds nothing
            lifted = holds.lock(manager, Target("record", clinic.subject, clinic.record("CHEM").id)).id
            holds.lift(manager, lifted, clinics.BECAUSE)
        db.session.remove()
        db.engine.dispose()
