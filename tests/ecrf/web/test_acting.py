"""What people do on these pages: adding subjects, talking in queries, freezing, locking and lifting."""

from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from ecrf.db import db
from ecrf.models.holds import Hold
from ecrf.models.queries import Query
from ecrf.models.subjects import Subject
from tests.conftest import DIALECTS, Servers
from tests.databases import Server
from tests.ecrf.web.clinic_app import ClinicApp, clinic_app


@pytest.fixture
def clinic(server: Server) -> Iterator[ClinicApp]:
    with clinic_app(server) as opened:
        yield opened


@pytest.fixture(scope="module", params=DIALECTS)
def standing(request: pytest.FixtureRequest, servers: Servers) -> Iterator[ClinicApp]:
    """One for all tests in which nothing comes to pass."""
    with clinic_app(servers(request.param)) as opened:
        yield opened


def body(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_a_coordinator_adds_a_subject_with_a_typed_number_and_with_the_next_one(clinic: ClinicApp) -> None:
    browser = clinic.browser("wang")
    typed = browser.post("/subjects/new", {"site": "TRIAL/NJ01", "screening_number": "NJ01-S009"})
    counted = browser.post("/subjects/new", {"site": "TRIAL/NJ01", "screening_number": ""})
    assert (typed.status_code, counted.status_code) == (303, 303)
    assert "NJ01-S009" in body(browser.get(typed.location))
    assert "NJ01-S010" in body(browser.get(counted.location))


@pytest.mark.parametrize(("number", "status"), [("NJ01-S001", 409), ("two words", 422), ("x" * 33, 422), ("筛选", 422)])
def test_a_refused_number_stays_where_it_was_typed(standing: ClinicApp, number: str, status: int) -> None:
    answer = standing.browser("wang").post("/subjects/new", {"site": "TRIAL/NJ01", "screening_number": number})
    assert answer.status_code == status
    assert f'value="{number}"' in body(answer)
    assert "The subject was not added." in body(answer)
    with standing.app.app_context():
        assert db.session.query(Subject).count() == 3


@pytest.mark.parametrize(("username", "status"), [("sun", 403), ("chen", 403), ("qian", 404)])
def test_nobody_else_adds_a_subject_at_that_site(standing: ClinicApp, username: str, status: int) -> None:
    answer = standing.browser(username).post("/subjects/new", {"site": "TRIAL/NJ01", "screening_number": ""})
    assert answer.status_code == status


def test_a_query_is_answered_closed_and_reopened(clinic: ClinicApp) -> None:
    path = f"/queries/{clinic.query}"
    site, monitor = clinic.browser("wang"), clinic.browser("sun")
    for browser, act, words, state in (
        (site, "answer", "Measured twice.", "Answered"),
        (monitor, "close", "Agreed with the source.", "Closed"),
        (monitor, "reopen", "The source was corrected.", "Open"),
    ):
        answer = browser.post(f"{path}/{act}", {"text": words})
        assert (answer.status_code, answer.location) == (303, path)
        page = body(browser.get(path))
        assert words in page
        assert f"</svg>{state}</span>" in page


@pytest.mark.parametrize(("act", "username"), [("answer", "wang"), ("close", "sun")])
@pytest.mark.parametrize("words", ["   ", "x" * 2001])
def test_words_that_cannot_be_taken_stay_in_their_box(standing: ClinicApp, act: str, username: str, words: str) -> None:
    answer = standing.browser(username).post(f"/queries/{standing.query}/{act}", {"text": words})
    assert answer.status_code == 422
    assert f"data-send>{words}</textarea>" in body(answer)
    assert "Nothing was sent." in body(answer)


@pytest.mark.parametrize(
    ("act", "username", "status"),
    [
        ("answer", "sun", 403),
        ("close", "wang", 403),
        ("reopen", "lin", 403),
        ("answer", "qian", 404),
        ("close", "zhou", 404),
    ],
)
def test_an_act_that_is_not_the_readers_is_refused(standing: ClinicApp, act: str, username: str, status: int) -> None:
    assert standing.browser(username).post(f"/queries/{standing.query}/{act}", {"text": "words"}).status_code == status
    with standing.app.app_context():
        assert db.session.get(Query, standing.query).state == "open"


def test_an_act_in_a_form_leads_back_to_the_form(clinic: ClinicApp) -> None:
    answer = clinic.browser("wang").post(f"/queries/{clinic.query}/answer", {"text": "Measured twice.", "back": "form"})
    assert answer.location == f"/subjects/{clinic.subject}/SE.SCR/HEM#q-1"


def test_a_monitor_raises_a_query_on_an_item(clinic: ClinicApp) -> None:
    browser = clinic.browser("sun")
    assert "Platelets" in body(browser.get(f"/records/{clinic.record}/query?item=PLT"))
    answer = browser.post(f"/records/{clinic.record}/query", {"item": "PLT", "text": "Is this the printed value?"})
    assert answer.status_code == 303
    assert "Is this the printed value?" in body(browser.get(answer.location))


@pytest.mark.parametrize(
    ("fields", "kept"), [({"item": "PLT", "text": " "}, "Platelets"), ({"item": "NOPE", "text": "Why?"}, "Why?")]
)
def test_a_question_that_cannot_be_taken_stays_typed(standing: ClinicApp, fields: dict[str, str], kept: str) -> None:
    answer = standing.browser("sun").post(f"/records/{standing.record}/query", fields)
    assert answer.status_code == 422
    assert kept in body(answer)


@pytest.mark.parametrize("username", ["wang", "qian", "lin"])
def test_the_page_for_asking_exists_for_whoever_may_ask(standing: ClinicApp, username: str) -> None:
    assert standing.browser(username).get(f"/records/{standing.record}/query").status_code == 404


@pytest.mark.parametrize(
    ("level", "fields"), [("subject", {}), ("form", {"record": True}), ("item", {"record": True, "item": "PLT"})]
)
@pytest.mark.parametrize("kind", ["freeze", "lock"])
def test_a_data_manager_holds_and_lifts_with_a_reason(clinic: ClinicApp, kind: str, level: str, fields: dict) -> None:
    browser = clinic.browser("chen")
    target = {"kind": kind, "level": level, "subject": clinic.subject}
    target |= {name: clinic.record if value is True else value for name, value in fields.items()}
    assert browser.get("/holds", query_string=target).status_code == 200
    held = browser.post("/holds", {**target, "reason": "for the interim analysis", "despite_open": "1"})
    assert held.status_code == 303
    assert "for the interim analysis" in body(browser.get(f"/subjects/{clinic.subject}"))
    with clinic.app.app_context():
        hold = db.session.query(Hold).filter_by(subject_id=clinic.subject, kind=kind, level=level).one().id
    assert browser.post(f"/holds/{hold}/lift", {"reason": " "}).status_code == 422
    assert browser.post(f"/holds/{hold}/lift", {"reason": "letter of 4 June"}).status_code == 303
    assert "Nothing of this subject is frozen or locked." in body(browser.get(f"/subjects/{clinic.subject}"))


def test_a_lock_shows_what_is_open_and_is_a_decision_with_its_reason(clinic: ClinicApp) -> None:
    browser = clinic.browser("chen")
    for target in ({"level": "subject", "subject": clinic.subject}, {"level": "form", "record": clinic.record},
                   {"level": "event", "subject": clinic.subject, "event": "SE.SCR"}):  # fmt: skip
        locking = {**target, "kind": "lock"}
        shown = body(browser.get("/holds", query_string=locking))
        assert f'href="/queries?subject={clinic.subject}&amp;state=open"><b>1</b> open queries' in shown
        refused = browser.post("/holds", {**locking, "reason": "clean"})
        assert (refused.status_code, "clean</textarea>" in body(refused)) == (409, True)
        assert browser.post("/holds", {**locking, "despite_open": "1", "reason": " "}).status_code == 422
    with clinic.app.app_context():
        assert db.session.query(Hold).filter_by(subject_id=clinic.subject).count() == 0


def test_a_visit_is_held_with_all_its_forms_and_not_twice(clinic: ClinicApp) -> None:
    browser = clinic.browser("chen")
    visit = {"kind": "freeze", "level": "event", "subject": clinic.subject, "event": "SE.SCR"}
    assert "Freeze the visit" in body(browser.get(f"/subjects/{clinic.subject}"))
    assert browser.get("/holds", query_string={**visit, "event": "SE.BL"}).status_code == 404
    assert [browser.post("/holds", visit).status_code for _ in "ab"] == [303, 409]
    with clinic.app.app_context():
        held = db.session.query(Hold).filter_by(subject_id=clinic.subject).all()
        assert [(each.level, each.kind) for each in held] == [("event", "freeze")]
    assert "Screening" in body(browser.get(f"/holds/{held[0].id}/lift"))


def test_what_is_held_already_is_not_held_again_and_the_reason_stays_typed(standing: ClinicApp) -> None:
    target = {"kind": "lock", "level": "subject", "subject": standing.held_subject, "reason": "once more"}
    answer = standing.browser("chen").post("/holds", target)
    assert answer.status_code == 409
    assert "once more</textarea>" in body(answer)


@pytest.mark.parametrize(
    ("username", "status"), [("wang", 403), ("sun", 403), ("lin", 403), ("qian", 404), ("zhou", 404)]
)
def test_nobody_else_holds_or_lifts(standing: ClinicApp, username: str, status: int) -> None:
    browser = standing.browser(username)
    target = {"kind": "lock", "level": "subject", "subject": standing.subject}
    assert browser.get("/holds", query_string=target).status_code == 404
    assert browser.post("/holds", target).status_code == status
    assert browser.post(f"/holds/{standing.hold}/lift", {"reason": "because"}).status_code == status
    with standing.app.app_context():
        assert db.session.query(Hold).filter(Hold.lifted_at.is_(None)).count() == 1


WRONG = [
    {"kind": "burn", "level": "subject"}, {"kind": "lock", "level": "planet"}, {"kind": "lock", "level": "form"},
    {"kind": "lock", "level": "item", "item": "NOPE"}, {},
]  # fmt: skip


@pytest.mark.parametrize("fields", WRONG)
def test_nonsense_is_not_held(standing: ClinicApp, fields: dict[str, str]) -> None:
    browser = standing.browser("chen")
    assert browser.get("/holds", query_string=fields).status_code == 404
    assert browser.post("/holds", fields).status_code == 404
