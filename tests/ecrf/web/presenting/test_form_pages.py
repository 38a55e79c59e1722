"""A form's page from its facts: what each part shows, and what it keeps of what was typed."""

import json
from dataclasses import replace

import pytest

from ecrf.reads.forms import FormFacts
from ecrf.services.trail import Reason
from ecrf.web.presenting.pages import Page, page_of
from ecrf.web.presenting.plans import plan_of
from ecrf.web.presenting.sheets import NOTHING_TYPED, Typing, sheet_of
from forms.datum import Datum
from forms.findings import Refusal
from tests.ecrf.web import form_examples as example

REFUSED = Refusal(
    "K", Datum("43", "mmol/L"), "RH.K", "1.0", example.text("43 was not accepted. Potassium must be between 1 and 10.")
)


def page(facts: FormFacts | None = None, typing: Typing = NOTHING_TYPED, **said: bool) -> Page:
    return page_of(sheet_of(facts or example.facts(), "en", example.NOW, typing), **said)


def field(shown: Page, name: str):
    fields = [each for section in shown.sections for each in (*section.fields, *(row.field for row in section.rows))]
    return next(each for each in fields if each.name == name)


def row(shown: Page, name: str):
    return next(each for section in shown.sections for each in section.rows if each.field.name == name)


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ("SCRNUM", "text"), ("RFICDAT", "date"), ("RFICTIM", "time"), ("AGE", "computed"), ("FERTREQ", "segment"),
        ("ETHNICCN", "select"), ("CHILDS", "integer"), ("RATIO", "decimal"), ("WEIGHT", "quantity"),
        ("SYMPT", "codes"), ("VISREAS", "text"), ("SCAN", "file"),
    ],
)  # fmt: skip
def test_each_type_of_item_has_its_control(item: str, kind: str) -> None:
    assert plan_of(example.STUDY, "DM", "en").items[item].kind == kind


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_code_list_is_drawn_alike_in_every_language(language: str) -> None:
    assert plan_of(example.STUDY, "CHEM", language).items["LABID"].kind == "select"


def test_a_plan_is_made_once_per_definition_and_language() -> None:
    assert plan_of(example.STUDY, "CHEM", "en") is plan_of(example.STUDY, "CHEM", "en")
    assert plan_of(replace(example.STUDY), "CHEM", "en") is not plan_of(example.STUDY, "CHEM", "en")


def test_neighbouring_grid_sections_share_one_table_and_fields_have_panels_of_their_own() -> None:
    shown = page()
    assert [[section.plan.anchor for section in panel.sections] for panel in shown.panels] == [
        ["s-SAMPLE"], ["s-LIVER", "s-KIDNEY", "s-ELEC"],
    ]  # fmt: skip
    assert row(shown, "EGFR").kind == "computed"


def test_a_section_counts_what_is_answered_refused_and_asked() -> None:
    electrolytes = page(typing=Typing(answers={"K": REFUSED.typed}, refused={"K": REFUSED})).sections[3]
    assert (electrolytes.answered, electrolytes.asked, electrolytes.refused, electrolytes.open) == (3, 4, 1, 0)
    assert page().sections[1].open == 1


@pytest.mark.parametrize(
    ("item", "range_text", "xuln", "flag", "grade"),
    [("ALT", "7 – 40", "3.10", "high", "2"), ("ALP", "35 – 100", "0.85", "normal", ""), ("K", "3.5 – 5.3", "", "", "")],
)
def test_a_result_stands_beside_its_limits(item: str, range_text: str, xuln: str, flag: str, grade: str) -> None:
    shown = row(page(), item)
    assert (shown.range_text, shown.xuln, shown.flag, shown.grade) == (range_text, xuln, flag, grade)


def test_a_result_without_a_range_says_whether_there_is_a_gap_or_no_range_at_all() -> None:
    shown = page()
    assert row(shown, "BICARB").lacks_range
    assert not row(shown, "PHOS").has_ranges


def test_a_range_in_another_unit_than_the_result_carries_its_unit() -> None:
    typed = Typing(answers={"TBIL": Datum("0.5", "mg/dL")})
    assert row(page(typing=typed), "TBIL").range_text == "0 – 23.0 µmol/L"


def test_a_control_offers_the_unit_of_the_laboratory_before_anybody_chose_one() -> None:
    facts = example.facts(values={}, ranges={"TBIL": example.used("TBIL", "0", "1.2", "mg/dL")})
    assert field(page(facts), "TBIL").unit == "mg/dL"
    assert field(page(example.facts(values={}, ranges={})), "TBIL").unit == "umol/L"


@pytest.mark.req("R-FDA-13")
def test_a_refused_value_stays_in_its_control_with_what_happened_and_what_is_stored() -> None:
    typing = Typing(answers={"K": REFUSED.typed, "ALT": Datum("1,5", "U/L")}, refused={"K": REFUSED})
    shown = field(page(typing=typing), "K")
    assert (shown.value, shown.refused.what, shown.refused.message, shown.refused.held) == (
        "43", "43 was not accepted.", "Potassium must be between 1 and 10.", "",
    )  # fmt: skip
    assert "e-K" in shown.described


def test_a_saved_answer_that_changes_asks_for_its_reason_and_a_first_entry_does_not() -> None:
    typing = Typing(answers={"AST": Datum("58", "U/L"), "K": Datum("4.1", "mmol/L"), "ALP": Datum("85", "U/L")},
                    reasons={"AST": Reason("transcription", "read from the ALP line")})  # fmt: skip
    rows = page(typing=typing).reasons
    assert [(each.name, each.was, each.now, each.code, each.note) for each in rows] == [
        ("AST", "85 U/L", "58 U/L", "transcription", "read from the ALP line")
    ]


def test_what_two_people_changed_shows_all_three_values_and_chooses_none() -> None:
    typing = Typing(answers={"AST": Datum("58", "U/L")}, base={"AST": Datum("90", "U/L")}, colliding=("AST",))
    shown = page(typing=typing)
    assert [(each.before, each.theirs, each.yours, each.chosen) for each in shown.collisions] == [
        ("90 U/L", "85 U/L", "58 U/L", "")
    ]
    assert json.loads(shown.base)["AST"]["v"] == "90"


def test_the_page_carries_the_saved_answers_and_no_computed_one() -> None:
    base = json.loads(page().base)
    assert base["ALT"] == {"v": "124", "u": "U/L"}
    assert "EGFR" not in base


@pytest.mark.parametrize(
    ("facts", "writable"),
    [
        (example.facts(), True),
        (example.facts(may=example.MONITOR), False),
        (example.facts(holds=(example.hold("freeze"),)), False),
        (example.facts(holds=(example.hold("lock"),)), False),
        (example.facts(holds=(example.hold("lock", "ALT"),)), True),
    ],
)
def test_values_are_typed_by_site_staff_alone_and_only_where_nothing_holds_them(
    facts: FormFacts, writable: bool
) -> None:
    assert page(facts).is_writable is writable


def test_a_held_item_is_text_in_a_form_that_is_not_held() -> None:
    shown = page(example.facts(holds=(example.hold("lock", "ALT"),)))
    assert (field(shown, "ALT").is_writable, field(shown, "AST").is_writable) == (False, True)
    assert [card.may_answer for card in field(shown, "ALT").cards] == [False]


def test_a_held_laboratory_item_holds_what_belongs_to_it() -> None:
    sheet = sheet_of(example.facts(holds=(example.hold("lock", "ALT"),)), "en", example.NOW)
    assert [bool(sheet.hold_on(name)) for name in ("ALT", "ALT_CS", "AST", "AST_CS")] == [True, True, False, False]
    assert [sheet.is_locked(name) for name in ("ALT_CS", "AST", "NOTHING", None)] == [True, False, False, False]


def test_a_locked_form_offers_no_answer_and_a_frozen_one_does() -> None:
    locked, frozen = (page(example.facts(holds=(example.hold(kind),))) for kind in ("lock", "freeze"))
    assert [card.may_answer for card in field(locked, "ALT").cards] == [False]
    assert [card.may_answer for card in field(frozen, "ALT").cards] == [True]


def test_an_answered_query_stands_open_for_whoever_may_close_it() -> None:
    assert field(page(), "GGT").cards == ()
    assert len(field(page(example.facts(may=example.MONITOR)), "GGT").cards) == 1
    assert [mark.state for mark in field(page(), "GGT").marks] == ["answered"]


def test_a_query_on_a_companion_stands_in_its_result_s_row_and_one_on_the_form_above_it() -> None:
    queries = (
        example.query(7, "ALT_CS", example.text("Significance?")),
        example.query(8, None, example.text("Whole form?")),
    )
    shown = page(example.facts(queries=queries))
    assert [card.number for card in field(shown, "ALT").cards] == [7]
    assert [card.number for card in shown.cards] == [8]


def test_what_holds_enrolment_is_asked_first() -> None:
    queries = (
        example.query(1, "ALT", example.text("Significance?")),
        replace(example.query(2, "ALT", example.text("Exclusion")), gate="enrolment"),
    )
    assert [card.number for card in field(page(example.facts(queries=queries)), "ALT").cards] == [2, 1]


@pytest.mark.parametrize(
    ("typing", "was_saved", "heading"),
    [
        (NOTHING_TYPED, False, "1 query is open"),
        (
            Typing(answers={"K": REFUSED.typed}, refused={"K": REFUSED}),
            True,
            "Saved, but 1 value was not accepted and 1 query is open",
        ),
        (Typing(unreasoned=("AST",)), False, "Nothing was saved yet: 1 saved answer changes and needs a reason"),
        (Typing(colliding=("AST",), base={}), True, "1 answer was changed by somebody else while you were typing"),
        (
            Typing(colliding=("AST",)),
            True,
            "The page did not say which state of the form it showed. Choose what stands for each answer",
        ),
        (Typing(is_incomplete=True), True, "Saved, but not complete: Potassium is missing"),
        (Typing(refused={"K": REFUSED}), False, "1 value was not accepted; nothing else changed"),
        (Typing(is_back=True), False, "What you typed before you logged in again is back and not saved yet. Save it"),
        (Typing(fault="Busy"), False, "Busy"),
    ],
)
def test_the_notice_says_the_worst_first(typing: Typing, was_saved: bool, heading: str) -> None:
    summary = page(typing=typing, was_saved=was_saved).summary
    assert summary is not None
    assert summary.heading == heading


def test_a_page_with_nothing_to_say_has_no_notice() -> None:
    assert page(example.facts(queries=())).summary is None


def test_progress_names_the_one_answer_that_is_missing() -> None:
    progress = page().progress
    assert (progress.answered, progress.required, progress.missing) == (8, 9, "Potassium is missing")
