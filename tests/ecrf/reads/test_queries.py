"""Queries as they are listed and shown."""

from datetime import UTC, date, datetime, time

import pytest

from ecrf import clock
from ecrf.errors import NotFound
from ecrf.models.queries import Query
from ecrf.reads.queries import QueryListing, listing, thread
from ecrf.reads.query_filters import QueryFilters
from ecrf.services.queries import raise_query
from tests.ecrf.clinic import Clinic


@pytest.fixture
def queries(clinic: Clinic) -> dict[str, Query]:
    """One open query of a check, ten days old; one of a person, answered; one at the other site."""
    here = clinic.record(clinic.subject("NJ01", "NJ01-S001"), "SCR", "HEM", {"PLT": "48"})
    old = clinic.query(here, 1)
    clinic.later(days=10)
    asked = clinic.query(here, 2, "WBC", check=None)
    clinic.say(asked, "raised", "Which value stands?", "open", clinic.actor("monitor", "NJ01", "Sun Li"))
    clinic.say(asked, "answer", "The printed one.", "answered", clinic.actor("coordinator", "NJ01", "Wang Min"))
    there = clinic.record(clinic.subject("NJ02", "NJ02-S001"), "SCR", "HEM", {"PLT": "48"})
    return {"old": old, "asked": asked, "there": clinic.query(there, 1)}


def seen(
    clinic: Clinic, role: str = "data_manager", site: str | None = None, size: int = 50, **filters: str
) -> QueryListing:
    return listing(clinic.actor(role, site), QueryFilters(**filters), clinic.later(), language="en", size=size)


FILTERS = [
    ({}, ["old", "asked", "there"]),
    ({"state": "open"}, ["old", "there"]),
    ({"state": "answered"}, ["asked"]),
    ({"site": "NJ02"}, ["there"]),
    ({"age": "8"}, ["old"]),
    ({"under": "8"}, ["asked", "there"]),
    ({"age": "8", "under": "9"}, []),
    ({"age": "not a number"}, []),
    ({"origin": "nobody"}, []),
    ({"origin": "check"}, ["old", "there"]),
    ({"origin": "person"}, ["asked"]),
    ({"state": "open", "site": "NJ01"}, ["old"]),
    ({"check": "EC040"}, ["old", "there"]),
    ({"check": "EC999"}, []),
    ({"origin": "me"}, []),
    ({"study": "TRIAL"}, ["old", "asked", "there"]),
    ({"study": "OTHER"}, []),
    ({"closed": "2026-06-08"}, []),
    ({"closed": "no day"}, []),
    ({"closed": "9999-12-31"}, []),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS)
def test_a_filter_leaves_what_it_names(
    clinic: Clinic, queries: dict[str, Query], filters: dict[str, str], expected: list[str]
) -> None:
    found = seen(clinic, **filters)
    assert [query.id for query in found.queries] == [queries[name].id for name in expected]
    assert found.total == len(expected)


WEEK = [("2026-06-14", 0), ("2026-06-15", 1), ("2026-06-21", 1), ("2026-06-22", 0)]


@pytest.mark.parametrize(("day", "number"), WEEK)
def test_a_query_closed_in_a_week_is_found_in_that_week_alone(clinic: Clinic, day: str, number: int) -> None:
    query = clinic.query(clinic.record(clinic.subject("NJ01", "NJ01-S001"), "SCR", "HEM", {"PLT": "48"}), 1)
    clinic.at = datetime.combine(date.fromisoformat(day), time(23, 50), UTC)
    query.resolution = "closed_by_person"
    clinic.say(query, "closing", "It stands.", "closed", clinic.actor("monitor", "NJ01", "Sun Li"))
    assert seen(clinic, closed="2026-06-15").total == number


def test_ones_own_queries_are_found_whatever_ones_name_was(clinic: Clinic, queries: dict[str, Query]) -> None:
    before = clinic.actor("monitor", "NJ01", "Sun Li")
    with clock.told_by(clinic.later):
        raised = raise_query(before, queries["old"].record_id, "PLT", "Is it printed so?")
    found = seen(clinic, "monitor", "NJ01", origin="me")
    assert [query.id for query in found.queries] == [raised.id]
    assert seen(clinic, "monitor", "NJ01", origin="me", state="answered").total == 0


@pytest.mark.req("R-10-1")
@pytest.mark.parametrize(
    ("role", "site", "expected"),
    [("monitor", "NJ01", ["old", "asked"]), ("coordinator", "NJ02", ["there"]), ("administrator", None, [])],
)
def test_queries_of_other_sites_do_not_exist(
    clinic: Clinic, queries: dict[str, Query], role: str, site: str | None, expected: list[str]
) -> None:
    assert [query.id for query in seen(clinic, role, site).queries] == [queries[name].id for name in expected]
    hidden = [query for name, query in queries.items() if name not in expected]
    for query in hidden:
        with pytest.raises(NotFound):
            thread(clinic.actor(role, site), query.id, language="en")


def test_pages_follow_one_another_the_oldest_first(clinic: Clinic, queries: dict[str, Query]) -> None:
    first = seen(clinic, size=2)
    second = seen(clinic, size=2, after=first.next or "")
    assert [query.id for query in (*first.queries, *second.queries)] == [query.id for query in queries.values()]
    assert (first.total, second.next) == (3, None)


def test_a_thread_shows_the_question_once_and_then_what_was_said(clinic: Clinic, queries: dict[str, Query]) -> None:
    found = thread(clinic.actor("monitor", "NJ01"), queries["asked"].id, language="en")
    assert found.query.text == "Which value stands?"
    assert [(said.kind, said.text, said.by, said.role) for said in found.query.messages] == [
        ("answer", "The printed one.", "Wang Min", "coordinator")
    ]


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Platelets below 50,000/µL."), ("zh-CN", "血小板低于 50,000/µL。")]
)
def test_a_check_asks_in_the_readers_language(
    clinic: Clinic, queries: dict[str, Query], language: str, text: str
) -> None:
    found = thread(clinic.actor("monitor", "NJ01"), queries["old"].id, language=language)
    assert found.query.text == text


@pytest.mark.parametrize(
    ("role", "site", "may"),
    [
        ("coordinator", "NJ01", (True, False, False)),
        ("monitor", "NJ01", (False, True, False)),
        ("data_manager", None, (False, True, False)),
        ("auditor", None, (False, False, False)),
    ],
)
def test_a_thread_says_what_the_reader_may_do(
    clinic: Clinic, queries: dict[str, Query], role: str, site: str | None, may: tuple[bool, bool, bool]
) -> None:
    found = thread(clinic.actor(role, site), queries["old"].id, language="en")
    assert (found.may_answer, found.may_close, found.may_reopen) == may
