"""How sections are laid out, and what scores and criteria say, from definitions and facts alone."""

import pytest

from ecrf.web.presenting.criteria import agreement
from ecrf.web.presenting.item_plans import ItemPlan
from ecrf.web.presenting.plans import plan_of
from ecrf.web.presenting.row_questions import form_asked
from ecrf.web.presenting.scores import points_of
from tests.forms.beam import beam

YES_NO, GRADES = (("Y", "Yes"), ("N", "No")), tuple((str(grade), f"{grade}") for grade in range(4))


@pytest.mark.parametrize(
    ("form", "layouts"),
    [
        ("SLE", ["fields", "score", "score", "score", "score", "score"]),
        ("RB", ["fields", "fields", "score", "score"]),
        ("IE", ["criteria", "criteria", "fields"]),
        ("LNHX", ["fields", "score"]),
        ("CHEM", ["fields", "grid", "grid", "grid", "grid"]),
    ],
)
def test_a_section_is_laid_out_by_what_stands_in_it(form: str, layouts: list[str]) -> None:
    assert [group.layout for group in plan_of(beam().study, form, "en").groups][: len(layouts)] == layouts


@pytest.mark.parametrize(
    ("form", "item", "language", "label"),
    [
        ("SLE", "SLSEIZ", "en", "Seizure"), ("SLE", "SLSEIZ", "zh-CN", "癫痫发作"),
        ("SLE", "SLFEVE", "en", "Fever (>38 °C)"), ("RB", "AIFIBR", "en", "Fibrinoid necrosis"),
        ("RB", "AIHYAL", "en", "Hyaline deposits (wire loops / hyaline thrombi)"),
        ("RB", "AIFIBR", "zh-CN", "纤维素样坏死"),
    ],
)  # fmt: skip
def test_a_descriptor_does_not_say_again_what_its_table_says(form: str, item: str, language: str, label: str) -> None:
    assert plan_of(beam().study, form, language).items[item].label == label


def test_the_twin_of_a_criterion_stands_beside_it_and_not_for_itself() -> None:
    plan = plan_of(beam().study, "IE", "en")
    assert len(plan.twins) == 22
    assert plan.anchors["EXC02A"] == "EXC02"
    assert not any(twin in group.items for group in plan.groups for twin in plan.twins.values())


@pytest.mark.parametrize(
    ("options", "weight", "code", "points"),
    [
        (YES_NO, 8, "Y", 8), (YES_NO, 8, "N", 0), (YES_NO, 8, None, None), (YES_NO, 8, "X", None),
        (GRADES, 2, "3", 6), (GRADES, 2, "0", 0), (GRADES, 1, "", None),
    ],
)  # fmt: skip
def test_an_answer_counts_its_weight_or_its_grade_times_its_weight(
    options: tuple[tuple[str, str], ...], weight: int, code: str | None, points: int | None
) -> None:
    assert points_of(ItemPlan("A", "A", "A", "segment", options, weight=weight), code) == points


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        ("Y", "Y", "agrees"), ("N", "N", "agrees"), ("Y", "N", "disagrees"), ("N", "Y", "disagrees"),
        ("Y", "NE", "unknown"), (None, "NE", "unknown"), ("N", None, "unknown"), (None, "Y", ""), ("U", "Y", ""),
    ],
)  # fmt: skip
def test_an_answer_agrees_with_the_data_only_where_both_decide(
    answer: str | None, verdict: str | None, said: str
) -> None:
    assert agreement(answer, verdict) == said


@pytest.mark.parametrize(
    ("text", "form"),
    [("any_row(CM, CMAENO == this.AENO)", "CM"), ("count_rows( AE, AESER == 'Y')", "AE"), ("ALT", None),
     ("any_rowing(CM, x)", None)],
)  # fmt: skip
def test_a_question_over_rows_is_about_their_form(text: str, form: str | None) -> None:
    assert form_asked(text) == form


def test_the_rows_of_a_form_are_told_apart_by_what_it_lists() -> None:
    assert plan_of(beam().study, "AE", "en").listed[:2] == ("AENO", "AETERM")
