"""One value has one text, whoever writes it (requirements R-AUD-8)."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.canonical import MAX_INTEGER, canonical_json, canonical_text
from audit.instants import from_microseconds, iso, to_microseconds

pytestmark = pytest.mark.req("R-AUD-8")

# RFC 8785: names are sorted by UTF-16 code units (3.2.3), texts are escaped as little as can be (3.2.2.2).
NAMES = {
    "\u20ac": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\U0001f600": "Emoji: Grinning Face",
    "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis",
}
SORTED = ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign"]
SORTED += ["Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-7, "-7"),
        (MAX_INTEGER, "9007199254740991"),
        ("", '""'),
        ('\u20ac$\x0f\nA\'B"\\\\"/', r'"€$\u000f\nA' + r"'B\"\\\\\"/" + '"'),
        ("\x00\x08\x09\x0c\x0d\x1f\x7f\u2028", '"\\u0000\\b\\t\\f\\r\\u001f\x7f\u2028"'),
        ([], "[]"),
        ({}, "{}"),
        ((1, [2, None]), "[1,[2,null]]"),
        ({"b": 1, "a": {"d": [], "c": "é"}}, '{"a":{"c":"é","d":[]},"b":1}'),
    ],
)
def test_canonical_json(value: Any, text: str) -> None:
    assert canonical_json(value) == text


def test_names_are_sorted_by_utf16_code_units() -> None:
    text = canonical_json(NAMES)
    assert sorted(NAMES.values(), key=text.index) == SORTED


@pytest.mark.parametrize("value", [1.5, float("nan"), Decimal(1), b"x", {1: 2}, object(), {"a": {1.5}}])
def test_what_has_no_canonical_json_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


@pytest.mark.parametrize("value", [MAX_INTEGER + 1, -MAX_INTEGER - 1, "\ud800", {"\udc00": 1}])
def test_what_is_not_exact_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"exact|surrogates"):
        canonical_json(value)


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.text() | st.integers(-9, 9), st.lists, max_leaves=5)))
def test_the_order_of_a_dictionary_does_not_matter(value: dict[str, Any]) -> None:
    assert canonical_json(value) == canonical_json(dict(reversed(value.items())))


BEIJING = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", ""),
        ("81.0", "81.0"),
        (81, "81"),
        (10**20, "100000000000000000000"),
        (True, "true"),
        (False, "false"),
        (datetime(2026, 3, 4, 5, 6, 7, 8, UTC), "2026-03-04T05:06:07.000008Z"),
        (datetime(2026, 3, 4, 5, 6, 7, tzinfo=BEIJING), "2026-03-03T21:06:07.000000Z"),
        (date(2026, 3, 4), "2026-03-04"),
        (time(5, 6), "05:06:00"),
        (b"\x01\xff", "01ff"),
        ({"zh": "血小板", "en": "platelets"}, '{"en":"platelets","zh":"血小板"}'),
        ([1, "2"], '[1,"2"]'),
    ],
)
def test_a_column_has_one_text(value: Any, text: str | None) -> None:
    assert canonical_text(value) == text


def test_a_measured_value_is_never_a_float() -> None:
    with pytest.raises(TypeError, match="float"):
        canonical_text(81.5)


def test_a_moment_without_a_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_microseconds(datetime(2026, 3, 4))  # noqa: DTZ001


@given(st.datetimes(timezones=st.just(BEIJING), min_value=datetime(1900, 1, 2), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001
def test_an_instant_is_exact_to_the_microsecond(moment: datetime) -> None:
    assert from_microseconds(to_microseconds(moment)) == moment
    assert datetime.fromisoformat(iso(moment)) == moment
