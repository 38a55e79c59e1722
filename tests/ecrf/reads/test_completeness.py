"""How complete the data are: the counts are those of the states that the matrix shows, subject by subject."""

from collections import Counter

import pytest

from ecrf.db import db
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.reads.completeness import STATES, Completeness, CompletenessFilters, completeness
from ecrf.reads.states import is_expected, visits_of
from forms.casebook import EventKey
from tests.ecrf.clinic import DEFINITION, Clinic


@pytest.fixture
def filled(clinic: Clinic) -> Clinic:
    """Forms in every state, at two sites, before and after enrolment."""
    first = clinic.subject("NJ01", "NJ01-S001", status="enrolled", subject_number="NJ01-001")
    clinic.record(first, "SCR", "SV", state="complete")
    clinic.record(first, "SCR", "DM")
    haematology = clinic.record(first, "SCR", "HEM", state="complete")
    clinic.hold(first, "freeze", "record", record_id=haematology.id)
    clinic.hold(first, "lock", "record", record_id=haematology.id)
    baseline = clinic.record(first, "BL", "SV", state="not_done")
    clinic.hold(first, "freeze", "form", event_id=baseline.event_id, form="SV")
    clinic.record(first, "LOG", "AE", {"AETERM": "Rash"}, row=1)
    clinic.record(first, "UNS", "HEM", instance=1)
    second = clinic.subject("NJ01", "NJ01-S002")
    clinic.record(second, "SCR", "SV", state="removed")
    clinic.record(second, "BL", "HEM")
    clinic.end_visit(clinic.record(second, "W2", "HEM"), "removed")
    clinic.end_visit(clinic.record(first, "W2", "HEM", state="complete"), "not_done")
    third = clinic.subject("NJ02", "NJ02-S001", status="screen_failure")
    clinic.record(third, "SCR", "DM", state="complete")
    clinic.hold(third, "freeze")
    return clinic


def table(clinic: Clinic, role: str = "data_manager", site: str | None = None, **chosen: str) -> Completeness:
    return completeness(clinic.actor(role, site), CompletenessFilters(**chosen), language="en")


def by_subject(actor: Actor, site_id: str) -> Counter[tuple[str, str]]:
    """The states of the forms of planned visits of each subject of a site, counted one by one."""
    counted: Counter[tuple[str, str]] = Counter()
    for subject in db.session.query(Subject).filter_by(site_id=site_id):
        visits = visits_of(actor, [subject.id])[subject.id]
        for event in DEFINITION.events.values():
            begun = visits.get(EventKey(event.oid))
            if event.repeating or (begun is None and event.target is not None and subject.status != "enrolled"):
                continue
            if begun is not None and begun.state != "started":
                counted[event.oid, begun.state] += len(event.forms) if begun.state == "not_done" else 0
                continue
            forms = begun.forms if begun else {}
            for form in event.forms:
                if is_expected(DEFINITION, event, form, forms):
                    counted[event.oid, forms[form].state if form in forms else "not_started"] += 1
    return counted


def test_the_counts_are_those_of_the_subjects_one_by_one(filled: Clinic) -> None:
    for code, site in filled.sites.items():
        expected, found = by_subject(filled.actor("data_manager"), site.id), table(filled, site=code)
        states = {(row.key, state): count for row in found.rows for state, count in row.counts.items() if count}
        # a removed form may be begun anew, and that of a running log begins with its first row
        assert {key: count for key, count in states.items() if key[0] != "SE.UNS"} == _as_begun(expected)


def _as_begun(counted: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
    moved: Counter[tuple[str, str]] = Counter()
    for (event, state), count in (+counted).items():
        begins = state == "removed" or (event == "SE.LOG" and state == "in_progress")
        moved[event, "not_started" if begins else state] += count
    return dict(moved)


@pytest.mark.parametrize("by", ["event", "site", "form"])
def test_every_way_to_fold_them_has_the_same_sum(filled: Clinic, by: str) -> None:
    found = table(filled, by=by)
    assert found.total is not None
    assert found.total.counts == {
        "not_started": 10, "in_progress": 3, "complete": 1, "frozen": 1, "locked": 1, "not_done": 3,
    }  # fmt: skip
    for state in STATES:
        assert sum(row.counts[state] for row in found.rows) == found.total.counts[state]


@pytest.mark.req("R-10-1")
def test_what_stands_at_other_sites_is_not_counted(filled: Clinic) -> None:
    assert [row.key for row in table(filled, "monitor", "NJ02", by="site").rows] == ["NJ02"]
    assert table(filled, "administrator").rows == ()
