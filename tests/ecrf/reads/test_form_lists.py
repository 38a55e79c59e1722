"""Forms by their state: as many lines as figures count, of the sites a reader sees, page after page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask

from ecrf.db import db
from ecrf.policy.actors import Actor
from ecrf.reads.figures import figures, standing
from ecrf.reads.form_lists import STATES, FormFilters, FormListing, ListedForm, form_list
from ecrf.reads.site_days import site_days
from tests.ecrf.clinic import START, Clinic, open_clinic
from tests.ecrf.clinic_study import DEFINITION


@dataclass(frozen=True)
class Filled:
    """Two studies that number alike, at the same time; most tests look at the first."""

    clinic: Clinic
    other: Clinic

    def actor(self, role: str, at: str | None = None) -> Actor:
        return self.clinic.actor(role, at)

    @property
    def of_both(self) -> Actor:
        """The data manager of both studies."""
        first, second = (each.actor("data_manager") for each in (self.clinic, self.other))
        return replace(first, grants=(*first.grants, *second.grants))


@pytest.fixture(scope="module")
def filled(shared_app: Flask) -> Iterator[Filled]:
    """Filled once, for these tests only read."""
    with shared_app.app_context():
        made = Filled(open_clinic(), open_clinic(replace(DEFINITION, oid="ST.OTHER", name="OTHER")))
        _fill(made.clinic)
        for number in ("NJ01-S001", "NJ01-S002"):
            _fill_alike(made.other, number)
        yield made
        db.session.rollback()


def _fill(clinic: Clinic) -> None:
    """At NJ01 forms in each state, some under a hold, in a visit that has gone, or with rows; at NJ02 one."""
    first, second = (clinic.subject("NJ01", f"NJ01-S00{n}") for n in (1, 2))
    clinic.record(first, "BL", "HEM", state="complete")
    clinic.record(first, "SCR", "DM")
    clinic.record(first, "SCR", "SV", state="complete")
    clinic.hold(first, "lock", "record", record_id=clinic.record(first, "BL", "SV", state="complete").id)
    clinic.hold(first, "lock", "record", record_id=clinic.record(first, "W2", "SV").id)
    clinic.record(first, "LOG", "AE")
    row = clinic.record(first, "LOG", "AE", {"AETERM": "Rash"}, row=1)
    clinic.query(row, 1, "AETERM", check=None)
    clinic.end_visit(clinic.record(first, "UNS", "HEM", state="complete"), "not_done")
    clinic.record(second, "SCR", "SV", state="complete")
    clinic.record(second, "SCR", "DM", state="not_done")
    clinic.hold(second, "lock")
    clinic.record(clinic.subject("NJ02", "NJ02-S001"), "SCR", "SV")


def _fill_alike(clinic: Clinic, number: str) -> None:
    subject = clinic.subject("NJ01", number)
    clinic.record(subject, "SCR", "SV")
    clinic.record(subject, "SCR", "DM", state="complete")
    clinic.hold(subject, "lock", "record", record_id=clinic.record(subject, "BL", "SV", state="complete").id)


def listed(filled: Filled, role: str = "data_manager", at: str | None = None, **chosen: str) -> FormListing:
    return form_list(filled.actor(role, at), FormFilters(**chosen), START, language="en")


def lines(found: FormListing) -> list[tuple[str, str, str, str]]:
    return [(form.subject, form.event, form.form, form.state) for form in found.forms]


def pages(by: Actor, size: int, **chosen: str) -> Iterator[ListedForm]:
    found = form_list(by, FormFilters(**chosen), START, language="en", size=size)
    yield from found.forms
    while found.next:
        found = form_list(by, FormFilters(**chosen, after=found.next), START, language="en", size=size)
        yield from found.forms


WHO = [("data_manager", None), ("coordinator", "NJ01"), ("monitor", "NJ02"), ("administrator", None)]


@pytest.mark.parametrize(("role", "site"), WHO)
def test_as_many_forms_are_listed_as_are_counted(filled: Filled, role: str, site: str | None) -> None:
    sites = site_days(filled.actor(role, site), START)
    counted = figures(sites, standing(sites))
    found = {state: len(listed(filled, role, site, state=state).forms) for state in STATES}
    locked = counted.complete - counted.unlocked
    assert found == {
        "in_progress": counted.in_progress, "complete": counted.complete, "unlocked": counted.unlocked,
        "locked": locked,
    }  # fmt: skip


def test_forms_stand_by_subject_and_in_the_order_of_the_plan(filled: Filled) -> None:
    assert [line[:3] for line in lines(listed(filled, state="complete"))] == [
        ("NJ01-S001", "SE.SCR", "SV"), ("NJ01-S001", "SE.BL", "SV"), ("NJ01-S001", "SE.BL", "HEM"),
        ("NJ01-S002", "SE.SCR", "SV"),
    ]  # fmt: skip


def test_a_form_has_the_mark_that_its_casebook_shows(filled: Filled) -> None:
    assert {line[3] for line in lines(listed(filled, state="locked"))} == {"locked"}
    assert {line[3] for line in lines(listed(filled, state="unlocked"))} == {"complete"}
    assert lines(listed(filled))[1:3] == [
        ("NJ01-S001", "SE.W2", "SV", "locked"), ("NJ01-S001", "SE.LOG", "AE", "in_progress"),
    ]  # fmt: skip


def test_queries_on_rows_are_counted_with_their_form(filled: Filled) -> None:
    assert {form.form: form.open_queries for form in listed(filled, site="NJ01").forms} == {"DM": 0, "SV": 0, "AE": 1}


FILTERED = [
    ({"event": "SE.BL"}, ["SV", "HEM"]), ({"form": "SV"}, ["SV", "SV", "SV"]),
    ({"event": "SE.BL", "form": "HEM"}, ["HEM"]), ({"event": "SE.UNS"}, []),
    ({"event": "SE.SCR", "site": "NJ02"}, []), ({"form": "SV", "state": "locked"}, ["SV", "SV"]),
    ({"form": "SV", "state": "unlocked"}, ["SV"]), ({"form": "SV", "state": "in_progress"}, ["SV", "SV"]),
]  # fmt: skip


@pytest.mark.parametrize(("chosen", "forms"), FILTERED)
def test_filters_narrow_to_a_visit_and_a_form(filled: Filled, chosen: dict[str, str], forms: list[str]) -> None:
    assert [line[2] for line in lines(listed(filled, **{"state": "complete", **chosen}))] == forms


@pytest.mark.parametrize("size", [1, 2])
def test_pages_under_a_filter_hold_the_subjects_that_pass_it(filled: Filled, size: int) -> None:
    whole = listed(filled, form="SV").forms
    assert [form.subject for form in whole] == ["NJ01-S001", "NJ02-S001"]
    assert tuple(pages(filled.actor("data_manager"), size, form="SV")) == whole


def test_visits_and_forms_are_offered_in_the_words_of_the_study(filled: Filled) -> None:
    found = listed(filled)
    assert ("SE.W2", "Week 2") in found.event_choices
    assert ("HEM", "Haematology") in found.form_choices
    assert listed(filled, "administrator").form_choices == ()


NONE = [
    {"study": "NONE"}, {"site": "NJ09"}, {"state": "nonsense"}, {"after": "nonsense"}, {"event": "SE.NONE"},
    {"form": "NONE"},
]  # fmt: skip


@pytest.mark.parametrize("chosen", NONE)
def test_a_filter_that_is_no_choice_shows_nothing(filled: Filled, chosen: dict[str, str]) -> None:
    assert listed(filled).forms
    assert listed(filled, **chosen).forms == ()


@pytest.mark.req("R-10-1")
def test_forms_of_other_sites_are_not_listed(filled: Filled) -> None:
    assert lines(listed(filled, "coordinator", "NJ02")) == [("NJ02-S001", "SE.SCR", "SV", "in_progress")]
    assert listed(filled, "coordinator", "NJ02", site="NJ01").forms == ()
    elsewhere = next(form.subject_id for form in listed(filled).forms)
    assert listed(filled, "coordinator", "NJ02", after=elsewhere).forms == ()
    assert listed(filled, "administrator").forms == ()


@pytest.mark.parametrize("state", STATES)
def test_pages_leave_nothing_out_where_two_studies_number_alike(filled: Filled, state: str) -> None:
    whole = form_list(filled.of_both, FormFilters(state=state), START, language="en").forms
    assert len(whole) > len(listed(filled, state=state).forms) > 0
    assert tuple(pages(filled.of_both, 1, state=state)) == whole


def test_one_of_two_studies_is_chosen_by_its_name(filled: Filled) -> None:
    def of(study: str) -> FormListing:
        return form_list(filled.of_both, FormFilters(study=study), START, language="en")

    assert [form.form for form in of("OTHER").forms] == ["SV", "SV"]
    assert len(of("").forms) == len(of("OTHER").forms) + len(of("TRIAL").forms)
    assert (of("").form_choices, len(of("OTHER").form_choices)) == ((), len(DEFINITION.forms))
