"""Registering subjects: numbers of the site's scheme or typed ones, each once in the study, also at the same moment."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import current_app
from sqlalchemy import func, select

from audit.tables import trail_entries
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import BadInput, Conflict, Forbidden, NotFound
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.services import subjects
from tests.ecrf.services.conftest import Clinic


@pytest.mark.req("R-11-6")
def test_numbers_follow_the_scheme_of_their_site(clinic: Clinic) -> None:
    here, there = clinic.by(), clinic.by(site="NJ02")
    assert db.session.get_one(Subject, clinic.subject).screening_number == "NJ01-S001"
    assert [_register(here) for _ in range(2)] == ["NJ01-S002", "NJ01-S003"]
    assert _register(there, "NJ02") == "NJ02-S001"
    assert _register(here, typed="NJ01-S010") == "NJ01-S010"
    assert _register(here, typed=" ") == "NJ01-S011"
    assert _register(here) == "NJ01-S012"
    entry = db.session.execute(
        select(trail_entries).where(trail_entries.c.action == "subject.registered")
        .order_by(trail_entries.c.recorded_at.desc()).limit(1)
    ).one()  # fmt: skip
    assert (entry.chain, entry.sequence, entry.actor_role) == (f"subject:{entry.subject}", 1, "coordinator")
    assert clinic.verify().exit_code == 0


def test_a_number_that_is_taken_is_a_conflict(clinic: Clinic) -> None:
    with pytest.raises(Conflict) as raised:
        _register(clinic.by(), typed="NJ01-S001")
    assert raised.value.details == {"field": "screening_number", "value": "NJ01-S001"}
    assert db.session.scalar(select(func.count()).select_from(Subject)) == 1


@pytest.mark.req("R-SEC-21")
def test_a_site_gives_numbers_of_its_own_code_and_hears_nothing_of_others(clinic: Clinic) -> None:
    there = clinic.by(site="NJ02")
    for typed in ("NJ01-S001", "NJ01-S900", "NJ03-S900", "XX99-S500"):  # taken, another site's, no site's
        with pytest.raises(BadInput) as raised:
            _register(there, "NJ02", typed)
        said = raised.value.details["fields"]["screening_number"]
        assert str(said) == f"“{typed}” does not begin with NJ02-, the code of this site."
    assert _register(there, "NJ02", "NJ02-S900") == "NJ02-S900"


@pytest.mark.parametrize(
    ("pattern", "refused"),
    [
        (None, []), (".*", []), ("^[0-9]{3}$", []), ("^SCR-[0-9]{3}$", []), ("^([A-Z]{2}[0-9]{2}-)?S?[0-9]{3}$", []),
        ("^[A-Z]{2}[0-9]{2}-S[0-9]{3}$", ["NJ02-S001"]), ("^[A-Z]{2}[0-9]{2}-[0-9]{3}$", ["NJ02-001"]),
        ("^[0-9]-[A-Z]{2}[0-9]{2}-S[0-9]{3}$", []),
    ],
)  # fmt: skip
def test_a_code_is_asked_for_where_the_numbers_of_the_study_carry_one(pattern: str | None, refused: list[str]) -> None:
    numbers = ("001", "S001", "SCR-001", "NJ01-S001", "NJ02-S001", "NJ01-001", "NJ02-001", "1-NJ02-S001")

    def accepts(number: str) -> bool:
        return re.search(pattern or "", number) is not None

    foreign = [each for each in numbers if accepts(each) and subjects.carries_another_code("NJ01", each, accepts)]
    assert foreign == refused


@pytest.mark.req("R-11-6")
def test_one_typed_number_does_not_end_the_numbering(clinic: Clinic) -> None:
    by = clinic.by(site="NJ02")
    typed = ("NJ02-S999", None, "NJ02-S003", None, None, "NJ02-S998", None)
    numbers = [_register(by, "NJ02", number) for number in typed]
    assert numbers == [
        "NJ02-S999", "NJ02-S001", "NJ02-S003", "NJ02-S002", "NJ02-S004", "NJ02-S998", "NJ02-S005",
    ]  # fmt: skip


def test_numbers_that_are_used_up_are_said_to_be(clinic: Clinic) -> None:
    taken = frozenset(range(1, 1000))
    assert subjects.next_count(taken, lambda count: count < 1000) is None
    assert subjects.next_count(taken, lambda count: True) == 1000
    assert subjects.next_count(taken - {7, 9}, lambda count: count < 1000) == 7
    assert subjects.next_count(frozenset({10**25}), lambda count: count < 1000) == 1
    assert subjects.next_count(frozenset({10**25}), lambda count: False) is None


@pytest.mark.req("R-SEC-8")
def test_a_number_of_other_characters_or_another_pattern_is_bad_input(clinic: Clinic) -> None:
    for typed in (
        "-S001", "NJ01 S001", "NJ01/S001", "S" * 33, "S\x00", "\ud800", "Ｓ001", "筛选", "<b>", "'; --", "S001\nS002",
        "NJ01-S1", "NJ01-S0001", "nj01-s001", "NJ01-Sxyz", "NJ01-S００１",
    ):  # fmt: skip
        with pytest.raises(BadInput) as raised:
            _register(clinic.by(), typed=typed)
        assert list(raised.value.details["fields"]) == ["screening_number"]


@pytest.mark.req("R-SEC-21", "R-FDA-19")
def test_only_the_sites_own_staff_register(clinic: Clinic) -> None:
    for role, site, refusal in (
        ("monitor", "NJ01", Forbidden), ("data_manager", "NJ01", Forbidden), ("auditor", "NJ01", Forbidden),
        ("administrator", "NJ01", Forbidden), ("study_builder", "NJ01", Forbidden),
        ("coordinator", "NJ02", NotFound), ("monitor", "NJ02", NotFound),
    ):  # fmt: skip
        with pytest.raises(refusal):
            _register(clinic.by(role, site))
    for study, site in (("NONE", "NJ01"), ("BEAM", "NJ99"), ("BEAM", "nj01"), ("beam", "NJ01")):
        with pytest.raises(NotFound):
            subjects.register(clinic.by(), study, site)
        db.session.rollback()


@pytest.mark.req("R-SEC-9")
def test_of_two_that_register_one_number_at_once_one_is_told_of_the_other(clinic: Clinic) -> None:
    faults = _at_once(
        lambda: _register(clinic.by(), typed="NJ01-S077"),
        lambda: _register(clinic.by(), typed="NJ01-S077"),
        lambda: _register(clinic.by("investigator"), typed="NJ01-S077"),
    )  # fmt: skip
    assert sorted(type(fault).__name__ for fault in faults) == ["Conflict", "Conflict", "NoneType"]
    assert clinic.verify().exit_code == 0


@pytest.mark.req("R-SEC-9")
def test_numbers_given_at_once_are_all_different(clinic: Clinic) -> None:
    assert _at_once(*[lambda: _register(clinic.by())] * 6) == [None] * 6
    numbers = db.session.scalars(select(Subject.screening_number).order_by(Subject.screening_number)).all()
    assert numbers == [f"NJ01-S{count:03d}" for count in range(1, 8)]


def _register(by: Actor, site: str = "NJ01", typed: str | None = None) -> str:
    with unit_of_work(by):
        return subjects.register(by, "BEAM", site, typed).screening_number


def _at_once(*acts) -> list[BaseException | None]:  # type: ignore[no-untyped-def]
    app = current_app._get_current_object()

    def run(act):  # type: ignore[no-untyped-def]
        with app.app_context():
            act()

    db.session.rollback()
    with ThreadPoolExecutor(3) as threads:
        return [each.exception() for each in [threads.submit(run, act) for act in acts]]
