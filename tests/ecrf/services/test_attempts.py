"""In which role an act is done or refused, and what of a refused one is told where nobody has a record to look at."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from audit.tables import trail_changes, trail_entries, trail_values
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import Forbidden, IllegalState, NotFound, NotPublishable, Problem
from ecrf.models.queries import Query, QueryMessage
from ecrf.policy.actors import Actor, Grant
from ecrf.policy.grants import Role
from ecrf.services import holds, queries, records, studies, subjects
from ecrf.services.holds import Target
from forms.datum import Datum
from tests.ecrf.services.conftest import BECAUSE, Clinic
from tests.forms.packages import write_package

UL = "U/L"


def mixed(clinic: Clinic, *roles: str) -> Actor:
    """One person with several roles, `monitor NJ01` at a site and `data_manager` everywhere, in this order."""
    split = (role.partition(" ") for role in roles)
    grants = tuple(
        Grant(Role(role), clinic.place.study_id if site else None, clinic.place.sites[site] if site else None)
        for role, _, site in split
    )
    return Actor("test-mixed", "Li Na", "Test clinic", grants)


def entry() -> Any:
    """The newest entry on the subject."""
    newest = select(trail_entries).where(trail_entries.c.subject.is_not(None), trail_entries.c.actor_id != "system")
    return db.session.execute(newest.order_by(trail_entries.c.sequence.desc()).limit(1)).one()


def told(of: Any) -> dict[str, str | None]:
    same = [trail_changes.c[name] == trail_values.c[name] for name in ("chain", "sequence", "ordinal")]
    query = select(trail_changes.c.path, trail_values.c.value).join(trail_values, same[0] & same[1] & same[2])
    where = trail_changes.c.chain == of.chain, trail_changes.c.sequence == of.sequence
    return dict(db.session.execute(query.where(*where)).all())


MONITOR, MANAGER, STAFF, OTHER = "monitor NJ01", "data_manager", "coordinator NJ01", "coordinator NJ02"
Act = Callable[[Actor, Clinic], Any]


def lock(by: Actor, clinic: Clinic) -> Any:
    return holds.lock(by, Target("subject", clinic.subject))


def save(by: Actor, clinic: Clinic) -> Any:
    return records.save(by, clinic.at("CHEM"), {"ALT": Datum("79", UL)}, reasons={"ALT": BECAUSE}, revision=1)


def ask(by: Actor, clinic: Clinic) -> Any:
    return queries.raise_query(by, clinic.record("CHEM").id, "ALT", "Which value stands?")


def complete(by: Actor, clinic: Clinic) -> Any:
    return records.complete(by, clinic.at("CHEM"), revision=1)


@pytest.mark.req("R-11-6", "R-EMA-14")
@pytest.mark.parametrize(
    ("roles", "act", "role", "refusal"),
    [
        ((MONITOR, MANAGER), lock, "data_manager", None),
        ((MANAGER, MONITOR), ask, "monitor", None),
        ((OTHER, MANAGER), ask, "data_manager", None),
        ((MONITOR, STAFF), save, "coordinator", None),
        (("monitor NJ02", "investigator NJ01"), save, "investigator", None),
        ((MONITOR, STAFF), complete, "coordinator", IllegalState),
        ((OTHER, MONITOR), save, "monitor", Forbidden),
        ((OTHER, MANAGER), save, "data_manager", Forbidden),
        ((OTHER, "auditor"), lock, "auditor", Forbidden),
    ],
)
def test_the_trail_prints_the_role_that_allowed_the_act_or_came_nearest(
    clinic: Clinic, roles: tuple[str, ...], act: Act, role: str, refusal: type[Problem] | None
) -> None:
    clinic.sample("CHEM", ALT=Datum("20", UL))
    by = mixed(clinic, *roles)
    if refusal is None:
        with unit_of_work(by):
            act(by, clinic)
    else:
        with pytest.raises(refusal), unit_of_work(by):
            act(by, clinic)
    assert (entry().actor_role, entry().action == "act.refused") == (role, refusal is not None)


def test_a_thread_prints_the_role_that_allowed_what_was_said(clinic: Clinic) -> None:
    clinic.sample("CHEM", ALT=Datum("20", UL))
    by = mixed(clinic, OTHER, MONITOR)
    with unit_of_work(by):
        ask(by, clinic)
    assert db.session.scalars(select(Query.opened_role)).one() == "monitor"
    assert db.session.scalars(select(QueryMessage.said_role)).one() == "monitor"


@pytest.mark.req("R-SEC-21")
@pytest.mark.parametrize("act", [lock, save, ask, complete])
def test_an_act_on_another_sites_subject_leaves_no_entry_anywhere(clinic: Clinic, act: Act) -> None:
    clinic.sample("CHEM", ALT=Datum("20", UL))
    count = select(func.count()).select_from(trail_entries)
    before = db.session.scalar(count)
    db.session.rollback()
    for by in (mixed(clinic, OTHER), clinic.by("administrator")):
        with pytest.raises(NotFound), unit_of_work(by):
            act(by, clinic)
    assert db.session.scalar(count) == before


def test_a_refused_registration_is_told_of_at_the_site(clinic: Clinic) -> None:
    monitor = clinic.by("monitor")
    with pytest.raises(Forbidden), unit_of_work(monitor):
        subjects.register(monitor, "BEAM", "NJ01", "NJ01-S077")
    refused = db.session.execute(select(trail_entries).where(trail_entries.c.action == "act.refused")).one()
    site = clinic.place.sites["NJ01"]
    assert (refused.chain, refused.site, refused.subject) == (f"site:{site}", site, None)
    assert told(refused) == {"subjects/new/screening_number": "NJ01-S077", "tried": "subject.registered"}


BROKEN = ("checks/CHEM.yaml", "ALT > 2 * uln(ALT)", "ALT > 2 * uln(NOTHING)")
UNTRUE = ("checks/CHEM.yaml", "ALT > 2 * uln(ALT)", "ALT > 3 * uln(ALT)")


@pytest.mark.req("R-DM-1")
@pytest.mark.parametrize(("change", "said"), [(BROKEN, "NOTHING"), (UNTRUE, "EC1 case 1")])
def test_a_package_that_is_refused_leaves_a_trace_of_what_is_wrong_with_it(
    clinic: Clinic, tmp_path: Path, change: tuple[str, str, str], said: str
) -> None:
    builder = mixed(clinic, "data_manager", "study_builder")
    with unit_of_work(builder):
        study = studies.publish(builder, write_package(tmp_path / "tiny")).study_id
    with pytest.raises(NotPublishable) as raised, unit_of_work(builder):
        studies.publish(builder, write_package(tmp_path / "tiny", change))
    assert bool(raised.value.details["faults"]) is (change is BROKEN)
    refused = db.session.execute(select(trail_entries).where(trail_entries.c.action == "act.refused")).one()
    assert (refused.chain, refused.reason_code, refused.actor_role) == ("system", "not_publishable", "study_builder")
    assert refused.study == (None if change is BROKEN else study)
    notes = told(refused)
    assert notes["package"].startswith("tiny")
    assert said in notes["reason"]
    assert notes["tried"] == "study.published"
    assert clinic.verify().exit_code == 0
