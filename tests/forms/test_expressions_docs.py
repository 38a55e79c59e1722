"""Every example of docs/expressions.md is run, and every function of the language stands on that page."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from forms.dates import parse_date
from forms.expressions import ExpressionFaults, Kind
from forms.expressions.calls import OWN
from forms.expressions.explaining import shown
from forms.expressions.parsing import DEEPEST, GRAMMAR_VERSION, LONGEST
from forms.expressions.rows import MOST_ROWS
from forms.expressions.typing import CASEBOOK_FUNCTIONS, ROW_FUNCTIONS
from forms.functions.registry import FUNCTIONS
from forms.quantities import Quantity
from tests.forms.language import Record, compiled, record

PAGE = (Path(__file__).parents[2] / "docs" / "expressions.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```expression\n(.*?)```", PAGE, re.DOTALL)
EXAMPLES = [re.split(r"\s+(->|!!) ", line) for block in BLOCKS for line in block.strip().split("\n")]
TABLE = PAGE.split("## Names")[0]
VALUES = {
    name: text for name, text in re.findall(r"^\| `([^`]+)` \| ([^|]+?) \|", TABLE, re.MULTILINE) if text != "missing"
}
ROWS = [
    {"MPDOSE": Quantity(Fraction(dose), "mg"), "MPDAT": parse_date(date), "MPROUTE": "IV"}
    for dose, date in re.findall(r"(\d+) mg on (\S+?),? ", PAGE.replace("\n", " "))
]
WORDS = {True: "TRUE", False: "FALSE", None: "UNKNOWN"}


def subject() -> Record:
    return record(VALUES, rows_of={"MP": ROWS}, answers={"event": "SE.SCR"})


def test_the_page_has_its_record_and_examples() -> None:
    assert len(VALUES) == 19
    assert [shown(row["MPDOSE"]) for row in ROWS] == ["500", "1000"]
    assert len(EXAMPLES) > 60
    assert all(len(example) == 3 for example in EXAMPLES)


GIVES = [(text, result) for text, sign, result in EXAMPLES if sign == "->"]
REFUSED = [(text, hint) for text, sign, hint in EXAMPLES if sign == "!!"]


@pytest.mark.parametrize(("text", "result"), GIVES)
def test_an_example_gives_what_the_page_says(text: str, result: str) -> None:
    assert result in outcomes(text)


def outcomes(text: str) -> set[str | None]:
    """The value as every kind that the expression can have."""
    found: set[str | None] = set()
    for kind in (Kind.BOOLEAN, Kind.NUMBER, Kind.TEXT, Kind.DATE):
        try:
            value = compiled(text, kind).evaluate(subject())
        except ExpressionFaults:
            continue
        found.add(WORDS[value] if value is None or isinstance(value, bool) else shown(value))
    return found


@pytest.mark.parametrize(("text", "hint"), REFUSED)
def test_an_example_is_refused_as_the_page_says(text: str, hint: str) -> None:
    with pytest.raises(ExpressionFaults) as refused:
        compiled(text)
    (fault,) = refused.value.faults
    assert hint in str(fault)


@pytest.mark.parametrize("name", [*OWN, *FUNCTIONS, *ROW_FUNCTIONS, *CASEBOOK_FUNCTIONS, "covers"])
def test_every_function_stands_on_the_page(name: str) -> None:
    assert f"`{name}(" in PAGE


def test_the_bounds_on_the_page_are_those_of_the_code() -> None:
    bounds = PAGE.split("## Bounds")[1].replace(",", "")
    assert f"{LONGEST} characters" in bounds
    assert f"{DEEPEST} levels" in bounds
    assert f"{MOST_ROWS} rows" in bounds
    assert f"the grammar {GRAMMAR_VERSION} " in bounds
