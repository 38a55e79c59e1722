"""Listings by page, by API and as files."""

from collections.abc import Iterator

import pytest

from ecrf.policy.grants import Role
from tests.conftest import Servers
from tests.ecrf.api.program import ROOT, Program
from tests.ecrf.browser import Browser
from tests.ecrf.people import token_of
from tests.ecrf.web.clinic_app import ClinicApp, clinic_app

ABOVE = "PLT > 50 '10*9/L'"


@pytest.fixture(scope="module")
def clinic(servers: Servers) -> Iterator[ClinicApp]:
    with clinic_app(servers("sqlite")) as opened:
        yield opened


@pytest.fixture(scope="module")
def manager(clinic: ClinicApp) -> Browser:
    return clinic.browser("chen")


def test_a_value_leads_to_its_history_and_a_subject_to_its_form(clinic: ClinicApp, manager: Browser) -> None:
    page = manager.get("/listings", query_string={"form": "HEM", "column": ["PLT", "WBC"]}).text
    assert f'href="/subjects/{clinic.subject}/SE.SCR/HEM"' in page
    assert f'href="/records/{clinic.record}/items/PLT">52 ×10⁹/L</a>' in page
    assert "Not done</a>" in page


def test_a_fault_stands_beside_the_condition_and_nothing_is_shown(clinic: ClinicApp, manager: Browser) -> None:
    answer = manager.get("/listings", query_string={"form": "HEM", "where": "PLT > 50"})
    assert answer.status_code == 422
    assert 'aria-invalid="true" aria-describedby="where-faults">PLT &gt; 50</textarea>' in answer.text
    assert "Line 1, column 7:" in answer.text
    assert clinic.record not in answer.text


def test_a_condition_that_is_markup_stays_text(clinic: ClinicApp, manager: Browser) -> None:
    answer = manager.get("/listings", query_string={"form": "HEM", "where": "</textarea><img src=x>"})
    assert "<img src=x>" not in answer.text


def test_the_file_is_sent_as_one_and_its_export_told(clinic: ClinicApp, manager: Browser) -> None:
    sent = {"form": "HEM", "where": ABOVE, "columns": "PLT", "bom": "1"}
    answer = manager.post("/listings/export", data=sent)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=HEM.csv"
    assert answer.data.decode("utf-8-sig").splitlines()[1] == "NJ01-001,NJ01,SE.SCR,HEM,0,in_progress,1,52,10*9/L,"
    assert "Exported a listing" in manager.get("/trail?action=listing.exported").text
    refused = manager.post("/listings/export", data={"form": "HEM", "where": "PLT > 50"})
    assert refused.status_code == 422


def test_programs_list_and_export_the_same(clinic: ClinicApp) -> None:
    program = Program(clinic.app, token_of(clinic.app, "sun"))
    page = program.get("/listings", query_string={"form": "HEM", "columns": "PLT", "where": ABOVE}).json
    (line,) = page["records"]
    assert line["values"]["PLT"] == {"value": "52", "unit": "10*9/L", "comparator": None, "missing": None}
    assert line["href"] == f"{ROOT}/subjects/{clinic.subject}/records/SE.SCR/HEM/0"
    assert (page["searched"], page["not_evaluable"], page["next"]) == (1, 0, None)
    fault = program.get("/listings", query_string={"form": "HEM", "where": "PLT > 50"})
    assert (fault.status_code, fault.json["fields"]["where"][:17]) == (422, "Line 1, column 7:")
    file = program.post("/listings/export", {"form": "HEM", "columns": "PLT"})
    assert file.text.splitlines()[1].startswith("NJ01-001,NJ01,SE.SCR,HEM")


def test_a_role_that_sees_no_records_sees_no_listing(clinic: ClinicApp) -> None:
    page = clinic.browser("zhou").get("/listings")
    assert page.status_code == 200
    assert "There is no study whose records you see." in page.text
    assert Role.ADMINISTRATOR.value not in page.text
