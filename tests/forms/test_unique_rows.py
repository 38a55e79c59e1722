"""An item that no two rows of a subject may share: the number by which other forms point at an adverse event."""

from datetime import date

import pytest

from forms.casebook import Casebook, RecordKey
from forms.datum import Datum
from forms.findings import Verdict
from forms.judge import judge
from forms.ranges import RangeTable
from tests.forms.beam import beam
from tests.forms.small_study import LOG, with_verdict

FIRST, SECOND = RecordKey(LOG, "AE", 1), RecordKey(LOG, "AE", 2)


def save(book: Casebook, key: RecordKey, **typed: str) -> Verdict:
    return judge(beam(), book, key, {item: Datum(text or None) for item, text in typed.items()})


@pytest.fixture
def numbered() -> Casebook:
    """A casebook with one adverse event, number 1."""
    book = Casebook({}, RangeTable([]), date(2026, 9, 1))
    return with_verdict(book, FIRST, save(book, FIRST, AENO="1", AETERM="Headache"))


@pytest.mark.parametrize("typed", ["1", "01", " 1 "])
def test_another_row_with_the_same_number_is_refused(numbered: Casebook, typed: str) -> None:
    verdict = save(numbered, SECOND, AENO=typed, AETERM="Nausea")
    assert [(each.item, each.rule) for each in verdict.refused] == [("AENO", "unique")]
    assert "another row has this one" in verdict.refused[0].message.said_in("en")
    assert "不得重复" in verdict.refused[0].message.said_in("zh-CN")
    assert set(verdict.accepted) == {"AETERM"}


def test_the_next_number_and_ones_own_are_taken(numbered: Casebook) -> None:
    assert not save(numbered, SECOND, AENO="2").refused
    assert not save(numbered, FIRST, AENO="01").refused
    assert not save(numbered, FIRST, AENO="").refused
