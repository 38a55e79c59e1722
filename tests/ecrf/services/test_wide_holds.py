"""A visit, a site or a study is held as one: what stands under it and what would begin there, who may, and how it is
lifted."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from audit.tables import trail_entries
from ecrf import clock
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import Forbidden, Held, IllegalState, NotFound, ReasonMissing
from ecrf.models.holds import Hold
from ecrf.policy.actors import Actor
from ecrf.reads.completeness import CompletenessFilters, completeness
from ecrf.reads.figures import figures, standing
from ecrf.reads.form_lists import FormFilters, form_list
from ecrf.reads.holds import standing_holds
from ecrf.reads.holds import wide_holds as told
from ecrf.reads.matrix import matrix
from ecrf.reads.open_points import Part
from ecrf.reads.site_days import site_days
from ecrf.reads.states import visits_of
from ecrf.reads.subject_filters import SubjectFilters
from ecrf.reads.subjects import subject_facts
from ecrf.reads.wholes import Whole, whole
from ecrf.services import (
    holds,
    planning,
    records,
    statuses,
    subjects,
    transfers,
    visits,
    wide_holds,
)
from ecrf.services.checklists import checklist
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from forms.datum import Datum
from tests.ecrf.services.conftest import SCREENING, Clinic
from tests.ecrf.services.ward import AGREED, WIDE, Ward, ward

__all__ = ["ward"]
pytestmark = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
BASELINE, UNPLANNED = EventKey("SE.BL"), "SE.UNS"
BEGINNINGS: dict[str, Callable[[Clinic], object]] = {
    "a subject": lambda clinic: subjects.register(clinic.by(), "BEAM", "NJ01"),
    "a visit": lambda clinic: clinic.save("SV", event=BASELINE, VISDAT="2026-03-09"),
    "an unplanned visit": lambda clinic: visits.begin(clinic.by(), clinic.subject, UNPLANNED),
    "a form": lambda clinic: clinic.sample("HEM", PLT=Datum("200", "10*9/L")),
    "the end of screening": lambda clinic: statuses.end(clinic.by(), clinic.subject, "screen_failure", AGREED),
}


def refused(clinic: Clinic, act: Callable[[Clinic], object]) -> str:
    """The level of what refuses an act; empty where nothing does."""
    try:
        with unit_of_work(clinic.by()):
            act(clinic)
    except Held as problem:
        (level,) = {each["level"] for each in problem.details["holds"]}
        return str(level)
    return ""


@pytest.mark.req("R-DM-11", "R-DM-15")
@pytest.mark.parametrize("kind", ["freeze", "lock"])
def test_nothing_begins_under_what_is_held_and_what_is_beside_it_goes_on(ward: Ward, kind: str) -> None:
    clinic = ward.clinic
    stands = {"event": {"a form"}, "subject": {*BEGINNINGS} - {"a subject"}, "site": {*BEGINNINGS},
              "study": {*BEGINNINGS}}  # fmt: skip
    for level, expected in stands.items():
        hold = ward.hold(level, kind)
        for name in expected:
            assert refused(clinic, BEGINNINGS[name]) == level, (level, name)
        if level != "study":
            other = lambda _: subjects.register(clinic.by(site="NJ02"), "BEAM", "NJ02")  # noqa: E731
            assert refused(clinic, other) == ""
        ward.lift(hold)
    ward.hold("event", kind)
    assert [refused(clinic, BEGINNINGS[name]) for name in ("a subject", "a visit")] == ["", ""]
    assert clinic.verify().exit_code == 0


@pytest.mark.req("R-DM-11")
def test_a_subject_neither_leaves_a_held_site_nor_comes_to_one(ward: Ward) -> None:
    manager = ward.manager
    for code, kind in (("NJ01", "freeze"), ("NJ01", "lock"), ("NJ02", "freeze"), ("NJ02", "lock")):
        with unit_of_work(manager):
            hold = wide_holds.hold(manager, whole(manager, "BEAM", code), kind, AGREED, despite_open=True).id
        with pytest.raises(Held), unit_of_work(manager):
            transfers.transfer(manager, ward.clinic.subject, "NJ02", AGREED)
        ward.lift(hold)
    with unit_of_work(manager):
        moved = transfers.transfer(manager, ward.clinic.subject, "NJ02", AGREED)
        assert moved.site_id == ward.clinic.place.sites["NJ02"]


def test_a_planned_day_stays_under_a_lock_and_moves_under_a_freeze(ward: Ward) -> None:
    for level in WIDE:
        for kind, expected in (("lock", level), ("freeze", "")):
            hold = ward.hold(level, kind)
            plan = lambda clinic: planning.plan_visit(clinic.by(), clinic.subject, BASELINE, on="2026-03-10")  # noqa: E731
            assert refused(ward.clinic, plan) == expected
            ward.lift(hold)


@pytest.mark.req("R-DM-12")
def test_a_site_is_locked_behind_its_checklist_by_a_decision_with_its_reason(ward: Ward) -> None:
    manager = ward.manager
    site = whole(manager, "BEAM", "NJ01")
    opened = wide_holds.open_of(manager, site)
    own = checklist(manager, ward.clinic.subject, Part(), clock.now()).open
    assert (opened.in_progress, opened.not_started, opened.unevaluated) == (3, 14, None)
    assert opened == replace(own, unevaluated=None)  # its only subject's
    for reason, despite, problem in (("clean", False, IllegalState), (" ", True, ReasonMissing)):
        with pytest.raises(problem) as raised, unit_of_work(manager):
            wide_holds.hold(manager, site, "lock", Reason(text=reason), despite_open=despite)
    assert db.session.query(Hold).count() == 0
    hold = ward.hold("site", "lock")
    acts = db.session.execute(select(trail_entries).where(trail_entries.c.action == "hold.locked")).all()
    assert [(act.chain, act.site, act.subject) for act in acts] == [(f"site:{site.place.site}", site.place.site, None)]
    with pytest.raises(IllegalState) as raised:
        ward.hold("site", "lock")
    assert raised.value.details["needed"] == ("not_held",)
    with pytest.raises(ReasonMissing), unit_of_work(manager):
        holds.lift(manager, hold, Reason(text=" "))
    ward.lift(hold)
    with pytest.raises(IllegalState):
        ward.lift(hold)
    assert ward.clinic.verify().exit_code == 0


def test_a_site_at_which_nothing_is_open_is_locked_without_a_word(ward: Ward) -> None:
    manager = ward.manager
    with unit_of_work(manager):
        made = wide_holds.hold(manager, whole(manager, "BEAM", "NJ02"), "lock", Reason())
        assert (made.level, made.reason, made.subject_id) == ("site", None, None)


WHO = {
    ("data_manager", None): (None, None), ("coordinator", "NJ01"): (Forbidden, NotFound),
    ("investigator", "NJ01"): (Forbidden, NotFound), ("monitor", "NJ01"): (Forbidden, NotFound),
    ("auditor", None): (Forbidden, Forbidden), ("coordinator", "NJ02"): (NotFound, NotFound),
    ("monitor", "NJ02"): (NotFound, NotFound), ("administrator", None): (NotFound, NotFound),
    ("study_builder", None): (NotFound, NotFound),
}  # fmt: skip
"""What each role meets that holds or lifts the site NJ01, and the study."""


@pytest.mark.req("R-FDA-19", "R-SEC-21", "R-11-9")
def test_only_data_managers_hold_a_site_or_a_study_and_lift_that(ward: Ward) -> None:
    for level, code in WIDE.items():
        standing = ward.hold(level, "freeze")
        for (role, site), met in WHO.items():
            by, problem = ward.clinic.by(role, site), met[level == "study"]
            acts: tuple[Callable[[], object], ...] = (
                lambda by=by, code=code: hold(by, code, "lock"), lambda by=by, it=standing: lift(by, it)
            )  # fmt: skip
            for act in acts if problem else ():
                with pytest.raises(problem) as raised:
                    act()
                assert type(raised.value) is problem, (role, site, level)
                db.session.rollback()
        ward.lift(standing)


def hold(by: Actor, code: str | None, kind: str) -> Hold:
    return wide_holds.hold(by, whole(by, "BEAM", code), kind, AGREED, despite_open=True)


def lift(by: Actor, hold_id: str) -> Hold:
    return holds.lift(by, hold_id, AGREED)


def test_what_is_not_there_is_not_held(ward: Ward) -> None:
    for study, code in (("NONE", None), ("BEAM", "NJ99"), ("NONE", "NJ01")):
        with pytest.raises(NotFound):
            whole(ward.manager, study, code)


@pytest.mark.parametrize("level", ["event", "subject", "site", "study"])
def test_every_page_tells_what_holds_a_subject_from_above(ward: Ward, level: str) -> None:
    clinic, manager = ward.clinic, ward.manager
    with unit_of_work(clinic.by()):
        records.complete(clinic.by(), clinic.at("SV"), revision=1)
    ward.hold(level, "lock")
    (hold,) = standing_holds(clinic.by(), clinic.subject, 1, "en")
    assert (hold.level, hold.kind, hold.reason) == (level, "lock", "reviewed")
    places = {"event": "Screening", "subject": "", "site": "NJ01 ", "study": "BEAM"}
    assert hold.place.startswith(places[level])
    assert bool(hold.place) == (level != "subject")
    states = visits_of(manager, [clinic.subject])[clinic.subject][SCREENING].forms
    assert {form.state for form in states.values()} == {"locked"}
    assert subject_facts(manager, clinic.subject, clock.now()).held == (None if level == "event" else "locked")
    (listed,) = form_list(manager, FormFilters(state="locked"), clock.now(), language="en").forms
    assert listed.form == "SV"
    assert form_list(manager, FormFilters(state="unlocked"), clock.now(), language="en").forms == ()
    (group,) = matrix(manager, SubjectFilters(state="locked"), clock.now(), language="en").groups
    assert (group.code, group.total) == ("NJ01", 1)


def test_a_held_site_is_counted_whole_and_a_lock_below_a_freeze_apart(ward: Ward) -> None:
    clinic, manager, now = ward.clinic, ward.manager, clock.now()

    def counted() -> dict[str, int]:
        (row,) = completeness(manager, CompletenessFilters(by="site", site="NJ01"), language="en").rows
        return {state: number for state, number in row.counts.items() if number and state in ("frozen", "locked")}

    def lock_count() -> tuple[int, int, int]:
        sites = site_days(manager, now)
        found = figures(sites, standing(sites))
        return found.frozen, found.locked, found.unlocked

    with unit_of_work(clinic.by()):
        records.complete(clinic.by(), clinic.at("SV"), revision=1)
    assert (counted(), lock_count()) == ({}, (0, 0, 1))
    below = ward.hold("form", "lock")
    frozen = ward.hold("site", "freeze")
    assert (counted(), lock_count()) == ({"frozen": 2, "locked": 1}, (1, 1, 1))
    ward.lift(below)
    assert counted() == {"frozen": 3}
    ward.hold("study", "lock")
    assert (counted(), lock_count()) == ({"locked": 3}, (1, 1, 0))
    ward.lift(frozen)
    assert (counted(), lock_count()) == ({"locked": 3}, (0, 1, 0))


def test_what_holds_a_study_and_its_sites_is_listed_for_whoever_sees_them(ward: Ward) -> None:
    ward.hold("site", "freeze")
    ward.hold("study", "lock")
    listed = [(each.level, each.kind) for each in told(ward.manager, "BEAM", "en")]
    assert listed == [("study", "lock"), ("site", "freeze")]
    assert [each.level for each in told(ward.clinic.by(site="NJ02"), "BEAM", "en")] == ["study"]
    assert told(ward.manager, "NONE", "en") == ()
    assert isinstance(whole(ward.manager, "BEAM"), Whole)
