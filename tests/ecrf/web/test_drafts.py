"""What is typed and not saved comes back to its person, wherever and whenever the form is opened again."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import cache

import pytest
from flask import Flask

from ecrf import clock
from tests.conftest import DIALECTS, Servers
from tests.ecrf.web.beam_app import AT, PASSWORD, SAMPLE, BeamApp, FormPage, beam_app, with_new_subject

BACK = "What you typed on 5 Mar 2026 at 09:30 stands below and is not saved"


@pytest.fixture(scope="module")
def opened(servers: Servers) -> Iterator[Callable[[str], Flask]]:
    """One application on each database for all tests here; each acts on a subject of its own."""
    with ExitStack() as apps:
        yield cache(lambda dialect: apps.enter_context(beam_app(servers(dialect))))


@pytest.fixture
def beam(opened: Callable[[str], Flask]) -> BeamApp:
    return with_new_subject(opened("sqlite"))


@pytest.fixture(params=DIALECTS)
def on_both(request: pytest.FixtureRequest, opened: Callable[[str], Flask]) -> BeamApp:
    return with_new_subject(opened(request.param))


def kept(page: FormPage, **typed: str) -> FormPage:
    """What the page sends while somebody types; the page itself stays as it is."""
    shown = page.answer
    page.post("/draft", **typed)
    assert page.status in (200, 204), page.text
    page.told, page.answer = page.text.strip(), shown
    return page


def test_what_is_typed_is_back_when_the_form_is_opened_again_on_another_device(on_both: BeamApp) -> None:
    page = kept(on_both.page(), **SAMPLE, ALT="30")
    assert page.told.endswith("Draft kept 09:30")
    again = on_both.page()
    assert (again.value("ALT"), again.saved()) == ("30", {})
    assert BACK in again.text
    assert "Not everything typed is saved" in again.text
    assert "Saved 09:30 by Wang Min" in again.post(**SAMPLE, ALT="30").text
    assert "stands below" not in on_both.page().text


def test_what_comes_without_the_answers_it_was_typed_over_is_typed_over_those_of_its_revision(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="30")
    sent = {"revision": page.hidden("revision"), "ALT": "31", "ALT.unit": "U/L"}
    assert page.browser.post(page.path, sent).status_code == 422  # a saved answer changes without a reason
    again = beam.page()
    assert again.value("ALT") == "31"
    assert "changed by somebody else" not in again.text


@pytest.mark.parametrize("who", ["zhang", "liu", "chen"])
def test_nobody_else_sees_a_draft(beam: BeamApp, who: str) -> None:
    kept(beam.page(), **SAMPLE, ALT="33.7")
    assert "33.7" not in beam.page(who).text


def test_a_comparator_a_unit_a_missing_reason_a_reason_and_its_note_are_kept(beam: BeamApp) -> None:
    page = beam.page().post(**SAMPLE, ALT="30", AST="20")
    typed = {"ALT": "5", "ALT__comparator": "<", "reason__ALT": "other", "note__ALT": "diluted", "ALP__missing": "LOST"}
    again = beam.page() if kept(page, **SAMPLE, AST="20", **typed) else page
    text = again.text
    assert (again.value("ALT"), again.value("AST")) == ("5", "20")
    assert "<option selected><</option>" in text
    assert 'value="other" selected' in text
    assert 'value="diluted"' in text
    assert 'value="LOST" selected' in text


def test_an_answer_that_is_taken_back_leaves_the_draft_and_the_last_one_ends_it(beam: BeamApp) -> None:
    page = kept(beam.page(), **SAMPLE, ALT="30", drafted="ALT")
    assert kept(page, **SAMPLE, ALT="", drafted="ALT").told.endswith("Draft kept 09:30")
    assert beam.page().value("ALT") == ""
    empty = {"LABID": "", "LBDTC": "", "LBDTC.time": ""}
    assert kept(page, **empty, drafted=["LABID", "LBDTC"]).told == ""
    assert "stands below" not in beam.page().text


def test_a_second_window_leaves_what_the_first_one_typed(on_both: BeamApp) -> None:
    first, second = on_both.page(), on_both.page()
    kept(first, **SAMPLE, ALT="30")
    kept(second, AST="20")
    assert (on_both.page().value("ALT"), on_both.page().value("AST")) == ("30", "20")
    first.post(**SAMPLE, ALT="30")
    again = on_both.page()
    assert (again.saved()["ALT"]["v"], "AST" in again.saved(), again.value("AST")) == ("30", False, "20")


def test_somebody_elses_save_is_merged_item_by_item_and_nothing_is_chosen(on_both: BeamApp) -> None:
    on_both.page().post(**SAMPLE, ALT="30", AST="20")
    kept(on_both.page(), **SAMPLE, ALT="31", AST="20", ALP="70")
    on_both.page("zhang").post(**SAMPLE, ALT="32", AST="21", reason__ALT="transcription",
                            reason__AST="transcription")  # fmt: skip
    mine = on_both.page()
    assert (mine.value("ALP"), mine.value("AST")) == ("70", "21")
    assert "Zhang Wei saved this form meanwhile" in mine.text
    row = mine.text.split('id="c-ALT"')[1].split("</tr>")[0]
    assert [part in row for part in ("30 U/L", "32 U/L", "31 U/L", "checked")] == [True, True, True, False]
    mine.post(**SAMPLE, ALT="31", AST="21", ALP="70", collision="ALT", choice__ALT="yours", reason__ALT="transcription")
    assert {item: mine.saved()[item]["v"] for item in ("ALT", "AST", "ALP")} == {"ALT": "31", "AST": "21", "ALP": "70"}
    assert "stands below" not in on_both.page().text


def test_what_a_save_refused_is_kept_without_any_script(beam: BeamApp) -> None:
    beam.page().post(**SAMPLE, ALT="30", POTAS="4,3")
    again = beam.page()
    assert (again.value("POTAS"), "POTAS" in again.saved()) == ("4,3", False)
    assert again.saved()["ALT"]["v"] == "30"


def test_what_is_discarded_is_gone_and_the_trail_tells_of_nothing(beam: BeamApp) -> None:
    page = kept(beam.page(), **SAMPLE, ALT="30")
    assert page.post("/discard").status == 303
    assert "What you typed is discarded" in page.text
    assert (page.value("ALT"), "stands below" in page.text) == ("", False)


def test_a_draft_that_comes_after_its_save_leaves_nothing(beam: BeamApp) -> None:
    page = beam.page()
    late = FormPage(page.browser, page.path)
    page.post(**SAMPLE, ALT="30")
    assert kept(late, **SAMPLE, ALT="30").told == ""


def test_a_new_row_is_taken_up_where_it_was_left_and_made_once(on_both: BeamApp) -> None:
    path = f"/subjects/{on_both.subject}/SE.SCR/MH"
    page = FormPage(on_both.page(form="MH").browser, f"{path}/new")
    kept(page, MHTERM="Asthma")
    again = FormPage(page.browser, f"{path}/new")
    assert (again.hidden("row_id"), ">Asthma</textarea>" in again.text) == (page.hidden("row_id"), True)
    other = FormPage(page.browser, f"{path}/new?row_id=another")
    assert (other.hidden("row_id") == page.hidden("row_id"), ">Asthma<" in other.text) == (False, False)
    for _ in range(2):
        again.answer = page.answer
        again.path = f"{path}/new"
        again.post(MHTERM="Asthma")
    assert FormPage(page.browser, path).text.count('id="row-') == 1
    assert ">Asthma<" not in FormPage(page.browser, f"{path}/new").text


def test_a_draft_of_a_form_that_is_frozen_meanwhile_is_shown_and_can_be_discarded(beam: BeamApp) -> None:
    page = kept(beam.page().post(**SAMPLE, ALT="30"), **SAMPLE, ALT="30", AST="20")
    manager = beam.page("chen")
    frozen = {"kind": "freeze", "level": "subject", "subject": beam.subject, "reason": "interim"}
    assert manager.browser.post("/holds", frozen).status_code == 303
    held = beam.page()
    assert "is not saved, and cannot be any more" in held.text
    assert "20 U/L" in held.text
    assert page.post("/discard").status == 303


def test_a_draft_is_forgotten_after_its_days_and_by_whoever_lost_the_role(beam: BeamApp) -> None:
    kept(beam.page(), **SAMPLE, ALT="30")
    with clock.told_by(lambda: AT + timedelta(days=31)):
        assert beam.page().value("ALT") == ""


def test_what_is_too_large_for_a_draft_is_refused_and_said(beam: BeamApp) -> None:
    page = beam.page()
    page.post("/draft", **{f"ITEM{number}": "x" * 20_000 for number in range(20)})
    assert page.status == 413
    assert "save it" in page.text


def test_after_a_time_out_the_draft_is_its_persons_alone_also_in_the_same_browser(beam: BeamApp) -> None:
    page = kept(beam.page(), **SAMPLE, ALT="33.7")
    with clock.told_by(lambda: AT + timedelta(minutes=20)):
        assert page.post("/draft", **SAMPLE, ALT="33.8").status == 401
        for who, value in (("zhang", ""), ("wang", "33.7")):
            page.browser.post("/logout")
            page.browser.log_in(who, PASSWORD)
            assert FormPage(page.browser, page.path).value("ALT") == value


def test_drafts_wait_on_the_worklist_of_their_person_until_they_are_saved(beam: BeamApp) -> None:
    page, path = kept(beam.page(), **SAMPLE, ALT="30"), f"/subjects/{beam.subject}/SE.SCR/MH"
    row = FormPage(page.browser, f"{path}/new")
    new = f"{path}/new?row_id={row.hidden('row_id')}"
    kept(row, MHTERM="Asthma")
    mine = worklist(page)
    assert [place in mine for place in (f'href="{page.path}"', f'href="{new}"', "3 answers", "1 answer<")] == [True] * 4
    assert 'id="drafts"' not in worklist(beam.page("zhang"))
    page.post(**SAMPLE, ALT="30")
    assert [place in worklist(page) for place in (f'href="{page.path}"', f'href="{new}"')] == [False, True]


def worklist(page: FormPage) -> str:
    return page.browser.get("/").get_data(as_text=True)
