"""A save that is interrupted at any point leaves the whole act or none of it, and what was typed comes back.

Where a save stands is decided by what is real: a table that somebody else has locked (PostgreSQL), a database that
somebody else writes to (SQLite), half a request on the line.
"""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from itertools import count

import pytest
from sqlalchemy import text

from tests.faults.caller import Caller
from tests.faults.conftest import Clinic

POINTS = ("trail_heads", "trail_entries", "trail_changes", "trail_values", "records", "drafts")
_NUMBERS = count(101)


def typed(value: str = "") -> dict[str, str]:
    return {"PLT": value or str(next(_NUMBERS)), "PLT.unit": "10*9/L", "reason.PLT": "transcription"}


def kept(caller: Caller, path: str, answers: dict[str, str]) -> dict[str, str]:
    """What is typed, once its draft is kept."""
    assert caller.post(f"{path}/draft", answers) == 200
    return answers


def waited_for(holds: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


@contextmanager
def held_up(clinic: Clinic, table: str) -> Iterator[None]:
    """While this lasts nothing is written to a table (on SQLite: to any), by anybody."""
    if clinic.engine.dialect.name == "sqlite":
        with clinic.engine.connect() as connection:
            connection.connection.driver_connection.isolation_level = None
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield
            connection.exec_driver_sql("ROLLBACK")
        return
    with clinic.engine.begin() as connection:
        connection.execute(text(f"LOCK TABLE {table} IN EXCLUSIVE MODE"))
        yield


def answered(clinic: Clinic, caller: Caller, answers: dict[str, str]) -> int:
    """The status of a save, 0 where the connection broke before there was one."""
    try:
        return caller.post(clinic.path, answers)
    except (OSError, HTTPException):
        return 0


def expect_none_of_it(clinic: Clinic, before: str, answers: dict[str, str]) -> None:
    """Nothing is saved, the trail is whole, what was typed is back; sent again it is saved."""
    assert (clinic.saved(), clinic.is_whole()) == (before, True)
    again = clinic.caller()
    assert again.value("PLT") == answers["PLT"]
    assert again.post(clinic.path, answers) == 303
    assert clinic.saved() == answers["PLT"]


def kill_in_a_save(clinic: Clinic, table: str) -> None:
    caller, before = clinic.caller(), clinic.saved()
    answers = kept(caller, clinic.path, typed())
    with ThreadPoolExecutor(1) as hands, held_up(clinic, table):
        status: Future[int] = hands.submit(answered, clinic, caller, answers)
        if clinic.engine.dialect.name == "postgresql":
            assert waited_for(lambda: clinic.at_work("wait_event_type = 'Lock'") > 0), table
        else:
            time.sleep(0.2)
        assert not status.done()
        clinic.server.kill_workers()
        assert status.result(20) == 0
    if clinic.engine.dialect.name == "postgresql":
        assert waited_for(lambda: clinic.at_work("state <> 'idle'") == 0)
    expect_none_of_it(clinic, before, answers)


@pytest.mark.req("R-SEC-9")
def test_a_worker_killed_in_a_save_leaves_none_of_it(clinic: Clinic) -> None:
    kill_in_a_save(clinic, "records")


@pytest.mark.soak
@pytest.mark.parametrize("table", POINTS)
def test_a_worker_killed_at_any_table_of_a_save_leaves_none_of_it(on_postgres: Clinic, table: str) -> None:
    kill_in_a_save(on_postgres, table)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_a_worker_killed_at_any_moment_leaves_all_or_none(clinic: Clinic) -> None:
    chance = random.Random(20260304)
    outcomes, began = set(), time.monotonic()
    assert answered(clinic, clinic.caller(), typed()) == 303
    takes = time.monotonic() - began
    for _ in range(24):
        caller, before = clinic.caller(), clinic.saved()
        answers = kept(caller, clinic.path, typed())
        with ThreadPoolExecutor(1) as hands:
            status = hands.submit(answered, clinic, caller, answers)
            time.sleep(takes * chance.random() ** 3)  # many early ones: a worker that is warm is quick
            clinic.server.kill_workers()
            status.result(20)
        assert waited_for(lambda: len(clinic.server.workers()) == 2)
        assert clinic.is_whole()
        outcomes.add(clinic.saved() == answers["PLT"])
        assert clinic.saved() in (before, answers["PLT"])
        assert clinic.caller().value("PLT") == answers["PLT"]
    assert outcomes == {True, False}


def test_a_connection_cut_in_the_middle_of_a_request_leaves_none_of_it(clinic: Clinic) -> None:
    caller, before = clinic.caller(), clinic.saved()
    answers = kept(caller, clinic.path, typed())
    body = caller.body(answers)
    caller.hang_up_on(clinic.path, body, after=len(body) // 2)
    assert caller.get(clinic.path) == 200
    expect_none_of_it(clinic, before, answers)


def test_a_save_whose_answer_was_lost_is_whole_and_sent_again_changes_nothing(clinic: Clinic) -> None:
    caller = clinic.caller()
    answers = kept(caller, clinic.path, typed())
    body = caller.body(answers)
    caller.hang_up_on(clinic.path, body, after=len(body))
    assert waited_for(lambda: clinic.saved() == answers["PLT"])
    entries = "SELECT count(*) FROM trail_entries"
    before = clinic.run(entries)
    assert caller.post(clinic.path, answers) == 303
    assert (clinic.saved(), clinic.run(entries), clinic.is_whole()) == (answers["PLT"], before, True)
    assert clinic.caller().value("PLT") == answers["PLT"]


@pytest.mark.soak
def test_a_hundred_aborted_requests_leave_no_open_transaction_and_the_next_one_is_answered(on_postgres: Clinic) -> None:
    caller = on_postgres.caller()
    answers = kept(caller, on_postgres.path, typed())
    body = caller.body(answers)
    with ThreadPoolExecutor(10) as hands:
        for number in range(100):
            hands.submit(caller.hang_up_on, on_postgres.path, body, after=len(body) * (number % 3 + 1) // 3)
    assert caller.get(on_postgres.path) == 200
    # A third of them came whole, and are saved one after the other: nobody waits for their answers.
    assert waited_for(lambda: on_postgres.at_work("state <> 'idle'") == 0, 60)
    assert on_postgres.is_whole()


@pytest.mark.req("R-SEC-9")
def test_a_database_that_goes_away_between_requests_is_found_again_by_the_next_one(on_postgres: Clinic) -> None:
    caller = on_postgres.caller()
    on_postgres.run(_GONE)
    assert [caller.get(on_postgres.path) for _ in range(8)] == [200] * 8


def test_a_database_that_goes_away_in_a_save_leaves_none_of_it(on_postgres: Clinic) -> None:
    caller, before = on_postgres.caller(), on_postgres.saved()
    answers = kept(caller, on_postgres.path, typed())
    with ThreadPoolExecutor(1) as hands, held_up(on_postgres, "records"):
        status = hands.submit(answered, on_postgres, caller, answers)
        assert waited_for(lambda: on_postgres.at_work("wait_event_type = 'Lock'") > 0)
        on_postgres.run(_GONE)
        assert status.result(20) == 503
    expect_none_of_it(on_postgres, before, answers)


_GONE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename = 'ecrf_app'"
)
