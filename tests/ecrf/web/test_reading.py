"""A casebook is read and printed form by form: values with units, queries with their threads, the history."""

import re
from collections.abc import Iterator

import pytest

from tests.conftest import Servers
from tests.ecrf.web.clinic_app import ClinicApp, clinic_app


@pytest.fixture(scope="module")
def clinic(servers: Servers) -> Iterator[ClinicApp]:
    with clinic_app(servers("sqlite")) as opened:
        yield opened


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def page(clinic: ClinicApp, path: str, who: str = "sun") -> str:
    answer = clinic.browser(who).get(f"/subjects/{clinic.subject}{path}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


READ = [
    ("/reading", "52 ×10⁹/L"), ("/reading/SE.SCR", "Not done"), ("/reading/SE.SCR/HEM", "Which value stands?"),
    ("/reading/SE.SCR/HEM", "The printed one."), ("/reading/SE.SCR/HEM?lang=zh-CN", "血小板"),
    ("/reading/SE.SCR/SV", "2026-03-04"), ("/reading/SE.BL", "Nothing was entered."),
    ("/print", "Haematology"), ("/print/SE.SCR/HEM", "Printed by Sun Li, Nanjing Hospital"),
    ("/print/SE.SCR/HEM", "CRF version 1.0 · Sun Li, 4 Mar 2026"),
    ("/print/SE.SCR", "The printed one."), ("/print/SE.SCR", "without history"),
    ("/print/SE.SCR?lang=zh-CN", "打印人"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "said"), READ)
def test_what_was_entered_and_said_about_it_is_read(clinic: ClinicApp, path: str, said: str) -> None:
    assert said in text(page(clinic, path))


@pytest.mark.parametrize("who", ["wang", "sun", "chen", "lin"])
@pytest.mark.parametrize("path", ["/reading/SE.SCR", "/print/SE.SCR?history=1"])
def test_whoever_reads_records_reads_and_prints_them(clinic: ClinicApp, path: str, who: str) -> None:
    assert "Platelets" in page(clinic, path, who)


@pytest.mark.parametrize("path", ["/reading/SE.NONE", "/reading/SE.SCR/AE", "/print/SE.SCR/NONE", "/print/SE.UNS~0"])
def test_a_visit_or_form_that_is_not_there_is_not_found(clinic: ClinicApp, path: str) -> None:
    assert clinic.browser("sun").get(f"/subjects/{clinic.subject}{path}").status_code == 404


def test_a_printout_with_history_tells_every_value_and_what_was_refused(clinic: ClinicApp) -> None:
    told = text(page(clinic, "/print/SE.SCR/HEM?history=1"))
    assert "with history" in told
    assert "Wang Min: 48 ×10⁹/L" in told
    assert "Wang Min: 52 ×10⁹/L (Transcription error: read from the line above)" in told
    assert "43 refused (RH.WBC of CRF 1.0)" in told


def test_a_query_is_raised_closed_and_reopened_where_it_is_read(clinic: ClinicApp) -> None:
    browser, reading = clinic.browser("sun"), f"/subjects/{clinic.subject}/reading/SE.SCR"
    raised = browser.post(
        f"/records/{clinic.record}/query", {"item": "PLT", "text": "Is it printed so?", "back": "reading"}
    )
    assert raised.location.startswith(f"{reading}#q-")
    closed = browser.post(f"/queries/{clinic.asked}/close", {"text": "Settled.", "back": "reading"})
    assert (closed.status_code, closed.location) == (303, f"{reading}#q-2")
    said = text(browser.get(reading).get_data(as_text=True))
    assert "Is it printed so?" in said
    assert "Reopen the query 2" in said
    reopened = browser.post(f"/queries/{clinic.asked}/reopen", {"text": "Not settled.", "back": "reading"})
    assert reopened.location == f"{reading}#q-2"
    alone = browser.post(f"/queries/{clinic.asked}/close", {"text": "Settled.", "back": "reading_form"})
    assert alone.location == f"{reading}/HEM#q-2"


def test_what_is_new_is_marked_until_it_is_looked_at(clinic: ClinicApp) -> None:
    browser, reading = clinic.browser("sun"), f"/subjects/{clinic.subject}/reading/SE.SCR/HEM"
    mark = f"/subjects/{clinic.subject}/look"
    assert "You have not marked this subject" in browser.get(reading).get_data(as_text=True)
    assert "NJ01-001" in browser.get("/looks").get_data(as_text=True)
    assert browser.post(mark, {"seen": "3"}).location == "/looks"
    said = text(browser.get(reading).get_data(as_text=True))
    assert "new 48 ×10⁹/L → became 52 ×10⁹/L" in said
    head = re.search(r'name="seen" value="([0-9]+)"', browser.get(reading).get_data(as_text=True))
    assert head is not None
    sent = {"seen": head[1], "event": "SE.SCR", "form": "HEM", "alone": "1"}
    assert browser.post(mark, sent).location == reading
    assert "chip-new" not in browser.get(reading).get_data(as_text=True)
    assert browser.post(mark, {"seen": head[1]}).status_code == 303
    assert "NJ01-001" not in browser.get("/looks").get_data(as_text=True)


@pytest.mark.parametrize("seen", ["", "-1", "x", "٣", "1e3", "9" * 12, "99999"])
def test_a_look_at_what_is_not_there_is_refused(clinic: ClinicApp, seen: str) -> None:
    assert clinic.browser("sun").post(f"/subjects/{clinic.subject}/look", {"seen": seen}).status_code == 422
