"""Subjects × visits: the marks, the filters, the pages, the scope, and the number of statements."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from ecrf.db import db
from ecrf.reads.matrix import Matrix, matrix
from ecrf.reads.subject_filters import SubjectFilters
from tests.ecrf.clinic import Clinic


def seen(clinic: Clinic, role: str = "data_manager", site: str | None = None, size: int = 50, **filters: str) -> Matrix:
    return matrix(clinic.actor(role, site), SubjectFilters(**filters), clinic.at, language="en", size=size)


def numbers(found: Matrix) -> list[str]:
    return [row.number for group in found.groups for row in group.rows]


def marks(found: Matrix, number: str) -> dict[str, str | None]:
    row = next(row for group in found.groups for row in group.rows if row.number == number)
    return {column.alias: cell.state for column, cell in row.cells}


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_visit_shows_its_least_advanced_form(clinic: Clinic) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001", status="enrolled")
    for form in ("SV", "DM", "HEM"):
        clinic.record(subject, "SCR", form, state="complete")
    clinic.record(subject, "BL", "SV", state="complete")
    shown = marks(seen(clinic), "NJ01-S001")
    assert shown == {"SCR": "complete", "BL": "in_progress", "W2": "not_started", "UNS": None, "LOG": "not_started"}


def test_visits_that_count_from_enrolment_are_blank_before_it(clinic: Clinic) -> None:
    clinic.subject("NJ01", "NJ01-S001")
    shown = marks(seen(clinic), "NJ01-S001")
    assert shown == {"SCR": "not_started", "BL": None, "W2": None, "UNS": None, "LOG": "not_started"}


@pytest.mark.parametrize("status", ["withdrawn", "completed"])
def test_no_visit_of_who_has_left_is_awaited_but_what_took_place_stands(clinic: Clinic, status: str) -> None:
    clinic.record(clinic.subject("NJ01", "NJ01-S001", status=status), "BL", "SV", state="complete")
    shown = marks(seen(clinic), "NJ01-S001")
    assert shown == {"SCR": "not_started", "BL": "in_progress", "W2": None, "UNS": None, "LOG": "not_started"}


@pytest.mark.parametrize(("kind", "state"), [("freeze", "frozen"), ("lock", "locked")])
def test_a_hold_on_the_subject_marks_every_visit_begun(clinic: Clinic, kind: str, state: str) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001")
    for form in ("SV", "DM", "HEM"):
        clinic.record(subject, "SCR", form)
    clinic.hold(subject, kind)
    assert marks(seen(clinic), "NJ01-S001")["SCR"] == state


def test_a_hold_on_one_form_leaves_the_visit_in_progress(clinic: Clinic) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001")
    record = clinic.record(subject, "SCR", "SV", state="complete")
    clinic.hold(subject, "lock", "form", event_id=record.event_id, form="SV")
    assert marks(seen(clinic), "NJ01-S001")["SCR"] == "in_progress"


def test_open_queries_are_counted_where_they_stand(clinic: Clinic) -> None:
    subject = clinic.subject("NJ01", "NJ01-S001")
    record = clinic.record(subject, "SCR", "HEM", {"PLT": "48"})
    clinic.query(record, 1)
    answered = clinic.query(record, 2, "WBC", check=None)
    clinic.say(answered, "answer", "The printed one.", "answered", clinic.actor("coordinator", "NJ01"))
    row = seen(clinic).groups[0].rows[0]
    assert [cell.open_queries for _, cell in row.cells] == [1, 0, 0, 0, 0]
    assert (row.open_queries, seen(clinic).totals.open_queries, seen(clinic).totals.answered_queries) == (1, 1, 1)


@pytest.mark.req("R-10-1")
@pytest.mark.parametrize(
    ("role", "site", "expected"),
    [
        ("coordinator", "NJ01", ["NJ01-S001"]),
        ("monitor", "NJ02", ["NJ02-S001"]),
        ("data_manager", None, ["NJ01-S001", "NJ02-S001"]),
        ("administrator", None, []),
    ],
)
def test_the_matrix_holds_the_sites_of_the_actor_alone(
    clinic: Clinic, role: str, site: str | None, expected: list[str]
) -> None:
    clinic.subject("NJ01", "NJ01-S001")
    clinic.subject("NJ02", "NJ02-S001")
    found = seen(clinic, role, site)
    assert numbers(found) == expected
    assert [code for code, _ in found.site_choices] == sorted({number[:4] for number in expected})


FILTERS = [
    ({"site": "NJ02"}, ["B1"]),
    ({"status": "enrolled"}, ["A2"]),
    ({"state": "complete"}, ["A1"]),
    ({"state": "complete", "event": "SE.BL"}, []),
    ({"state": "locked"}, ["B1"]),
    ({"state": "not_started", "event": "SE.SCR"}, ["A2", "B1"]),
    ({"event": "SE.SCR"}, ["A1"]),
    ({"queries": "with"}, ["A1"]),
    ({"queries": "without"}, ["A2", "B1"]),
    ({"queries": "anything else"}, []),
    ({"study": "NONE"}, []),
    ({"state": "nonsense"}, []),
    ({"state": "locked", "event": "SE.SCR"}, []),
    ({"enrolled_by": "2026-02"}, []),
    ({"enrolled_by": "2026-03"}, ["A2"]),
    ({"enrolled_by": "no month"}, []),
    ({"number": "a"}, ["A1", "A2"]),
    ({"number": "2", "site": "NJ01"}, ["A2"]),
    ({"number": "%"}, []),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS)
def test_a_filter_leaves_what_it_names(clinic: Clinic, filters: dict[str, str], expected: list[str]) -> None:
    first = clinic.subject("NJ01", "A1")
    clinic.query(clinic.record(first, "SCR", "HEM", state="complete"), 1)
    clinic.subject("NJ01", "A2", status="enrolled")
    clinic.hold(clinic.subject("NJ02", "B1"), "lock")
    found = seen(clinic, **filters)
    assert numbers(found) == expected
    assert found.totals.subjects == len(expected)


def test_pages_follow_one_another_without_gap_or_overlap(clinic: Clinic) -> None:
    wanted = [
        clinic.subject(site, f"{site}-S{n:03}").screening_number for site in ("NJ01", "NJ02") for n in range(1, 5)
    ]
    pages, after = [], ""
    while not pages or after:
        page = seen(clinic, size=3, after=after)
        pages += numbers(page)
        after = page.next or ""
    assert pages == wanted


def test_an_unknown_key_gives_no_page(clinic: Clinic) -> None:
    clinic.subject("NJ01", "NJ01-S001")
    assert numbers(seen(clinic, after="nobody")) == []


@pytest.mark.parametrize("subjects", [1, 12])
def test_the_number_of_statements_does_not_depend_on_the_number_of_subjects(clinic: Clinic, subjects: int) -> None:
    for number in range(subjects):
        subject = clinic.subject("NJ01", f"NJ01-S{number:03}")
        clinic.query(clinic.record(subject, "SCR", "HEM", {"PLT": "48"}), 1)
        clinic.record(subject, "SCR", "SV")
    seen(clinic)
    with counted() as statements:
        seen(clinic)
    assert len(statements) == 13, statements


def test_the_matrix_shows_the_forms_of_a_visit_or_the_subject_as_a_whole(clinic: Clinic) -> None:
    first = clinic.subject("NJ01", "NJ01-S001", status="enrolled")
    clinic.record(first, "SCR", "SV", state="complete")
    asked = clinic.record(first, "SCR", "HEM")
    clinic.query(asked, 1)
    clinic.end_visit(clinic.record(first, "W2", "HEM"), "not_done")
    second = clinic.subject("NJ01", "NJ01-S002")
    assert marks(seen(clinic, level="form"), "NJ01-S001") == {
        "SV": "complete",
        "DM": "not_started",
        "HEM": "in_progress",
    }
    assert marks(seen(clinic, level="form", event="SE.BL"), "NJ01-S001") == {"SV": "not_started", "HEM": "not_started"}
    assert marks(seen(clinic, level="form", event="SE.BL"), second.screening_number) == {"SV": None, "HEM": None}
    assert marks(seen(clinic, level="form", event="SE.W2"), "NJ01-S001") == {"SV": "not_done", "HEM": "not_done"}
    assert marks(seen(clinic, level="subject"), "NJ01-S001") == {"": "in_progress"}
    assert marks(seen(clinic, level="subject"), "NJ01-S002") == {"": "not_started"}
    ((_, whole),) = seen(clinic, level="subject").groups[0].rows[0].cells
    assert whole.open_queries == 1
    assert seen(clinic, level="form", event="SE.SCR").totals == seen(clinic).totals


def test_every_level_takes_as_many_statements(clinic: Clinic) -> None:
    clinic.record(clinic.subject("NJ01", "NJ01-S001"), "SCR", "HEM")
    seen(clinic)  # the definitions are read once
    taken = []
    for level in ("", "subject", "form"):
        with counted() as statements:
            seen(clinic, level=level)
        taken.append(len(statements))
    assert len(set(taken)) == 1
