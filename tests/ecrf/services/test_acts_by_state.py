"""Every act on a form or a visit, by every role, in every state: it leads on, or is refused as the table says."""

from collections.abc import Callable, Iterator

import pytest

from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import Forbidden, Held, IllegalState, NotFound, Problem
from ecrf.policy.actors import Actor
from ecrf.policy.grants import SITE_STAFF, Role
from ecrf.services import holds, record_states, records, visits
from ecrf.services.trail import Reason
from forms.casebook import EventKey
from forms.datum import Datum
from tests.ecrf.services.conftest import SAMPLE, SCREENING, Clinic, opened, prepare
from tests.ecrf.services.test_record_states import WHY
from tests.ecrf.services.ward import Ward

UNSEEN = {Role.ADMINISTRATOR: NotFound, Role.STUDY_BUILDER: NotFound}
"""Roles to which no subject exists."""
ACTS = ("not_done", "resume", "remove", "restore")
FORMS = {"not started": "IMM", "empty": "URN", "answered": "CHEM", "removed": "HEM", "not done": "UP24"}
LEADS = {
    ("not started", "not_done"), ("empty", "not_done"), ("empty", "remove"), ("answered", "remove"),
    ("removed", "restore"), ("not done", "resume"),
}  # fmt: skip
VISITS = {
    "not started": EventKey("SE.W2"), "answered": SCREENING, "unplanned": EventKey("SE.UNS", 1),
    "removed": EventKey("SE.W6"), "not done": EventKey("SE.W4"), "log": EventKey("SE.LOG"),
}  # fmt: skip
VISITS_LEAD = {
    ("not started", "not_done"), ("answered", "remove"), ("unplanned", "remove"), ("removed", "restore"),
    ("not done", "resume"),
}  # fmt: skip
Try = Callable[[Actor], object]


@pytest.fixture(scope="module")
def clinic(servers) -> Iterator[Clinic]:
    """A subject with a form and a visit in each of the states; whatever is tried on it is undone."""
    with opened(servers("sqlite"), prepare) as made:
        by = made.by()
        for form in ("URN", "CHEM", "HEM"):
            made.sample(form)
        made.save("URN", revision=1, **dict.fromkeys(SAMPLE, Datum()))
        made.save("SV", event=VISITS["removed"], VISDAT="2026-04-13", VISOCC="Y")
        with unit_of_work(by):
            record_states.remove(by, made.at("HEM"), WHY["remove"], revision=1)
        with unit_of_work(by):
            record_states.not_done(by, made.at("UP24"), WHY["not_done"], revision=0)
        with unit_of_work(by):
            visits.begin(by, made.subject, "SE.UNS")
        with unit_of_work(by):
            visits.remove(by, made.subject, VISITS["removed"], WHY["remove"])
        with unit_of_work(by):
            visits.not_done(by, made.subject, VISITS["not done"], WHY["not_done"])
        yield made


def on_form(clinic: Clinic, state: str, act: str) -> Try:
    form = FORMS[state]
    revision = 0 if state == "not started" else clinic.record(form).revision
    return lambda by: record_states.ACTS[act](by, clinic.at(form), WHY[act], revision=revision)


def on_visit(clinic: Clinic, state: str, act: str) -> Try:
    return lambda by: visits.ACTS[act](by, clinic.subject, VISITS[state], WHY[act])


KINDS = {"form": (on_form, FORMS, LEADS), "visit": (on_visit, VISITS, VISITS_LEAD)}
CELLS = [(kind, state, act) for kind, (_, states, _) in KINDS.items() for state in states for act in ACTS]


def outcome(tried: Try, by: Actor) -> type[Problem] | None:
    """What refuses an act, or nothing; all is undone."""
    try:
        tried(by)
    except Problem as problem:
        return type(problem)
    finally:
        db.session.rollback()
    return None


def expected(role: Role, leads: bool) -> type[Problem] | None:
    if role not in SITE_STAFF:
        return UNSEEN.get(role, Forbidden)
    return None if leads else IllegalState


@pytest.mark.req("R-11-10", "R-DM-14")
@pytest.mark.parametrize(("kind", "state", "act"), CELLS)
def test_an_act_leads_on_or_is_refused_by_role_and_state(clinic: Clinic, kind: str, state: str, act: str) -> None:
    make, _, leads = KINDS[kind]
    found = {role: outcome(make(clinic, state, act), clinic.by(role)) for role in Role}
    assert found == {role: expected(role, (state, act) in leads) for role in Role}
    assert outcome(make(clinic, state, act), clinic.by("coordinator", "NJ02")) is NotFound


@pytest.mark.req("R-DM-15")
@pytest.mark.parametrize("kind", ["freeze", "lock"])
@pytest.mark.parametrize("level", ["subject", "site", "study"])
def test_nothing_leads_on_while_the_subject_is_held(clinic: Clinic, kind: str, level: str) -> None:
    ward = Ward(clinic, manager := clinic.by("data_manager"))
    hold = ward.hold(level, kind)
    for name, (make, _, leads) in KINDS.items():
        tried = {(state, act): outcome(make(clinic, state, act), clinic.by()) for state, act in leads}
        assert tried == dict.fromkeys(leads, Held), name
    tried = {form: outcome(lambda by, form=form: _save(clinic, by, form), clinic.by()) for form in FORMS.values()}
    assert set(tried.values()) == {Held}
    with unit_of_work(manager):
        holds.lift(manager, hold, Reason(text="agreed"))


def _save(clinic: Clinic, by: Actor, form: str) -> object:
    revision = 0 if form == FORMS["not started"] else clinic.record(form).revision
    return records.save(by, clinic.at(form), {"LABID": Datum("LAB_A")}, reasons={}, revision=revision)
