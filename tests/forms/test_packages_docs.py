"""docs/packages.md: its example is a study, its tables are the loader's, its values become what it says."""

import re
from pathlib import Path

import pytest

from forms.compiling import compile_study
from forms.datum import Datum
from forms.definitions import Item, ItemType, UnitChoice
from forms.expressions.explaining import shown
from forms.loading import vocabulary
from forms.loading.loader import load_study
from forms.loading.schema import FILES
from forms.reading import read
from forms.rehearsal import failures, rehearse
from forms.texts import Text
from forms.values import value_of
from tests.forms.packages import write_files
from tests.forms.sample_items import (
    CODE,
    DATE,
    DATETIME,
    DECIMAL,
    INTEGER,
    PARTIAL,
    PARTIAL_DATETIME,
    PARTIAL_TIME,
    STUDY,
    TIME,
)

PAGE = (Path(__file__).parents[2] / "docs" / "packages.md").read_text(encoding="utf-8")
EXAMPLE = dict(re.findall(r"^```yaml (\S+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
TABLES = {
    name: table
    for name, table in vars(vocabulary).items()
    if isinstance(table, dict) and any(isinstance(key, vocabulary.Key) for key in table.values())
}
ITEMS = {
    "decimal": DECIMAL, "integer": INTEGER, "date": DATE, "partial date": PARTIAL, "time": TIME,
    "partial time": PARTIAL_TIME, "datetime": DATETIME, "partial datetime": PARTIAL_DATETIME, "code": CODE,
    "lab": Item("X", Text({"en": "Field"}), ItemType.LAB, units=(UnitChoice("U/L", "U/L"),), canonical="U/L"),
}  # fmt: skip
VALUES = re.findall(r"^\| `([^`|]+)` \| `([^`]+)` \| (kept, equal to|refused:) (.+) \|$", PAGE, re.MULTILINE)


def test_the_example_is_a_study_whose_tests_pass(tmp_path: Path) -> None:
    write_files(tmp_path, EXAMPLE)
    study = compile_study(load_study(tmp_path))
    assert len(EXAMPLE) == 9
    assert failures(rehearse(study)) == ()
    assert study.items_at("MP", 0) == ("MPREAS", "ENROLYN", "MPTOTAL")
    assert study.items_at("MP", 1) == ("MPDAT", "MPDOSE")


@pytest.mark.parametrize("name", sorted(TABLES.keys() - {"WITHOUT"}))
def test_every_key_stands_on_the_page_with_what_it_says(name: str) -> None:
    rows = [f"| `{key}` | {said.says}{' **(needed)**' if said.needed else ''} |" for key, said in TABLES[name].items()]
    assert "\n".join(["| key | says |", "|---|---|", *rows]) in PAGE


@pytest.mark.parametrize(("kind", "typed", "becomes", "what"), VALUES)
def test_a_typed_value_becomes_what_the_page_says(kind: str, typed: str, becomes: str, what: str) -> None:
    reading = read(ITEMS[kind], Datum(typed), STUDY)
    if becomes == "refused:":
        assert reading.fault is not None
        assert what in reading.fault.message.said_in("en")
        return
    assert reading.fault is None
    assert reading.datum.text == typed.lstrip("<＜")
    assert shown(value_of(ITEMS[kind], reading.datum)) == what


def test_the_page_tells_of_every_type_layout_and_schema() -> None:
    assert len(VALUES) > 30
    words = [*ItemType, *vocabulary.EVENT_KINDS, *vocabulary.SEVERITIES, *FILES, *vocabulary.COMPANION_TYPES]
    assert [word for word in words if not re.search(rf"`[^`]*\b{word}\b[^`]*`|_{word}`", PAGE)] == []
