"""Registering subjects: numbers of the site's scheme or typed ones, each once in the study, also at the same moment."""

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
    assert _register(here, typed="XX99-S500") == "XX99-S500"
    assert _register(here) == "NJ01-S012"
    entry = db.session.execute(
        select(trail_entries).where(trail_entries.c.action == "subject.registered")
        .order_by(trail_entries.c.recorded_at.desc()).limit(1)
    ).one()  # fmt: skip
    assert (entry.chain, entry.sequence, entry.actor_role) == (f"subject:{entry.subject}", 1, "coordinator")
    assert clinic.verify().exit_code == 0


def test_a_number_that_is_taken_is_a_conflict_wherever_it_was_given(clinic: Clinic) -> None:
    here, there = clinic.by(), clinic.by(site="NJ02")
    _register(here, typed="XX99-S500")
    for by, site, number in ((here, "NJ01", "NJ01-S001"), (here, "NJ01", "XX99-S500"), (there, "NJ02", "XX99-S500")):
        with pytest.raises(Conflict) as raised:
            _register(by, site, number)
        assert raised.value.details == {"field": "screening_number", "value": number}
    with pytest.raises(BadInput):
        _register(there, "NJ02", "NJ01-S002")  # which is the other site's to give
    assert db.session.scalar(select(func.count()).select_from(Subject)) == 2


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
        lambda: _register(clinic.by(), typed="XX99-S077"),
        lambda: _register(clinic.by(site="NJ02"), "NJ02", "XX99-S077"),
        lambda: _register(clinic.by("investigator"), typed="XX99-S077"),
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
