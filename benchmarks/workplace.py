"""The pages of the workplace in a study of a thousand subjects and of ten thousand: they must answer alike.

The subjects are copies of one that went through its visits, put into the tables as they are, without a trail: what is
measured reads current data alone. `python -m benchmarks.workplace` prints the medians.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from statistics import median
from time import perf_counter

from flask import Flask
from sqlalchemy import insert, select, text

from benchmarks.clinic import Clinic, opened
from benchmarks.service import save
from ecrf import clock
from ecrf.db import MIGRATES, db
from ecrf.edge.transactions import unit_of_work
from ecrf.ids import new_id
from ecrf.models.events import Event
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.reads.home import home
from ecrf.reads.matrix import matrix
from ecrf.reads.results import ResultFilters, unjudged_results
from ecrf.reads.study_home import study_home
from ecrf.reads.subject_filters import SubjectFilters
from ecrf.reads.visit_lists import VisitFilters, visit_list
from ecrf.services import summing

SIZES, TURNS = (1_000, 10_000), 20
NOW = datetime(2026, 6, 9, 4, tzinfo=UTC)
VISITS = ("SE.SCR", "SE.BL", "SE.W2", "SE.W4", "SE.W6", "SE.W10", "SE.W14", "SE.W18", "SE.W22", "SE.W24")
FORMS = ("SV", "VS", "HEM", "CHEM", "URN", "UP24")
TARGETS = (-4, 0, 14, 28, 42, 70, 98, 126, 154, 168)
LIMIT = 50.0


def copies(first: int, number: int, study: str, site: str, entry: tuple[str, int]) -> Iterator[dict[str, list[dict]]]:
    """So many subjects with their rows, each begun on a day of its own; some forms in progress, some asked about."""
    for count in range(first, first + number):
        whose = {"study_id": study, "site_id": site, "subject_id": new_id()}
        zero = date(2025, 9, 1) + timedelta(days=count % 300)
        begun = [(oid, zero + timedelta(days=day)) for oid, day in zip(VISITS, TARGETS, strict=True)]
        held = [(oid, day) for oid, day in begun if day <= NOW.date() and hash((count, oid)) % 20]
        rows: dict[str, list[dict]] = {"events": [], "records": [], "queries": []}
        for oid, day in held:
            event = new_id()
            rows["events"].append({**whose, "id": event, "oid": oid, "instance": 0, "state": "started"})
            for place, form in enumerate((*FORMS, *(["BLV"] if oid == "SE.BL" else []))):
                record, data = new_id(), _data(form, day, zero)
                state = "in_progress" if (count + place) % 17 == 0 else "complete"
                rows["records"].append(
                    {**whose, "id": record, "event_id": event, "event": oid, "instance": 0, "form": form, "row": 0,
                     "study_version": 1, "state": state, "revision": 1, "data": data, "chain": entry[0],
                     "sequence": entry[1]}
                )  # fmt: skip
                if (count + place) % 23 == 0:
                    rows["queries"].append(_query(whose, record, len(rows["queries"]) + 1, count))
        number_of = f"NJ01-{count:05}"
        rows["subjects"] = [
            {"id": whose["subject_id"], "study_id": study, "site_id": site, "screening_number": f"NJ01-S{count:05}",
             "subject_number": number_of, "status": "enrolled"}
        ]  # fmt: skip
        yield rows


def _data(form: str, day: date, zero: date) -> dict[str, dict[str, str]]:
    if form == "SV":
        return {"VISDAT": {"v": day.isoformat()}}
    if form == "BLV":
        return {"INDSTDAT": {"v": zero.isoformat()}}
    if form == "CHEM":
        high = zero.day % 9 == 0
        return {"ALT": {"v": "90", "u": "U/L"}, "ALT_NRIND": {"v": "H" if high else "N"}}
    return {}


def _query(whose: dict[str, str], record: str, number: int, count: int) -> dict:
    opened_at = NOW - timedelta(days=count % 60)
    state = ("open", "answered", "closed")[count % 3]
    return {
        **whose, "id": new_id(), "record_id": record, "number": number, "message": {"en": "Sure?"}, "state": state,
        "resolution": "closed_by_person" if state == "closed" else None, "opened_at": opened_at, "opened_by": "System",
        "check_id": "EC040", "changed_at": opened_at,
    }  # fmt: skip


def fill(clinic: Clinic, first: int, number: int) -> None:
    """Put so many copies beside what is there, with the guards of the tables out of the way, and sum up anew."""
    record = db.session.scalars(select(Record).limit(1)).one()
    entry = (record.chain, record.sequence)
    tables = {each.__tablename__: each for each in (Subject, Event, Record, Query)}
    made = copies(first, number, record.study_id, record.site_id, entry)
    db.session.remove()
    with db.engine.connect() as plain, plain.execution_options(**{MIGRATES: True}) as connection:
        driver = connection.connection.driver_connection
        driver.set_authorizer(None)
        told = "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        triggers = [row[:2] for row in connection.execute(text(told)) if row[2] in tables]
        for name, _ in triggers:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        while batch := list(islice(made, 500)):
            for name, model in tables.items():
                rows = [row for each in batch for row in each[name]]
                if rows:
                    connection.execute(insert(model.__table__), rows)
        for _, statement in triggers:
            connection.exec_driver_sql(statement)
        connection.commit()
    with unit_of_work():
        summing.rebuild(NOW)
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def measured(by: Actor) -> dict[str, float]:
    """The median milliseconds of each read that a page of the workplace is made of."""
    reads = {
        "worklist": lambda: home(by, NOW, language="en"),
        "study home": lambda: study_home(by, "BEAM", NOW),
        "visits overdue": lambda: visit_list(by, VisitFilters(state="overdue"), NOW, language="en"),
        "visits due": lambda: visit_list(by, VisitFilters(state="due"), NOW, language="en"),
        "visits done": lambda: visit_list(by, VisitFilters(state="done"), NOW, language="en"),
        "results without significance": lambda: unjudged_results(by, ResultFilters(), NOW, language="en"),
        "matrix": lambda: matrix(by, SubjectFilters(), NOW, language="en"),
        "matrix, open queries": lambda: matrix(by, SubjectFilters(queries="with"), NOW, language="en"),
        "matrix, in progress": lambda: matrix(by, SubjectFilters(state="in_progress"), NOW, language="en"),
    }
    return {name: _median(read) for name, read in reads.items()}


def _median(read: Callable[[], object]) -> float:
    times = []
    for _ in range(TURNS):
        begun = perf_counter()
        read()
        times.append((perf_counter() - begun) * 1000)
        db.session.remove()
    return median(times)


@contextmanager
def study() -> Iterator[tuple[Clinic, Flask]]:
    """A clinic with one subject that was entered by acts."""
    with clock.told_by(lambda: NOW), opened(1) as clinic:
        yield clinic, clinic.app


def main() -> None:
    """Measure at both sizes and print."""
    with study() as (clinic, _):
        save(clinic, clinic.subjects[0])
        found, stood = [], 0
        for size in SIZES:
            fill(clinic, stood, size - stood)
            stood = size
            found.append(measured(clinic.coordinator))
    print(f"{'read':<32}" + "".join(f"{size:>12,}" for size in SIZES) + f"{'times':>8}")
    for name in found[0]:
        small, large = (each[name] for each in found)
        print(f"{name:<32}{small:>9.1f} ms{large:>9.1f} ms{large / small:>8.2f}")


if __name__ == "__main__":
    main()
