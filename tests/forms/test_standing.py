"""How a record stands: what is shown, required and missing, which ranges apply, who is measured and when."""

from dataclasses import replace
from datetime import date

import pytest

from forms.casebook import Casebook, EventKey, RecordKey
from forms.datum import Datum
from forms.standing import standing
from tests.forms.small_study import (
    ADULT,
    BL,
    CHEM,
    COMPILED,
    DM,
    EMPTY_BOOK,
    LOG,
    SAMPLE,
    SCR,
    SCREENED,
    UNS1,
    W2,
    answers,
    saved,
)  # fmt: skip


def book(**person: str) -> Casebook:
    return replace(EMPTY_BOOK, records={DM: answers({**ADULT, **person})})


def test_what_is_required_and_has_neither_value_nor_reason_is_missing() -> None:
    found = standing(COMPILED, EMPTY_BOOK, DM)
    assert found.missing == ("SEX", "BRTHDAT", "RFICDAT")
    assert found.required == {"SEX", "BRTHDAT", "RFICDAT"}
    with_reason = replace(EMPTY_BOOK, records={DM: {"SEX": Datum(missing="NOTDONE"), "BRTHDAT": Datum("1990")}})
    assert standing(COMPILED, with_reason, DM).missing == ("RFICDAT",)


def test_a_condition_shows_and_requires_an_item() -> None:
    child = saved((SCR, "DM", {**ADULT, "BRTHDAT": "2010-01-01", "GUARDIAN": "Mother"}), book=EMPTY_BOOK)
    assert "GUARDIAN" not in standing(COMPILED, book(), DM).shown
    found = standing(COMPILED, child, DM)
    assert "GUARDIAN" in found.shown & found.required
    assert found.missing == ()


@pytest.mark.parametrize(
    ("birth", "known"), [("1990-05-20", date(1990, 5, 20)), ("1990-05", None), ("1990", None), ("", None)]
)
def test_a_birthday_is_told_where_it_is_known_to_the_day(birth: str, known: date | None) -> None:
    found = standing(COMPILED, book(BRTHDAT=birth), DM)
    assert (found.birth, found.sex) == (known, "F")


def test_ranges_are_those_of_the_items_that_have_one() -> None:
    found = standing(COMPILED, saved((SCR, "CHEM", SAMPLE), book=SCREENED), CHEM)
    assert {item: used.id for item, used in found.ranges.items()} == {"ALT": "alt", "CREA": "crea-f"}
    assert standing(COMPILED, SCREENED, CHEM).ranges == {}


def test_a_row_asks_for_its_items_and_the_form_for_none_of_them() -> None:
    row = standing(COMPILED, EMPTY_BOOK, RecordKey(LOG, "AE", 1))
    assert (row.missing, row.required) == (("AETERM",), {"AETERM"})
    whole = standing(COMPILED, EMPTY_BOOK, RecordKey(LOG, "AE"))
    assert (whole.missing, whole.required) == ((), frozenset())


DATED = saved((BL, "SV", {"VISDAT": "2026-03-10"}), (W2, "SV", {"VISDAT": "2026-03-24"}), book=SCREENED)


@pytest.mark.parametrize(
    ("event", "zero", "days"),
    [(BL, BL, 0), (W2, BL, 14), (SCR, BL, -6), (UNS1, BL, None), (W2, UNS1, None), (W2, None, None)],
)
def test_days_are_counted_between_events_that_are_dated(
    event: EventKey, zero: EventKey | None, days: int | None
) -> None:
    found = standing(COMPILED, DATED, DM)
    assert found.visits == {SCR: date(2026, 3, 4), BL: date(2026, 3, 10), W2: date(2026, 3, 24)}
    assert found.day_of(event, zero) == days
