"""However a casebook comes about, step by step and in whatever order, it ends as if it had been judged whole."""

import random
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import pytest
import yaml

from forms.casebook import Casebook, RecordKey
from forms.datum import Datum
from forms.definitions import Item, ItemType
from forms.judge import ask, judge, reconsider
from forms.ranges import RangeTable
from tests.forms.beam import PACKAGE, beam
from tests.forms.casebooks import answers_of
from tests.forms.small_study import with_verdict

Act = tuple[RecordKey, dict[str, Datum]]
FILES = ("NJ01-S001.yaml", "NJ01-S002.yaml")
TODAY = date(2026, 11, 1)
NUMBERS = (ItemType.LAB, ItemType.QUANTITY, ItemType.DECIMAL, ItemType.INTEGER)


@lru_cache
def acts_of(name: str) -> tuple[Act, ...]:
    """The records of a subject of the demonstration, in their order."""
    text = (PACKAGE / "demonstration" / name).read_text("utf-8")
    return tuple(answers_of(yaml.load(text, yaml.BaseLoader)["data"], beam().study))  # noqa: S506 texts only


def disturbed(dice: random.Random, form: str, answers: dict[str, Datum]) -> dict[str, Datum]:
    """The answers with some left out and some replaced by others of their kind."""
    items = beam().study.forms[form].items
    kept = {oid: datum for oid, datum in answers.items() if dice.random() > 0.08}
    return {oid: _other(dice, items[oid], datum) if dice.random() < 0.12 else datum for oid, datum in kept.items()}


def _other(dice: random.Random, item: Item, datum: Datum) -> Datum:
    if datum.text is None:
        return datum
    if item.codelist:
        return replace(datum, text=dice.choice(beam().study.codelists[item.codelist].codes).code)
    if item.type in NUMBERS:
        return replace(datum, text=f"{float(datum.text) * dice.choice([0.3, 0.7, 1.4, 2.5]):.2f}")
    if item.type is ItemType.DATE:
        return replace(datum, text=str(date.fromisoformat(datum.text) + timedelta(days=dice.randint(-30, 30))))
    return datum


def history(seed: int) -> list[Act]:
    """Saves of one subject: disturbed, out of order, some of them again."""
    dice = random.Random(seed)
    acts = [(key, disturbed(dice, key.form, answers)) for key, answers in acts_of(FILES[seed % 2])]
    if seed % 3:
        dice.shuffle(acts)
    acts = acts[: dice.randint(5, len(acts))]
    again = dice.sample(acts, min(len(acts), 12))
    return acts + [(key, disturbed(dice, key.form, answers)) for key, answers in again]


def check_that_steps_end_as_the_whole(seed: int) -> None:
    compiled = beam()
    book, standing = Casebook({}, RangeTable(compiled.study.ranges), TODAY), {}
    for key, answers in history(seed):
        verdict = judge(compiled, replace(book, events=book.events | {key.event}), key, answers)
        book = with_verdict(book, key, verdict)
        standing |= {(each.check, each.record): each.outcome for each in (*verdict.findings, *ask(compiled, book))}
    whole = reconsider(compiled, book, book.records)
    assert [(each.record, each.item, each.value) for each in whole.derived] == []
    found = (*whole.findings, *ask(compiled, book))
    assert {place for place, outcome in standing.items() if outcome} == {
        (each.check, each.record) for each in found if each.outcome
    }


@pytest.mark.parametrize("seed", range(12))
def test_a_casebook_entered_step_by_step_ends_as_if_judged_whole(seed: int) -> None:
    check_that_steps_end_as_the_whole(seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 3000))
def test_many_casebooks_entered_step_by_step_end_as_if_judged_whole(seed: int) -> None:
    check_that_steps_end_as_the_whole(seed)
