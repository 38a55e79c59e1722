"""The bounds of what an item takes: the longest text, the units it has, and those that convert to its own."""

import pytest

from forms.datum import Datum
from forms.definitions import Item, ItemType
from forms.reading import read, storable
from tests.forms.sample_items import CREATININE, DECIMAL, ONE_UNIT, PLATELETS, STUDY, TEMPERATURE, item

ANY_TEXT = item(ItemType.TEXT)
YEARS = item(ItemType.INTEGER, canonical="a")
NO_CANONICAL = item(ItemType.QUANTITY, units=PLATELETS)


def rule(of: Item, typed: Datum) -> str | None:
    fault = read(of, typed, STUDY).fault
    return fault.rule if fault else None


@pytest.mark.parametrize(
    ("of", "text", "broken"),
    [
        (ANY_TEXT, "x" * 4000, None),
        (ANY_TEXT, "x" * 4001, "length"),
        (ANY_TEXT, "x" * 3999 + "\x07", "characters"),
        (DECIMAL, "1" * 4000, "length"),
        (DECIMAL, "1" * 4001, "type"),
    ],
    ids=["longest", "longer", "its last character", "digits", "more than any text"],
)
def test_no_text_is_longer_than_4000_characters(of: Item, text: str, broken: str | None) -> None:
    assert rule(of, Datum(text)) == broken


@pytest.mark.parametrize(("length", "kept"), [(4000, 4000), (4001, 4008)])
def test_the_trace_of_a_refusal_is_cut_where_no_text_may_be_so_long(length: int, kept: int) -> None:
    text = storable(Datum("x" * length)).text or ""
    assert len(text) == kept
    assert text.endswith(f"… ({length})") is (kept > length)


@pytest.mark.parametrize(
    ("of", "unit", "broken"),
    [
        (ONE_UNIT, None, None),
        (CREATININE, None, "unit"),
        (TEMPERATURE, None, "unit"),
        (CREATININE, "umol/L", None),
        (CREATININE, "mmol/L", None),
        (CREATININE, "kg", "unit"),
        (YEARS, None, None),
        (YEARS, "a", None),
        (YEARS, "mo", "unit"),
        (NO_CANONICAL, "/uL", None),
        (NO_CANONICAL, "/L", "unit"),
        (NO_CANONICAL, "g/L", "unit"),
    ],
)
def test_a_unit_is_its_items_own_or_converts_to_the_canonical_one(
    of: Item, unit: str | None, broken: str | None
) -> None:
    assert rule(of, Datum("37", unit)) == broken
