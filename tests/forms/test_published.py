"""A published version is one canonical text: it loads back equal without YAML, and its hash moves with any change."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from forms.definitions import Parameter, Study
from forms.loading.loader import load_study
from forms.published import NotAStudy, canonical_json, digest, study_from_json
from tests.forms.packages import write_package

BEAM = Path(__file__).parents[2] / "forms/studies/beam"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return load_study(write_package(tmp_path))


def test_a_version_comes_back_as_it_was(study: Study) -> None:
    assert study_from_json(canonical_json(study)) == study


def test_the_order_of_items_and_terms_survives(study: Study) -> None:
    back = study_from_json(canonical_json(study))
    assert [list(form.items) for form in back.forms.values()] == [list(form.items) for form in study.forms.values()]
    assert list(back.codelists) == list(study.codelists)
    assert list(back.title.by_language) == list(study.title.by_language)


def test_beam_comes_back_as_it_was() -> None:
    beam = load_study(BEAM)
    assert study_from_json(canonical_json(beam)) == beam


def test_the_text_is_canonical(study: Study) -> None:
    text = canonical_json(study)
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert canonical_json(study_from_json(text)) == text
    assert "小型研究" in text


def test_the_same_package_has_the_same_hash(study: Study, tmp_path: Path) -> None:
    assert digest(load_study(write_package(tmp_path / "again"))) == digest(study)
    assert len(digest(study)) == 64


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("forms/CHEM.yaml", "factor: 88.42", "factor: 88.43"),
        ("forms/DM.yaml", "unique: true", "unique: false"),
        ("codelists.yaml", "zh-CN: 女", "zh-CN: 女性"),
        ("codelists.yaml", "SEX: {F: {en: Female, zh-CN: 女}, M: {en: Male, zh-CN: 男}}",
         "SEX: {M: {en: Male, zh-CN: 男}, F: {en: Female, zh-CN: 女}}"),
        ("checks/CHEM.yaml", "{CREA: 20}", "{CREA: 21}"),
        ("laboratories.yaml", "from: 2026-06-01}", "from: 2026-06-02}"),
    ],
)  # fmt: skip
def test_any_change_moves_the_hash(study: Study, tmp_path: Path, file: str, old: str, new: str) -> None:
    assert digest(load_study(write_package(tmp_path / "other", (file, old, new)))) != digest(study)


def test_a_comment_does_not_move_the_hash(study: Study, tmp_path: Path) -> None:
    change = ("study.yaml", "study: ST.TINY", "# a remark\nstudy: ST.TINY")
    assert digest(load_study(write_package(tmp_path / "other", change))) == digest(study)


@pytest.mark.parametrize("value", [Fraction(65), Fraction(5, 9), "65", (Fraction(2), Fraction(9, 2)), ("a", "b")])
def test_numbers_and_texts_of_parameters_are_told_apart(study: Study, value: object) -> None:
    changed = replace(study, parameters={"P": Parameter("P", value)})
    assert study_from_json(canonical_json(changed)).parameters["P"].value == value


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"oid":1}', '{"oid":"ST.X","nonsense":1}', "[" * 100_000]
)
def test_any_other_text_is_no_study(text: str) -> None:
    with pytest.raises(NotAStudy):
        study_from_json(text)
