"""The rows of a repeating form: listed on the form's page, each entered on its own."""

from collections.abc import Iterator

import pytest

from tests.databases import Server
from tests.ecrf.web.beam_app import FormPage
from tests.ecrf.web.clinic_app import ClinicApp, clinic_app


@pytest.fixture
def clinic(server: Server) -> Iterator[ClinicApp]:
    with clinic_app(server) as opened:
        yield opened


def form(clinic: ClinicApp, username: str, row: str = "") -> FormPage:
    return FormPage(clinic.browser(username), f"/subjects/{clinic.subject}/SE.LOG/AE{row}")


def test_a_repeating_form_lists_its_rows_and_nothing_is_typed_on_the_list(clinic: ClinicApp) -> None:
    page = form(clinic, "wang")
    assert page.answer.status_code == 200
    assert f'href="{page.path}/1"' in page.text
    assert '<form id="form"' not in page.text


def test_a_row_is_entered_on_its_own_page_and_stands_in_the_list(clinic: ClinicApp) -> None:
    row = form(clinic, "wang", "/1").post(AETERM="Nausea")
    assert (row.status, row.value("AETERM")) == (303, "Nausea")
    listed = form(clinic, "wang")
    assert "Nausea" in listed.text
    assert f'href="{listed.path}/2"' in listed.text


def test_a_reader_sees_the_rows_and_may_add_none(clinic: ClinicApp) -> None:
    form(clinic, "wang", "/1").post(AETERM="Nausea")
    page = form(clinic, "sun")
    assert "Nausea" in page.text
    assert "Add a row" not in page.text
