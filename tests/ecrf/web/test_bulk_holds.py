"""Freezing and locking in bulk by page: chosen, done piece by piece, gone on with until the end."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from ecrf import clock
from ecrf.web import bulk_holds
from tests.conftest import Servers
from tests.ecrf.browser import Browser
from tests.ecrf.web.clinic_app import LATER, ClinicApp, clinic_app

HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


@pytest.fixture
def clinic(servers: Servers) -> Iterator[ClinicApp]:
    with clinic_app(servers("sqlite")) as opened:
        yield opened


@pytest.fixture
def manager(clinic: ClinicApp) -> Browser:
    return clinic.browser("chen")


def go_on(manager: Browser, page: str) -> str:
    """Send what the page of progress would send."""
    form = page[page.index("hx-trigger") :]
    sent: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(form):
        sent.setdefault(name, []).append(value)
    return manager.post("/holds/bulk", data=sent).text


@pytest.mark.req("R-SEC-20")
def test_a_lock_in_bulk_wants_the_password_when_it_begins_and_not_at_each_piece(
    clinic: ClinicApp, manager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_holds, "_MOST", 1)
    locking = {"act": "lock", "all": "1", "despite_open": "1", "reason": "Database lock.", "total": "2"}
    first = manager.post("/holds/bulk", locking)
    assert first.status_code == 200
    with clock.told_by(lambda: LATER + timedelta(minutes=11)):
        assert manager.post("/holds/bulk", locking).status_code == 403
        assert manager.post("/holds/bulk", {**locking, "begun": "forged"}).status_code == 403
        assert "1 / 2" in go_on(manager, first.text) or "2" in go_on(manager, first.text)
        alone = {"kind": "lock", "level": "subject", "subject": clinic.subject, "reason": "x"}
        assert [manager.post(path, alone).status_code for path in ("/holds", "/trail/export", "/listings/export")] == [
            403, 403, 403,
        ]  # fmt: skip
        whole = {"study": "TRIAL", "site": "NJ01", "reason": "x", "despite_open": "1"}
        assert [manager.post("/holds/whole", {"kind": kind, **whole}).status_code for kind in ("lock", "freeze")] == [
            403, 303,
        ]  # fmt: skip


def test_all_that_match_are_frozen_piece_by_piece(
    clinic: ClinicApp, manager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_holds, "_MOST", 1)
    page = manager.get("/holds/bulk?act=freeze").text
    assert "All 3 subjects that match" in page
    page = manager.post("/holds/bulk", data={"act": "freeze", "all": "1", "total": "3", "reason": "Interim."}).text
    assert "1 of 3 subjects so far." in page
    page = go_on(manager, page)
    assert "2 of 3 subjects so far." in page
    page = go_on(manager, page)
    assert "Done: 3 of 3 subjects." in page
    assert "hx-trigger" not in page
    again = manager.post("/holds/bulk", data={"act": "freeze", "all": "1", "total": "3", "reason": "Interim."}).text
    assert "nothing to do" in again


def test_a_site_and_the_study_are_held_as_a_whole_and_lifted_again(clinic: ClinicApp, manager: Browser) -> None:
    page = manager.get("/holds/bulk?site=NJ01").text
    for name in ("Freeze the site", "Lock the site"):
        assert name in page
    assert "Lock the study" in manager.get("/holds/bulk").text
    for named, said in (({"study": "TRIAL", "site": "NJ01"}, "NJ01 "), ({"study": "TRIAL"}, "TRIAL")):
        locking = {"kind": "lock", **named}
        shown = manager.get("/holds/whole", query_string=locking).text
        assert "<b>1</b> open queries" in shown
        assert "none is added" in shown
        refused = manager.post("/holds/whole", data={**locking, "reason": "clean"})
        assert (refused.status_code, "clean</textarea>" in refused.text) == (409, True)
        assert manager.post("/holds/whole", data={**locking, "despite_open": "1", "reason": " "}).status_code == 422
        made = manager.post("/holds/whole", data={**locking, "despite_open": "1", "reason": "Interim."})
        assert made.status_code == 303
        page = manager.get(made.location).text
        assert said in page[page.index('id="whole"') : page.index("Interim.")]
        casebook = manager.get(f"/subjects/{clinic.subject}").text
        assert "Interim." in casebook
        (lift,) = set(re.findall(r"/holds/[0-9a-f-]{36}/lift", page[page.index('id="whole"') :]))
        assert said.strip() in manager.get(lift).text
        assert manager.post(lift, data={"reason": "Agreed."}).location == "/holds/bulk"
    assert "No site and no study" in manager.get("/holds/bulk").text
    for address in ("?kind=lock&study=NONE", "?kind=melt&study=TRIAL", "?kind=lock&study=TRIAL&site=NJ99"):
        assert manager.get(f"/holds/whole{address}").status_code == 404
    assert clinic.browser("wang").get("/holds/whole?kind=lock&study=TRIAL&site=NJ01").status_code == 404


def test_a_lock_leaves_out_the_subjects_in_which_something_is_open(clinic: ClinicApp, manager: Browser) -> None:
    sent = {"act": "lock", "subject": [clinic.subject, clinic.held_subject], "reason": "Interim."}
    page = manager.post("/holds/bulk", data=sent).text
    assert "Done: 2 of 2 subjects." in page
    assert "1 open queries · 1 answered queries · 1 forms and rows in progress" in page
    refused = manager.post("/holds/bulk", data={**sent, "despite_open": "1", "reason": " "})
    assert (refused.status_code, "Say in words why." in refused.text) == (422, True)
    assert f'value="{clinic.subject}" id="s-{clinic.subject}" checked' in refused.text
    assert 'id="f-despite" checked' in refused.text
    assert 'id="f-all" checked' not in refused.text
    done = manager.post("/holds/bulk", data={**sent, "despite_open": "1"}).text
    assert "1 entry" in done


def test_nobody_chosen_is_said_and_an_unknown_act_is_nowhere(manager: Browser) -> None:
    answer = manager.post("/holds/bulk", data={"act": "lock"})
    assert (answer.status_code, "Choose at least one subject" in answer.text) == (422, True)
    assert manager.get("/holds/bulk?act=nail").status_code == 404
