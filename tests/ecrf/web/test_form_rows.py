"""The rows of a repeating form: listed on its page, each entered on its own, once, and never in place of another."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ecrf.db import db
from ecrf.ids import new_id
from ecrf.models.records import Record
from ecrf.policy.actions import Action
from ecrf.policy.actors import SYSTEM
from ecrf.services.trail import Acts, about_record
from tests.conftest import DIALECTS, Servers
from tests.ecrf.web.beam_app import FormPage
from tests.ecrf.web.clinic_app import ClinicApp, clinic_app


@pytest.fixture(scope="module", params=DIALECTS)
def opened(request: pytest.FixtureRequest, servers: Servers) -> Iterator[ClinicApp]:
    """One application for all tests here; each acts on a subject of its own."""
    with clinic_app(servers(request.param)) as clinic:
        yield clinic


@pytest.fixture
def clinic(opened: ClinicApp) -> ClinicApp:
    added = opened.browser("wang").post("/subjects/new", {"site": "TRIAL/NJ01", "screening_number": ""})
    return replace(opened, subject=added.location.rpartition("/")[2])


def form(clinic: ClinicApp, username: str = "wang", row: str = "") -> FormPage:
    return FormPage(clinic.browser(username), f"/subjects/{clinic.subject}/SE.LOG/AE{row}")


def added(clinic: ClinicApp, term: str, **more: str) -> FormPage:
    return form(clinic, row="/new").post(AETERM=term, **more)


def rows(clinic: ClinicApp) -> list[tuple[int, str, str]]:
    """The rows that there are: number, event, state."""
    with clinic.app.app_context():
        found = db.session.query(Record).filter(Record.subject_id == clinic.subject, Record.row > 0)
        return [(each.row, each.data["AETERM"]["v"], each.state) for each in found.order_by(Record.row)]


def remove(clinic: ClinicApp, row: int) -> None:
    """Removing is not yet an act of ours: the row is put into that state, with its entry."""
    with clinic.app.app_context():
        acts = Acts.on_subject(clinic.subject)
        record = db.session.query(Record).filter_by(subject_id=clinic.subject, row=row).one()
        record.state, record.revision = "removed", record.revision + 1
        acts.add(SYSTEM, Action.RECORD_SAVED, [record], about=about_record(acts.about, record))
        acts.write()
        db.session.commit()


def test_a_repeating_form_lists_its_rows_and_offers_to_add_one(clinic: ClinicApp) -> None:
    page = form(clinic)
    assert page.answer.status_code == 200
    assert f'href="{page.path}/new"' in page.text
    assert 'name="AETERM"' not in page.text
    assert "Nothing yet." in page.text


def test_a_row_is_entered_on_its_own_page_and_stands_in_the_list(clinic: ClinicApp) -> None:
    row = added(clinic, "Nausea")
    assert (row.status, row.answer.request.path[-5:], row.value("AETERM")) == (303, "/AE/1", "Nausea")
    listed = form(clinic)
    assert "Nausea" in listed.text
    assert f'href="{listed.path}/1"' in listed.text


@pytest.mark.parametrize(("then", "leads"), [("row", "/AE/new"), ("rows", "/AE"), ("", "/AE/1")])
def test_a_saved_row_leads_on_to_the_next_one_back_to_the_list_or_stays(
    clinic: ClinicApp, then: str, leads: str
) -> None:
    assert added(clinic, "Nausea", then=then).answer.request.path.endswith(leads)


def test_a_page_sent_twice_makes_one_row_and_says_that_it_is_saved(clinic: ClinicApp) -> None:
    page = form(clinic, row="/new")
    twice = {"row_id": page.hidden("row_id"), "revision": "0", "base": "{}", "AETERM": "Nausea"}
    for _ in range(2):
        assert page.browser.post(page.path, twice).location.endswith("/AE/1")
    assert rows(clinic) == [(1, "Nausea", "in_progress")]
    assert "Everything you typed is saved already" in page.open().text


def test_a_stale_page_of_a_new_row_changes_that_row_and_adds_none(clinic: ClinicApp) -> None:
    page = form(clinic, row="/new")
    stale = {"row_id": page.hidden("row_id"), "revision": "0", "base": "{}"}
    page.browser.post(page.path, {**stale, "AETERM": "Nausea"})
    answer = page.browser.post(page.path, {**stale, "AETERM": "Vomiting"})
    assert answer.status_code == 412
    assert "Both of you changed these" in answer.get_data(as_text=True)
    assert rows(clinic) == [(1, "Nausea", "in_progress")]


def test_two_people_who_add_at_the_same_time_make_two_rows(clinic: ClinicApp) -> None:
    first, second = form(clinic, row="/new"), form(clinic, row="/new")
    for page, term in ((first, "Nausea"), (second, "Rash")):
        sent = {"row_id": page.hidden("row_id"), "revision": "0", "base": "{}", "AETERM": term}
        assert page.browser.post(page.path, sent).status_code == 303
    assert [row[:2] for row in rows(clinic)] == [(1, "Nausea"), (2, "Rash")]


def test_the_number_of_a_removed_row_is_never_given_again(clinic: ClinicApp) -> None:
    added(clinic, "Nausea")
    remove(clinic, 1)
    assert added(clinic, "Rash").answer.request.path.endswith("/AE/2")


def test_a_removed_row_is_shown_as_such_and_takes_no_change(clinic: ClinicApp) -> None:
    added(clinic, "Nausea")
    remove(clinic, 1)
    assert "<del>Nausea</del>" in form(clinic).text
    page = form(clinic, row="/1")
    assert "This row was removed" in page.text
    assert '<form id="form"' not in page.text
    answer = page.browser.post(page.path, {"revision": "2", "AETERM": "Rash"})
    assert answer.status_code == 409
    assert "This was removed and is kept as it was." in answer.get_data(as_text=True)
    assert rows(clinic) == [(1, "Nausea", "removed")]


def test_what_was_typed_into_a_row_that_was_removed_meanwhile_is_still_there(clinic: ClinicApp) -> None:
    page = added(clinic, "Nausea")
    remove(clinic, 1)
    answer = page.browser.post(f"{form(clinic).path}/1", {"revision": "2", "AETERM": "Rash", "reason.AETERM": "other"})
    assert answer.status_code == 409
    assert "Rash" in answer.get_data(as_text=True)


@pytest.mark.parametrize("row", ["/1", "/7"])
def test_a_row_that_is_not_there_has_no_page(clinic: ClinicApp, row: str) -> None:
    assert form(clinic, row=row).answer.status_code == 404


@pytest.mark.parametrize("row_id", ["", "7", "x" * 36, "01990000-0000-4000-8000-000000000001"])
def test_a_page_that_does_not_say_which_row_it_adds_adds_none(clinic: ClinicApp, row_id: str) -> None:
    page = form(clinic, row="/new")
    sent = {"row_id": row_id, "revision": "0", "AETERM": "Nausea"}
    assert page.browser.post(page.path, sent).status_code == 422
    assert rows(clinic) == []


def test_the_id_of_another_record_adds_no_row(clinic: ClinicApp) -> None:
    page = form(clinic, row="/new")
    sent = {"row_id": clinic.record, "revision": "0", "AETERM": "Nausea"}
    assert page.browser.post(page.path, sent).status_code == 422
    assert rows(clinic) == []


@pytest.mark.parametrize(("username", "status"), [("sun", 403), ("lin", 403), ("qian", 404), ("zhou", 404)])
def test_nobody_else_adds_a_row(clinic: ClinicApp, username: str, status: int) -> None:
    page = form(clinic, username, "/new")
    assert page.answer.status_code == status
    sent = {"row_id": new_id(), "revision": "0", "AETERM": "Nausea"}
    assert page.browser.post(page.path, sent).status_code == status
    assert rows(clinic) == []


def test_a_reader_sees_the_rows_and_may_add_none(clinic: ClinicApp) -> None:
    added(clinic, "Nausea")
    page = form(clinic, "sun")
    assert "Nausea" in page.text
    assert "Add a row" not in page.text


def test_a_form_without_rows_is_complete_once_somebody_says_so(clinic: ClinicApp) -> None:
    page = form(clinic).post("/complete")
    assert (page.status, "Saved and marked complete" in page.text) == (303, True)
    assert "Complete</span>" in form(clinic).text


def test_a_form_is_complete_with_its_rows_and_in_progress_again_with_a_further_one(clinic: ClinicApp) -> None:
    added(clinic, "Nausea")
    form(clinic).post("/complete")
    assert rows(clinic) == [(1, "Nausea", "complete")]
    added(clinic, "Rash")
    assert ">In progress</span>" in form(clinic).text.split('id="rows-h"')[0]
