"""A visit entered at its page, over HTTP on both databases: saved, refused, reasoned, merged, held, completed."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from ecrf.db import db
from ecrf.models.records import Record
from tests.conftest import DIALECTS, Servers
from tests.ecrf.web.beam_app import SAMPLE, BeamApp, beam_app, with_new_subject


@pytest.fixture(scope="module", params=DIALECTS)
def opened(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Flask]:
    """One application for all tests here; each acts on a subject of its own."""
    with beam_app(servers(request.param)) as app:
        yield app


@pytest.fixture
def beam(opened: Flask) -> BeamApp:
    return with_new_subject(opened)


def records_of(beam: BeamApp, form: str) -> list[str]:
    """The ids of the subject's records of a form."""
    with beam.app.app_context():
        return [each.id for each in db.session.query(Record).filter_by(subject_id=beam.subject, form=form)]


def test_a_first_save_answers_with_the_page_and_says_saved(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="30")
    assert (page.status, page.value("ALT")) == (303, "30")
    assert "Saved" in page.text
    assert page.saved()["LBDTC"] == {"v": "2026-03-04T08:05"}
    assert "7 – 40" in page.text


def test_save_and_next_goes_on_to_the_form_behind(beam: BeamApp) -> None:
    page = beam.page(form="HEM").post(**SAMPLE, then="next")
    assert page.answer.request.path.endswith("/SE.SCR/CHEM")


@pytest.mark.req("R-FDA-13", "R-EMA-7")
def test_a_refused_value_stays_where_it_was_typed_and_the_rest_is_saved(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="30", POTAS="4,3")
    assert (page.status, page.value("POTAS"), page.value("ALT")) == (422, "4,3", "30")
    assert "Saved, but 1 value was not accepted" in page.text
    assert 'aria-invalid="true"' in page.text
    assert "POTAS" not in page.saved()


def test_where_every_change_was_refused_that_is_said_first_though_a_query_is_open(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="81")
    page.post(**SAMPLE, ALT="81", POTAS="4,3", AST="x")
    assert page.status == 422
    assert "2 values were not accepted; nothing else changed" in page.text


@pytest.mark.parametrize("typed", ["1,5", "1e400", "NaN", "ten", "9" * 3000, "<<5", "\u202e12", "１２．５．３"])
def test_what_is_no_number_comes_back_as_it_was_typed(beam: BeamApp, typed: str) -> None:
    page = beam.page().post(**SAMPLE, ALT=typed)
    assert (page.status, page.value("ALT")) == (422, typed)


def test_a_day_that_does_not_exist_is_refused_in_its_two_parts(beam: BeamApp) -> None:
    page = beam.page().post(LABID="LAB_A", LBDTC="2026-02-30", LBDTC__time="25:00")
    assert (page.status, page.value("LBDTC")) == (422, "2026-02-30")
    assert 'value="25:00"' in page.text


def test_saves_at_the_same_time_are_merged_where_they_do_not_collide(beam: BeamApp) -> None:
    first, second = beam.page("wang"), beam.page("zhang")
    first.post(**SAMPLE, ALT="30")
    second.post(**SAMPLE, AST="20")
    assert second.status == 303
    assert "Somebody else saved meanwhile" in second.text
    assert {"ALT", "AST"} <= second.saved().keys()


@pytest.mark.req("R-SEC-1")
def test_a_collision_is_shown_value_by_value_and_loses_nothing_typed(beam: BeamApp) -> None:
    first, second = beam.page("wang"), beam.page("zhang")
    first.post(**SAMPLE, ALT="30")
    second.post(**SAMPLE, ALT="31", AST="20")
    assert (second.status, second.value("ALT"), second.saved()["AST"]["v"]) == (412, "31", "20")
    assert "Wang Min saved this form at 09:30, while you were typing" in second.text
    assert "30 U/L" in second.text
    assert re.search(r'id="xuln-ALT">0.78<', second.text), "computed from what is typed, not from theirs"
    assert "checked" not in second.text.split('name="choice.ALT"')[1].split(">")[0]
    second.post(**SAMPLE, ALT="31", AST="20", collision="ALT")
    assert (second.status, second.value("ALT")) == (422, "31")
    second.post(**SAMPLE, ALT="31", AST="20", collision="ALT", choice__ALT="yours", reason__ALT="transcription")
    assert (second.status, second.saved()["ALT"]["v"]) == (303, "31")


def test_choosing_theirs_leaves_the_record_as_it_stands(beam: BeamApp) -> None:
    first, second = beam.page("wang"), beam.page("zhang")
    first.post(**SAMPLE, ALT="30")
    second.post(**SAMPLE, ALT="31")
    second.post(**SAMPLE, ALT="31", collision="ALT", choice__ALT="theirs")
    assert (second.status, second.saved()["ALT"]["v"]) == (303, "30")
    assert "Nothing had changed" in second.text


def test_a_form_locked_meanwhile_shows_what_was_typed_and_could_not_be_saved(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="30")
    lock = {"kind": "lock", "level": "form", "record": records_of(beam, "CHEM")[0], "reason": "Interim analysis"}
    lock |= {"despite_open": "1"}
    beam.page("chen").browser.post("/holds", lock)
    page.post(**SAMPLE, ALT="33", reason__ALT="transcription")
    assert page.status == 409
    assert "Nothing was saved: this form is locked by Chen Yu since 5 Mar 2026, 09:30 UTC+8" in page.text
    assert "What you typed and could not be saved" in page.text
    assert "33 U/L" in page.text
    assert '<form id="form"' not in page.text
    assert "by Chen Yu" in page.text


def test_a_form_is_completed_once_nothing_is_missing(beam: BeamApp) -> None:
    page = beam.page(form="SV").post("/complete", VISDAT="", VISOCC="Y", reason__VISDAT="source_corrected")
    assert page.status == 422
    assert "Saved, but not complete: Visit date is missing" in page.text
    page.post("/complete", VISDAT="2026-03-04", VISOCC="Y")
    assert page.status == 303
    assert "Saved and marked complete" in page.text


def test_a_query_is_answered_and_what_else_is_typed_stays(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="81")
    query = page.text.split('name="answer" value="')[1].split('"')[0]
    page.post(
        "/answer",
        **SAMPLE,
        ALT="81",
        ALT__unit="U/L",
        AST="20",
        AST__unit="U/L",
        answer=query,
        **{f"reply__{query}": "Repeat ordered."},
    )
    assert (page.status, page.value("AST")) == (200, "20")
    assert "AST" not in page.saved()
    assert "Answer sent" in page.text


def test_an_answer_typed_beside_the_values_is_sent_with_them(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="81")
    query = page.text.split('name="answer" value="')[1].split('"')[0]
    page.post(**SAMPLE, ALT="79", reason__ALT="query", **{f"reply__{query}": "Misread; corrected."})
    assert page.status == 303
    assert "Misread; corrected." in beam.page("liu").browser.get(f"/queries/{query}").get_data(as_text=True)


def test_an_empty_answer_says_so_and_keeps_the_page(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="81")
    query = page.text.split('name="answer" value="')[1].split('"')[0]
    page.post("/answer", **SAMPLE, ALT="81", AST="20", answer=query)
    assert (page.status, page.value("AST")) == (422, "20")


def test_a_check_while_typing_says_what_a_save_would_say_and_saves_nothing(beam: BeamApp) -> None:
    page = beam.page()
    live = page.browser.post(
        f"{page.path}/check", {"revision": "0", **SAMPLE, "ALT": "81", "ALT.unit": "U/L", "POTAS": "x"}
    )
    text = live.get_data(as_text=True)
    assert live.status_code == 200
    assert '<td class="range" id="range-ALT" hx-swap-oob="true">7 – 40</td>' in text
    assert "2.03" in text
    assert "x was not accepted" in text
    assert records_of(beam, "CHEM") == []


@pytest.mark.parametrize(
    ("username", "shown", "posted"), [("wang", 200, 303), ("liu", 200, 403), ("chen", 200, 403), ("qian", 404, 404)]
)
def test_site_staff_alone_enter_data_and_another_site_sees_nothing(
    beam: BeamApp, username: str, shown: int, posted: int
) -> None:
    page = beam.page(username)
    assert page.answer.status_code == shown
    assert ('<form id="form"' in page.text) is (username == "wang")
    answer = page.browser.post(page.path, {"revision": "0", **SAMPLE})
    assert answer.status_code == posted


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("SE.SCR/NOPE", 404),
        ("SE.NOPE/CHEM", 404),
        ("SE.SCR~0/CHEM", 404),
        ("SE.SCR~x/CHEM", 404),
        ("SE.SCR~1/CHEM", 404),
        ("SE.SCR/CHEM/3", 404),
    ],
)
def test_a_form_that_the_plan_does_not_hold_is_not_found(beam: BeamApp, path: str, status: int) -> None:
    assert beam.page().browser.get(f"/subjects/{beam.subject}/{path}").status_code == status


def test_what_is_typed_is_never_markup(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT='"><script>alert(1)</script>')
    raw = page.answer.get_data(as_text=True)
    assert page.status == 422
    assert "<script>alert" not in raw


def test_a_kept_form_opens_again_with_what_was_typed(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="30", then="show")
    assert (page.status, page.value("ALT")) == (200, "30")
    assert records_of(beam, "CHEM") == []


def test_the_page_is_said_in_chinese(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="81")
    page.answer = page.browser.get(f"{page.path}?lang=zh-CN")
    assert "血生化" in page.text
    assert "大于" in page.text
    assert "参考范围" in page.text
