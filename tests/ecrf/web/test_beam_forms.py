"""Every form of BEAM at its page: scores that add up, criteria beside what the data say, questions under conditions."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask

from tests.conftest import Servers
from tests.ecrf.web.beam_app import BeamApp, FormPage, beam_app, with_new_subject
from tests.forms.beam import beam as beam_package

SLEDAI = [item.oid for item in beam_package().study.forms["SLE"].items.values() if item.weight]
ACTIVITY = {"AIENDO": "2", "AINEUT": "1", "AIFIBR": "3", "AIHYAL": "0", "AICRES": "1", "AIINTI": "3"}
PULSE = {"MPDAT": "2026-03-04", "MPDOSE": "500", "MPDOSE.unit": "mg", "MPROUTE": "IV"}
PLACES = [(event.oid, form) for event in beam_package().study.events.values() for form in event.forms]
FIRST_PLACES = list({form: event for event, form in reversed(PLACES)}.items())


@pytest.fixture(scope="module")
def opened(servers: Servers) -> Iterator[Flask]:
    """One application for all tests here; each acts on a subject of its own."""
    with beam_app(servers("sqlite")) as app:
        yield app


@pytest.fixture
def beam(opened: Flask) -> BeamApp:
    return with_new_subject(opened)


@pytest.fixture(scope="module")
def reader(opened: Flask) -> FormPage:
    """Somebody who opens one form after the other of one subject."""
    return with_new_subject(opened).page()


def inner(page: FormPage, anchor: str) -> str:
    """The text of one element, without its tags."""
    written = page.answer.get_data(as_text=True)
    found = re.search(rf'<(\w+)[^>]* id="{anchor}"[^>]*>(.*?)</\1>', written, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found[2])).split()) if found else ""


def hidden(page: FormPage) -> set[str]:
    """The items that the page holds back until they are asked for."""
    return set(re.findall(r'data-when="(\w+)" hidden', page.text))


@pytest.mark.parametrize(("form", "event"), FIRST_PLACES)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_form_has_its_page_in_both_languages(reader: FormPage, form: str, event: str, language: str) -> None:
    definition = beam_package().study.forms[form]
    place = f"{event}~1" if beam_package().study.events[event].repeating else event
    path = f"{reader.path.rpartition('/SE.')[0]}/{place}/{form}"
    for address in (path, f"{path}/new") if definition.repeating else (path,):
        answer = reader.browser.get(f"{address}?lang={language}")
        assert answer.status_code == 200
        assert definition.label.said_in(language) in unescape(answer.get_data(as_text=True))


def test_a_score_counts_while_it_is_answered_and_has_its_total_once_it_is_whole(beam: BeamApp) -> None:
    page = beam.page(form="SLE").post(SLEDAT="2026-03-04", SLEBY="Lin", SLSEIZ="N", SLPROT="Y", SLFEVE="Y")
    assert inner(page, "so-far-SLETOT") == "5 points so far, 3 of 24 answered"
    assert inner(page, "SLETOT") == "–"
    page.post(**{item: "Y" if item in ("SLPROT", "SLFEVE") else "N" for item in SLEDAI})
    assert inner(page, "so-far-SLETOT") == "5 points all 24 answered"
    assert inner(page, "SLETOT") == "5"


def test_a_score_of_grades_weighs_them_as_its_total_does(beam: BeamApp) -> None:
    page = beam.page(form="RB").post(**ACTIVITY)
    assert inner(page, "so-far-AITOT") == "14 points all 6 answered"
    assert (inner(page, "AITOT"), inner(page, "so-far-CITOT")) == ("14", "0 points so far, 0 of 4 answered")


def test_a_check_while_typing_answers_with_the_sum_so_far(beam: BeamApp) -> None:
    page = beam.page(form="SLE")
    page.answer = page.browser.post(f"{page.path}/check", {"revision": "0", "SLSEIZ": "Y", "SLFEVE": "Y"})
    assert inner(page, "so-far-SLETOT") == "9 points so far, 2 of 24 answered"


def test_a_criterion_stands_beside_what_the_data_say_before_anything_is_answered(beam: BeamApp) -> None:
    beam.page(form="VS").post(VSDAT="2026-03-04", WEIGHT="39", WEIGHT__unit="kg", HEIGHT="160", HEIGHT__unit="cm")
    page = beam.page(form="IE")
    assert "Severe malnutrition (BMI<16 kg/m^2)." in page.text
    assert inner(page, "said-EXC10").startswith("Criterion met How EXC10")
    assert "VS.BMI < 16 'kg/m2'" in inner(page, "said-EXC10")
    assert "Body mass index (kg/m2) 15.2 kg/m²" in inner(page, "said-EXC10")
    assert inner(page, "said-EXC17") == "Judgement of the investigator"
    assert inner(page, "agree-INC01") == "cannot be judged yet"
    page.post(EXC10="N")
    assert "disagrees with the data" in inner(page, "agree-EXC10")
    assert "1 query is open" in page.text


def test_the_protocol_speaks_the_readers_language(beam: BeamApp) -> None:
    page = beam.page(form="IE")
    page.path += "?lang=zh-CN"
    assert "严重营养不良(BMI<16 kg/m^2)。" in page.open().text
    assert "入选标准：须全部为“是”" in page.text
    assert "由研究者判断" in page.text


def test_what_depends_on_another_answer_waits_until_it_is_given(beam: BeamApp) -> None:
    page = beam.page(form="BEL", event="SE.W2")
    assert {"BELREAS", "BELWT", "BELPLAN"} <= hidden(page)
    page.answer = page.browser.post(f"{page.path}/check", {"revision": "0", "BELYN": "Y"})
    told = re.search(r'data-hidden="([^"]*)" data-required="([^"]*)"', page.text)
    assert told is not None
    assert "BELREAS" in told[1].split()
    assert "BELWT" not in told[1].split()
    assert {"BELWT", "BELDOSE"} <= set(told[2].split())
    page.open().post(BELYN="Y")
    assert "BELREAS" in hidden(page)
    assert "BELWT" not in hidden(page)


def test_what_was_typed_before_its_question_was_taken_back_stays_in_sight(beam: BeamApp) -> None:
    page = beam.page(form="BEL", event="SE.W2").post(BELYN="N", BELWT="52.3", BELWT__unit="kg")
    assert page.value("BELWT") == "52.3"
    assert "BELWT" not in hidden(page)


def test_the_planned_dose_follows_the_weight_while_it_is_typed(beam: BeamApp) -> None:
    page = beam.page(form="BEL", event="SE.W2")
    typed = {"revision": "0", "BELYN": "Y", "BELWT": "61.4", "BELWT.unit": "kg", "BELDOSE": "600", "BELDOSE.unit": "mg"}
    page.answer = page.browser.post(f"{page.path}/check", typed)
    assert (inner(page, "BELPLAN"), inner(page, "BELDEV")) == ("614.0", "−2.3")
    assert inner(page, "BELVIALS") == "1 x 400 + 2 x 120 (640 mg, waste 26)"


def test_a_computed_answer_is_said_by_its_label(beam: BeamApp) -> None:
    page = beam.page(form="PT")
    page.path += "/new"
    page.open().post(PTCLAS="HCQ", PTTRT="Hydroxychloroquine", PTSTDAT="2025-11", PTONGO="Y")
    assert inner(page, "PTEXC04") == "No"


def test_what_is_computed_over_the_rows_stands_beside_their_list(beam: BeamApp) -> None:
    beam.page(form="IE").post(ENRLDAT="2026-03-05")
    whole = beam.page(form="MP")
    path = whole.path
    for day in ("2026-03-02", "2026-03-03"):
        whole.path = f"{path}/new"
        whole.open().post(**{**PULSE, "MPDAT": day})
    whole.path = path
    assert inner(whole.open(), "MPCUM14") == "1.0"
    assert whole.text.count("500 mg</td>") == 2


def test_a_new_row_says_which_number_is_free(beam: BeamApp) -> None:
    page = beam.page(form="AE", event="SE.LOG")
    page.path += "/new"
    assert inner(page.open(), "h-AENO") == "Next free number: 1"
    page.post(AENO="7", AETERM="Nausea")
    assert inner(page.open(), "h-AENO") == "Next free number: 8"


def test_completing_a_form_names_what_each_row_lacks(beam: BeamApp) -> None:
    whole = beam.page(form="MP")
    path = whole.path
    whole.path = f"{path}/new"
    whole.open().post(MPDAT="2026-03-04")
    whole.path = path
    whole.open().post("/complete")
    assert whole.status == 422
    assert "1 row lacks required answers" in whole.text
    assert "Row 1: Dose given, Route" in whole.text
    whole.path = f"{path}/1"
    whole.open().post(**PULSE)
    whole.path = path
    assert whole.open().post("/complete").status == 303


def test_a_required_answer_that_there_is_not_can_be_given_its_reason(beam: BeamApp) -> None:
    page = beam.page(form="BLV", event="SE.BL").post(PREDSTD="40", PREDSTD__unit="mg/d")
    assert 'name="INDSTDAT.missing"' not in page.text
    page.post("/complete", PREDSTD="40", PREDSTD__unit="mg/d")
    assert (page.status, 'name="INDSTDAT.missing"' in page.text) == (422, True)
    page.post("/complete", PREDSTD="40", PREDSTD__unit="mg/d", INDSTDAT="", INDSTDAT__missing="OTH")
    assert page.status == 303
    assert page.saved()["INDSTDAT"] == {"nd": "OTH"}
    page.post(PREDSTD="40", PREDSTD__unit="mg/d", INDSTDAT="", INDSTDAT__missing="OTH")
    assert page.status == 303, "a reason that stands is sent again as it is"
