"""The trail taken out: exactly what the page shows, codes beside words, a manifest, and an entry that tells of it."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from werkzeug.test import TestResponse

from ecrf import clock
from ecrf.exchange.trail_csv import COLUMNS
from ecrf.reads import trail_export
from tests.conftest import Servers
from tests.ecrf.web.clinic_app import LATER, ClinicApp, clinic_app

_SECONDS = count()
Line = dict[str, str]


@pytest.fixture(scope="module")
def clinic(servers: Servers) -> Iterator[ClinicApp]:
    with clinic_app(servers("sqlite")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def ticking() -> Iterator[None]:
    """Time goes on, so that an export does not find its own entry."""
    with clock.told_by(lambda: LATER + timedelta(seconds=next(_SECONDS))):
        yield


def lines(answer: TestResponse) -> tuple[list[Line], dict[str, object]]:
    """The lines of a file, and what its manifest says."""
    assert (answer.status_code, answer.content_type) == (200, "text/csv; charset=utf-8")
    *found, last = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
    assert last["line"] == "manifest"
    return found, json.loads(last["new_text"])


def acts(found: list[Line]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((line["chain"], line["sequence"]) for line in found))


@pytest.mark.req("R-EMA-10", "R-EMA-11")
def test_a_file_holds_codes_beside_words_in_columns_that_stay(clinic: ClinicApp) -> None:
    found, _ = lines(clinic.browser("sun").post("/trail/export", {"now": "=52"}))
    (line,) = [each for each in found if each["item"] == "PLT" and each["mark"] == "set"]
    assert list(line) == list(COLUMNS)
    assert (line["item"], line["label"], line["old_value"], line["new_value"], line["new_unit"]) == (
        "PLT", "Platelets", "48", "52", "10*9/L",
    )  # fmt: skip
    assert (line["actor"], line["role"], line["site"], line["subject"], line["action"]) == (
        "Wang Min", "coordinator", "NJ01", "NJ01-001", "record.saved",
    )  # fmt: skip
    assert line["place"] == "NJ01-001 · Screening · Haematology"
    assert line["recorded_at"].endswith("Z")
    assert line["site_time"].endswith("+08:00")
    (note,) = [each for each in found if each["mark"] == "note"]
    assert (note["change_reason"], note["new_text"]) == ("transcription", "read from the line above")
    (refused,) = [each for each in found if each["mark"] == "refused"]
    assert (refused["item"], refused["new_value"]) == ("WBC", "43")


@pytest.mark.req("R-EMA-11")
def test_a_code_stands_beside_its_label_in_the_readers_language(clinic: ClinicApp) -> None:
    browser = clinic.browser("sun")
    browser.get("/trail?lang=zh-CN")
    found, _ = lines(browser.post("/trail/export", {"item": "WBC"}))
    said = {(line["label"], line["new_missing"], line["new_text"]) for line in found if line["new_missing"]}
    assert said == {("白细胞", "ND", "未做")}


FILTERS = [
    {}, {"site": "NJ01"}, {"form": "HEM"}, {"item": "PLT", "was": "=48"}, {"person": "wang"},
    {"reason": "transcription"},
    {"until": "2026-03-03"}, {"action": "query.answered"},
]  # fmt: skip


@pytest.mark.req("R-AUD-16")
@pytest.mark.parametrize("filters", FILTERS)
def test_a_file_is_exactly_what_is_filtered_and_says_so(clinic: ClinicApp, filters: dict[str, str]) -> None:
    browser = clinic.browser("lin")
    shown = browser.get("/trail", query_string=filters).get_data(as_text=True).count('<tbody id="e-')
    answer = browser.post("/trail/export", filters)
    found, manifest = lines(answer)
    assert len(acts(found)) == manifest["acts"] == manifest["acts_expected"]
    assert manifest["acts"] == shown if manifest["acts"] <= 25 else shown == 25
    assert manifest["filters"] == filters
    assert manifest["changes"] == sum(line["line"] == "change" for line in found)
    assert manifest["acts_readable"] >= manifest["acts"]
    before = answer.data.rpartition(b"manifest,")[0]
    assert hashlib.sha256(before).hexdigest() == manifest["sha256"]


def test_batches_follow_one_another_without_gap_or_overlap(clinic: ClinicApp, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = clinic.browser("sun")
    whole, _ = lines(browser.post("/trail/export", {"subject_id": clinic.subject}))
    monkeypatch.setattr(trail_export, "BATCH", 2)
    found, _ = lines(browser.post("/trail/export", {"subject_id": clinic.subject, "action": "record.saved"}))
    assert acts(found) == [key for key in acts(whole) if key in acts(found)]
    again, _ = lines(browser.post("/trail/export", {"subject_id": clinic.subject}))
    assert acts(again)[-len(acts(whole)) :] == acts(whole)


@pytest.mark.req("R-FDA-15")
def test_an_export_is_an_act_of_the_trail(clinic: ClinicApp) -> None:
    browser = clinic.browser("sun")
    _, manifest = lines(browser.post("/trail/export", {"subject_id": clinic.subject, "form": "HEM"}))
    told, _ = lines(browser.post("/trail/export", {"subject_id": clinic.subject, "action": "trail.exported"}))
    newest = told[0]
    assert (newest["actor"], newest["role"], newest["action"]) == ("Sun Li", "monitor", "trail.exported")
    assert newest["new_text"] == f"form=HEM: {manifest['acts']} / {manifest['acts_readable']}"
    page = browser.get(f"/subjects/{clinic.subject}/trail").get_data(as_text=True)
    assert "Exported the trail" in page
    assert "form=HEM" in page


@pytest.mark.parametrize(
    ("username", "chain"), [("sun", "site:"), ("wang", "site:"), ("chen", "study:"), ("zhou", "system")]
)
def test_an_export_of_everything_stands_where_its_reader_belongs(clinic: ClinicApp, username: str, chain: str) -> None:
    lines(clinic.browser(username).post("/trail/export", {"action": "trail.exported"}))
    chosen = {"action": "trail.exported", "person": NAMES[username]}
    found, _ = lines(clinic.browser("lin").post("/trail/export", chosen))
    assert found[0]["chain"].startswith(chain)


NAMES = {"sun": "Sun Li", "wang": "Wang Min", "chen": "Chen Yu", "zhou": "Zhou Ke"}


def test_a_file_of_one_record_is_the_page_of_that_record(clinic: ClinicApp) -> None:
    browser = clinic.browser("sun")
    page = browser.get(f"/records/{clinic.record}/trail").get_data(as_text=True)
    assert f'name="record_id" value="{clinic.record}"' in page
    found, _ = lines(browser.post("/trail/export", {"record_id": clinic.record}))
    assert len(acts(found)) == page.count('<tbody id="e-')
