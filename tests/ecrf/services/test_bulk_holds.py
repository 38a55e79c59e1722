"""Freezing, locking and lifting in bulk: what is open is told first, and each subject is held by itself."""

import pytest
from sqlalchemy import select

from audit.tables import trail_entries
from ecrf.db import db
from ecrf.edge.transactions import unit_of_work
from ecrf.errors import Forbidden, Held, NotFound, ReasonMissing
from ecrf.models.holds import Hold
from ecrf.models.queries import Query
from ecrf.policy.actors import Actor
from ecrf.reads.hold_candidates import HoldFilters, candidates, following
from ecrf.reads.open_points import Open, Part
from ecrf.services.bulk_holds import Outcome, hold_subject
from ecrf.services.trail import Reason
from forms.datum import Datum
from tests.ecrf.services.conftest import SCREENING, Clinic

INTERIM = Reason(text="Interim analysis.")
VISIT, HAEMATOLOGY, WHOLE = Part(SCREENING), Part(SCREENING, "HEM"), Part()


def act(
    clinic: Clinic, kind: str, part: Part, reason: Reason = INTERIM, *, by: Actor | None = None, **more: bool
) -> Outcome:
    actor = by or clinic.by("data_manager")
    with unit_of_work(actor):
        return hold_subject(actor, clinic.subject, kind, part, reason, **more)


def standing(clinic: Clinic) -> list[tuple[str, str, str | None, str | None]]:
    chosen = select(Hold.kind, Hold.level, Hold.form, Hold.reason).where(Hold.lifted_at.is_(None)).order_by(Hold.form)
    return [tuple(row) for row in db.session.execute(chosen)]


@pytest.mark.req("R-DM-15")
def test_a_lock_leaves_out_whatever_has_something_open_and_says_what(clinic: Clinic) -> None:
    clinic.sample("HEM", PLT=Datum("49", "10*9/L"))
    left = act(clinic, "lock", HAEMATOLOGY)
    asked = len(list(db.session.scalars(select(Query.id))))
    assert (left.count, left.why, left.open) == (0, "open", Open(asked, 0, 1, 0, 0, 1, 1))
    assert asked > 0
    assert standing(clinic) == []
    with pytest.raises(ReasonMissing):
        act(clinic, "lock", HAEMATOLOGY, Reason(), despite_open=True)
    locked = act(clinic, "lock", HAEMATOLOGY, despite_open=True)
    assert (locked.count, locked.why) == (1, "")
    assert standing(clinic) == [("lock", "form", "HEM", INTERIM.text)]
    assert act(clinic, "lock", HAEMATOLOGY, despite_open=True).why == "nothing"


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_visit_is_held_as_one_and_its_forms_one_by_one_begun_or_not(clinic: Clinic) -> None:
    assert act(clinic, "freeze", VISIT).count == 1
    assert standing(clinic) == [("freeze", "event", None, INTERIM.text)]
    assert act(clinic, "freeze", VISIT).why == "nothing"
    with pytest.raises(Held):
        clinic.save("HEM", PLT="60", LABID="LAB_A", LBDTC="2026-03-04T08:00")
    assert act(clinic, "freeze", HAEMATOLOGY).count == 1
    entry = trail_entries.c
    told = select(entry.event, entry.form).where(entry.action == "hold.frozen").order_by(entry.sequence)
    assert [tuple(row) for row in db.session.execute(told)] == [("SE.SCR", None), ("SE.SCR", "HEM")]
    with pytest.raises(ReasonMissing):
        act(clinic, "unfreeze", VISIT, Reason(text="  "))
    assert act(clinic, "unfreeze", HAEMATOLOGY).count == 1
    assert act(clinic, "freeze", HAEMATOLOGY).count == 1
    assert act(clinic, "unfreeze", VISIT).count == 2  # with what stands in it
    assert act(clinic, "unfreeze", VISIT).why == "nothing"
    assert not clinic.verify().faults


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_a_whole_subject_is_frozen_and_the_list_of_candidates_says_so(clinic: Clinic) -> None:
    manager = clinic.by("data_manager")
    assert act(clinic, "freeze", WHOLE).count == 1
    assert standing(clinic) == [("freeze", "subject", None, INTERIM.text)]
    (listed,) = candidates(manager, HoldFilters("freeze", site="NJ01")).subjects
    assert (listed.number, listed.standing, listed.open.in_progress) == ("NJ01-S001", 1, 2)
    assert following(manager, HoldFilters("freeze", after="NJ01-S001"), 5) == []
    assert candidates(manager, HoldFilters("lock", event="SE.BL")).total == 0
    assert candidates(clinic.by(), HoldFilters("freeze")).study is None
    assert act(clinic, "unfreeze", VISIT).why == "nothing"  # what holds the whole is not lifted with a part


@pytest.mark.req("R-10-1")
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["freeze", "lock", "unfreeze", "unlock"])
def test_who_may_not_hold_one_subject_may_not_hold_many(clinic: Clinic, kind: str) -> None:
    with pytest.raises(Forbidden):
        act(clinic, kind, WHOLE, by=clinic.by())
    with pytest.raises(NotFound):
        act(clinic, kind, WHOLE, by=clinic.by("monitor", "NJ02"))
    with pytest.raises(NotFound):
        following(clinic.by("monitor", "NJ02"), HoldFilters(kind, site="NJ01"), 1)
