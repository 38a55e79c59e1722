"""A double click, the back button, a second window, a request sent again after a lost connection: once is once."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from ecrf.db import db
from ecrf.models.queries import Query, QueryMessage
from ecrf.models.records import Record
from ecrf.models.subjects import Subject
from tests.conftest import DIALECTS, Servers
from tests.ecrf.browser import Browser
from tests.ecrf.web.clinic_app import ClinicApp, clinic_app

_IDS = re.compile(r'name="((?:subject|query|row)_id)" value="([^"]+)"')


@pytest.fixture(scope="module", params=DIALECTS)
def clinic(request: pytest.FixtureRequest, servers: Servers) -> Iterator[ClinicApp]:
    with clinic_app(servers(request.param)) as opened:
        yield opened


def count(clinic: ClinicApp, model: type) -> int:
    with clinic.app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def sent_twice_at_once(browser: Browser, path: str, typed: dict[str, str]) -> list[tuple[int, str]]:
    """A page's form, sent by two presses of which none waits for the other."""
    sent = {**dict(_IDS.findall(browser.get(path).text)), **typed}
    second = Browser(browser.client.application)
    second.token = browser.token
    second.client.set_cookie("__Host-ecrf", browser.cookie() or "", domain="ecrf.example", secure=True)
    with ThreadPoolExecutor(2) as presses:
        answers = list(presses.map(lambda each: each.post(path, sent), (browser, second)))
    return [(answer.status_code, answer.location) for answer in answers]


CASES = {
    "a subject with the next number": ("wang", "/subjects/new", {"site": "TRIAL/NJ01"}, Subject),
    "a subject with a typed number": ("wang", "/subjects/new", {"site": "TRIAL/NJ01", "screening_number": "NJ01-S800"},
                                      Subject),
    "a query": ("sun", "/records/{record}/query", {"item": "PLT", "text": "Which one?"}, Query),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_sent_twice_is_made_once(clinic: ClinicApp, case: str) -> None:
    username, path, typed, model = CASES[case]
    before = count(clinic, model)
    answers = sent_twice_at_once(clinic.browser(username), path.format(record=clinic.record), typed)
    assert (answers[0], answers[0][0]) == (answers[1], 303)
    assert count(clinic, model) == before + 1


def test_back_to_the_page_that_added_a_subject_adds_no_other(clinic: ClinicApp) -> None:
    browser, before = clinic.browser("wang"), count(clinic, Subject)
    page = re.search(r'href="(/subjects/new\?id=[^"]+)"', browser.get("/subjects").text)[1]
    first = browser.post("/subjects/new", {**dict(_IDS.findall(browser.get(page).text)), "site": "TRIAL/NJ01"})
    again = browser.get(page)
    assert f'href="{first.location}"' in again.text
    assert '<form class="panel' not in again.text
    assert count(clinic, Subject) == before + 1


def test_the_same_answer_sent_twice_is_said_once_and_another_one_is_said(clinic: ClinicApp) -> None:
    browser, path, before = clinic.browser("wang"), f"/queries/{clinic.query}/answer", count(clinic, QueryMessage)
    for said in ("Drawn again.", " Drawn again. ", "Drawn a third time."):
        assert browser.post(path, {"text": said}).status_code == 303
    assert count(clinic, QueryMessage) == before + 2


def test_a_page_of_another_subject_does_not_stand_for_this_one(clinic: ClinicApp) -> None:
    browser = clinic.browser("qian")
    refused = browser.post("/subjects/new", {"site": "TRIAL/NJ02", "subject_id": clinic.subject})
    assert (refused.status_code, "Open it again" in refused.text) == (422, True)


def test_a_row_and_a_record_that_are_sent_twice_at_once_are_made_once(clinic: ClinicApp) -> None:
    browser, path = clinic.browser("wang"), f"/subjects/{clinic.subject}/SE.LOG/AE/new"
    before = count(clinic, Record)
    answers = sent_twice_at_once(browser, path, {"revision": "0", "base": "{}", "AETERM": "Headache"})
    assert [status for status, _ in answers] == [303, 303]
    assert count(clinic, Record) == before + 2  # the row, and the form it stands on
