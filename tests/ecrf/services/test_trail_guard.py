"""No way to write a watched row leads past the trail, whichever face of the database library it takes."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.models.attempts import LoginAttempt
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.subjects import Subject
from ecrf.policy.actions import Action
from ecrf.services import queries
from ecrf.services.trail import Acts
from ecrf.services.trail_guard import UntrailedChange
from forms.datum import Datum
from tests.ecrf.services.conftest import Clinic

CLOSED = {"state": "closed", "resolution": "closed_by_person"}
BY_HAND = (
    "UPDATE queries SET state = 'answered'", "update queries set state = 'answered'",
    'UPDATE  "queries"\n SET state = \'answered\'', "UPDATE queries AS q SET state = 'answered'",
    "WITH one AS (SELECT 1) UPDATE queries SET state = 'answered'", "DELETE FROM queries", "DELETE FROM holds",
    "INSERT INTO queries SELECT * FROM queries", "UPDATE records SET state = 'complete'", "UPDATE users SET name = 'x'",
)  # fmt: skip
BY_HAND_ON = {
    "sqlite": ("UPDATE OR REPLACE queries SET number = 1", "REPLACE INTO queries SELECT * FROM queries",
               "INSERT OR IGNORE INTO queries SELECT * FROM queries", "UPDATE main.queries SET state = 'answered'"),
    "postgresql": ("UPDATE ONLY queries SET state = 'answered'", "TRUNCATE queries", "TRUNCATE TABLE ONLY queries",
                   "UPDATE public.queries SET state = 'answered'", 'UPDATE "public"."queries" SET number = 2'),
}  # fmt: skip


def _core(statement: object) -> Callable[[], object]:
    return lambda: db.session.connection().execute(statement)  # type: ignore[call-overload]


def _engine(statement: object) -> object:
    db.session.rollback()
    with db.engine.begin() as connection:
        return connection.execute(statement)  # type: ignore[call-overload]


def _keyed(**values: object) -> list[dict[str, object]]:
    return [{"id": db.session.scalar(select(Query.id)), **values}]


WAYS: dict[str, Callable[[], object]] = {
    "a bulk update": lambda: db.session.execute(update(Query).values(message={"en": "x"})),
    "a bulk update of an item": lambda: db.session.execute(update(Record).values(data={})),
    "a bulk update by key": lambda: db.session.execute(update(Query), _keyed(state="answered")),
    "a bulk delete": lambda: db.session.execute(delete(Query)),
    "a bulk insert": lambda: db.session.execute(insert(Subject), [{"screening_number": "X"}]),
    "an update of a query": lambda: db.session.query(Query).update(CLOSED),
    "a delete of a query": lambda: db.session.query(Query).delete(),
    "mappings": lambda: db.session.bulk_update_mappings(Query, _keyed(**CLOSED)),  # type: ignore[arg-type]
    "new mappings": lambda: db.session.bulk_insert_mappings(Subject, [{"screening_number": "X"}]),  # type: ignore[arg-type]
    "objects": lambda: db.session.bulk_save_objects([Subject(study_id="x", site_id="x", screening_number="X")]),
    "the session's connection": _core(update(Query.__table__).values(state="answered")),
    "the session's connection, inserting": _core(insert(Query.__table__).values(id="x")),
    "a connection of its own": lambda: _engine(update(Query.__table__).values(state="answered")),
    "a row that is changed": lambda: setattr(db.session.scalars(select(Query)).first(), "state", "answered"),
    "a row that is removed": lambda: db.session.delete(db.session.scalars(select(Query)).first()),
}  # fmt: skip


def _is_refused(way: Callable[[], object]) -> bool:
    try:
        with unit_of_work():
            way()
    except UntrailedChange:
        return True
    return False


@pytest.mark.req("R-AUD-2")
def test_no_way_past_the_trail_is_open(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("81", "U/L"))
    by_hand = {statement: _core(text(statement)) for statement in (*BY_HAND, *BY_HAND_ON[db.engine.dialect.name])}
    by_hand |= {"the driver's own SQL": lambda: db.session.connection().exec_driver_sql(BY_HAND[0])}
    assert [name for name, way in {**WAYS, **by_hand}.items() if not _is_refused(way)] == []
    assert clinic.verify().exit_code == 0


def test_what_the_trail_does_not_watch_is_written_freely(clinic: Clinic) -> None:
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.failures > 99))
    db.session.execute(text("UPDATE login_attempts SET failures = failures /* UPDATE of no queries */"))
    db.session.rollback()


def test_an_act_that_fails_leaves_no_door_open(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("81", "U/L"))
    query = db.session.scalars(select(Query).where(Query.check_id.is_not(None))).first()
    acts = Acts.on_subject(clinic.subject)
    query.state = "no such state"
    acts.add(clinic.by(), Action.QUERY_ANSWERED, [query])
    with pytest.raises(DBAPIError):
        acts.write()
    db.session.rollback()
    with pytest.raises(UntrailedChange):
        db.session.execute(update(Query).values(state="answered"))
    db.session.rollback()
    with unit_of_work():
        queries.answer(clinic.by(), query.id, "Read again: it is 81.")
    assert clinic.verify().exit_code == 0
