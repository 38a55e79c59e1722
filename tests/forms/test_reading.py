"""What people type is taken verbatim or refused with the rule it broke."""

import json
from datetime import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.dates import Clock
from forms.datum import Datum
from forms.definitions import Item, ItemType
from forms.kinds import Value
from forms.quantities import Quantity
from forms.reading import read, storable
from forms.texts import Text
from forms.values import value_of
from tests.forms.sample_items import (
    CODE,
    CODES,
    CREATININE,
    DATE,
    DATETIME,
    DECIMAL,
    INTEGER,
    LAB,
    NUMBERED,
    ONE_UNIT,
    PARTIAL,
    PARTIAL_DATETIME,
    PARTIAL_TIME,
    PLATELETS,
    STUDY,
    TEMPERATURE,
    TEXT,
    THREE_DIGITS,
    TIME,
    item,
)


@pytest.mark.parametrize(
    ("of", "typed", "kept", "value"),
    [
        (DECIMAL, "1.20", "1.20", Quantity(Fraction("1.2"))),
        (DECIMAL, "1.2", "1.2", Quantity(Fraction("1.2"))),
        (DECIMAL, "007", "007", Quantity(Fraction(7))),
        (DECIMAL, " 5 ", "5", Quantity(Fraction(5))),
        (DECIMAL, "\u30005\u00a0", "5", Quantity(Fraction(5))),
        (DECIMAL, "-0", "-0", Quantity(Fraction(0))),
        (DECIMAL, "-1.5", "-1.5", Quantity(Fraction("-1.5"))),
        (DECIMAL, "−1.5", "−1.5", Quantity(Fraction("-1.5"))),
        (DECIMAL, "３．５", "３．５", Quantity(Fraction("3.5"))),
        (DECIMAL, "0.1", "0.1", Quantity(Fraction(1, 10))),
        (DECIMAL, "9" * 28, "9" * 28, Quantity(Fraction("9" * 28))),
        (THREE_DIGITS, "0.00120", "0.00120", Quantity(Fraction("0.0012"))),
        (INTEGER, "12", "12", Quantity(Fraction(12))),
        (INTEGER, "-12", "-12", Quantity(Fraction(-12))),
        (TEXT, "高血压", "高血压", "高血压"),
        (TEXT, "12345", "12345", "12345"),
        (TEXT, "a\tb", "a\tb", "a\tb"),
        (TEXT, "👩‍⚕️", "👩‍⚕️", "👩‍⚕️"),
        (NUMBERED, "NJ01-S003", "NJ01-S003", "NJ01-S003"),
        (CODE, "Y", "Y", "Y"),
        (CODES, "C A", "A C", frozenset("AC")),
        (CODES, "B B", "B", frozenset("B")),
    ],
)  # fmt: skip
def test_a_value_is_kept_as_typed(of: Item, typed: str, kept: str, value: Value) -> None:
    reading = read(of, Datum(typed), STUDY)
    assert (reading.fault, reading.datum) == (None, Datum(kept))
    assert value_of(of, reading.datum) == value


@pytest.mark.parametrize(
    ("of", "typed", "shown"),
    [
        (DATE, "2026-03-04", "2026-03-04"),
        (DATE, "２０２６-０３-０４", "2026-03-04"),
        (DATE, "2028-02-29", "2028-02-29"),
        (DATE, "1900-01-01", "1900-01-01"),
        (DATE, "2100-12-31", "2100-12-31"),
        (PARTIAL, "2026-03-04", "2026-03-04"),
        (PARTIAL, "2026-03", "2026-03"),
        (PARTIAL, "2026", "2026"),
        (DATETIME, "2026-03-04T23:59", "2026-03-04T23:59"),
        (DATETIME, "2026-03-04 00:00", "2026-03-04T00:00"),
        (DATETIME, "2026-03-04T08:00:30", "2026-03-04T08:00:30"),
        (PARTIAL_DATETIME, "2026-03", "2026-03"),
        (PARTIAL_DATETIME, "2026-03-04", "2026-03-04"),
        (PARTIAL_DATETIME, "2026-03-04T08", "2026-03-04T08"),
        (PARTIAL_DATETIME, "２０２６－０３－０４Ｔ０８：００", "2026-03-04T08:00"),
    ],
)
def test_a_date_is_kept_as_typed(of: Item, typed: str, shown: str) -> None:
    reading = read(of, Datum(typed), STUDY)
    assert (reading.fault, reading.datum.text) == (None, typed)
    value = value_of(of, reading.datum)
    assert value is not None
    assert value.text == shown


@pytest.mark.parametrize(
    ("of", "typed", "earliest", "latest"),
    [
        (TIME, "00:00", time(0), time(0)),
        (TIME, "23:59", time(23, 59), time(23, 59)),
        (TIME, "０８：３０", time(8, 30), time(8, 30)),
        (PARTIAL_TIME, "08:30", time(8, 30), time(8, 30)),
        (PARTIAL_TIME, "23", time(23), time(23, 59, 59)),
    ],
)
def test_a_time_is_kept_as_typed(of: Item, typed: str, earliest: time, latest: time) -> None:
    reading = read(of, Datum(typed), STUDY)
    assert (reading.fault, reading.datum.text) == (None, typed)
    assert value_of(of, reading.datum) == Clock(earliest, latest)


@pytest.mark.req("R-11-5", "R-DI-3")
@pytest.mark.parametrize(
    ("of", "typed", "rule"),
    [
        *((DECIMAL, typed, "type") for typed in (
            "abc", "1,5", "1e400", "1e3", "NaN", "nan", "Infinity", "inf", "-inf", "+5", ".5", "5.", "1 000", "1_000",
            "0x10", "½", "²", "٣", "1.2.3", "--1", "-", ".", "5\u200b", "五", "1" * 5000,
        )),
        *((DECIMAL, typed, "length") for typed in ("1" * 40, "0." + "0" * 40, "1" * 29)),
        (THREE_DIGITS, "1.234", "digits"),
        (THREE_DIGITS, "1.230", "digits"),
        *((INTEGER, typed, "type") for typed in ("1.0", "1.5", "x", "1e2")),
        (TEXT, "123456", "length"),
        (item(ItemType.TEXT), "x" * 4001, "length"),
        *((TEXT, typed, "characters") for typed in ("a\x00b", "\ud800", "a\x07", "\ufffe", "a\x1bb")),
        (DECIMAL, "1\x00", "characters"),
        *((NUMBERED, typed, "pattern") for typed in ("NJ01-003", "nj01-S003", "NJ01-S0033", "XNJ01-S00")),
        *((DATE, typed, "type") for typed in (
            "2026-02-30", "2026-02-29", "2026-13-01", "2026-00-10", "2026-3-4", "20260304", "2026/03/04", "04.03.2026",
            "2026-03-04T08:00", "2026", "2026-03", "today", "0000-01-01", "9999-99-99",
        )),
        *((DATE, typed, "year") for typed in ("1899-12-31", "2101-01-01", "0001-01-01", "9999-12-31")),
        *((PARTIAL, typed, "type") for typed in ("2026-", "2026-3", "26", "2026-02-30", "UNK")),
        *((PARTIAL, typed, "year") for typed in ("1899", "9999-12", "2101-01")),
        *((DATETIME, typed, "type") for typed in (
            "2026-03-04", "2026-03-04T24:00", "2026-03-04T08:60", "2026-03-04T8:00", "2026-02-30T08:00",
            "2026-03-04T08:00Z", "2026-03-04T08:00+08:00", "2026-03T08:00", "2026-03-04T", "T",
        )),
        (DATETIME, "1899-12-31T23:59", "year"),
        *((PARTIAL_TIME, typed, "type") for typed in ("24", "8", "08:", "UNK")),
        (TIME, "08", "type"),
        (DATETIME, "2026-03-04T08", "type"),
        *((TIME, typed, "type") for typed in ("24:00", "23:60", "8:30", "0830", "08:30 PM", "-1:00", "99:99")),
        *((CODE, typed, "codelist") for typed in ("y", "X", "Y N", "Ｙ")),
        *((CODES, typed, "codelist") for typed in ("A D", "A,B", "a")),
    ],
)  # fmt: skip
def test_a_value_that_breaks_its_rule_is_refused(of: Item, typed: str, rule: str) -> None:
    reading = read(of, Datum(typed), STUDY)
    assert reading.fault is not None
    assert reading.fault.rule == rule
    assert set(reading.fault.message.by_language) == {"en", "zh-CN"}
    for said in reading.fault.message.by_language.values():
        assert "Field" in said
        assert len(said) < 400
        said.encode()


@pytest.mark.parametrize("typed", ["<script>", "＜script＞", "<5x", "< ten"])
def test_what_begins_with_a_comparator_and_is_no_number_is_quoted_whole(typed: str) -> None:
    fault = read(LAB, Datum(typed, "/uL"), STUDY).fault
    assert fault is not None
    assert fault.message.said_in("en").startswith(f"{typed} was not accepted. ")


@pytest.mark.parametrize("of", [DECIMAL, INTEGER, TEXT, NUMBERED, LAB, DATE, DATETIME, TIME, CODE, CODES])
@pytest.mark.parametrize("character", ["9", "x", "<", "\ud800", "九"])
def test_ten_megabytes_are_refused_with_a_short_message_and_a_trace_that_fits(of: Item, character: str) -> None:
    reading = read(of, Datum(character * 10_000_000, "/uL"), STUDY)
    assert reading.fault is not None
    assert all(len(said) < 500 for said in reading.fault.message.by_language.values())
    assert len(reading.datum.text or "") < 30_000


def test_a_refusal_names_field_value_and_rule_and_suggests_nothing() -> None:
    potassium = Item("K", Text({"en": "Potassium", "zh-CN": "钾"}), ItemType.LAB, units=PLATELETS, canonical="10*9/L")
    fault = read(potassium, Datum("4,3", "/uL"), STUDY).fault
    assert fault is not None
    assert fault.message.by_language == {
        "en": "4,3 was not accepted. Potassium must be a number: digits and at most one decimal point with a digit on "
        "each side, no comma, no exponent; < or > may stand before it. Compare it with the laboratory report.",
        "zh-CN": "4,3 未被接受。钾须为数字：只用数字和至多一个小数点，小数点前后均有数字，不用逗号和指数；"
        "前面可写 < 或 >。请对照检验报告。",
    }


parts = st.none() | st.text(st.characters(), max_size=12) | st.sampled_from(["1.2", "<5", "/uL", "2026-03", "Y", "<"])
items = st.sampled_from(
    [DECIMAL, INTEGER, TEXT, LAB, ONE_UNIT, CREATININE, TEMPERATURE, DATE, PARTIAL, DATETIME, TIME, CODE, CODES]
)


@given(items, st.builds(Datum, parts, parts, parts, parts))
def test_reading_never_raises_and_reads_what_it_kept_as_the_same(of: Item, typed: Datum) -> None:
    reading = read(of, typed, STUDY)
    json.dumps(reading.datum.document(), ensure_ascii=False).encode()
    assert not any("\x00" in part for part in reading.datum.document().values())
    if reading.fault is None:
        assert read(of, reading.datum, STUDY) == reading
        assert (value_of(of, reading.datum) is None) == (reading.datum.text is None)
    else:
        assert storable(reading.datum) == reading.datum
