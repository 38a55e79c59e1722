"""What changed in a row is computed, never written by hand, and is what replay will compare."""

from typing import Any

import pytest

from audit.entries import Change
from audit.watching import Untold, changes_of
from tests.audit.world import START, THINGS

EMPTY: dict[str, Any] = {**dict.fromkeys(THINGS.table.c.keys()), "id": "t", "data": {}}


def row(**columns: Any) -> dict[str, Any]:
    return {**EMPTY, **columns}


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (None, {}, []),
        ({}, {}, []),
        ({"label": "x"}, {"label": "x"}, []),
        ({"explanation": {"a": 1, "b": 2}}, {"explanation": {"b": 2, "a": 1}}, []),
        ({"secret": "x"}, {"secret": "y"}, []),
        (None, {"label": "x"}, [Change("things/t/label", "x")]),
        ({"label": None}, {"label": ""}, [Change("things/t/label", "")]),
        ({"label": "x"}, {"label": None}, [Change("things/t/label", None)]),
        ({"count": 1}, {"count": 2}, [Change("things/t/count", "2")]),
        ({"active": True}, {"active": False}, [Change("things/t/active", "false")]),
        ({"active": None}, {"active": False}, [Change("things/t/active", "false")]),
        ({}, {"seen_at": START}, [Change("things/t/seen_at", "2026-03-04T08:00:00.000000Z")]),
        ({}, {"explanation": {"b": 1, "a": [None]}}, [Change("things/t/explanation", '{"a":[null],"b":1}')]),
        (
            {"data": {"ALT": {"v": "81"}, "AST": {"v": "1"}}},
            {"data": {"ALT": {"v": "81", "u": "U/L", "q": "<"}, "PLAT": {"nd": "ND"}}},
            [
                Change("things/t/data/ALT", "81", kind="datum", unit="U/L", comparator="<"),
                Change("things/t/data/PLAT", None, kind="datum", missing="ND"),
                Change("things/t/data/AST", None, kind="datum"),
            ],
        ),
    ],
)
def test_changes(before: dict[str, Any] | None, after: dict[str, Any], changes: list[Change]) -> None:
    assert list(changes_of(THINGS, None if before is None else row(**before), row(**after))) == changes


NO_DATA = (
    None, [], "", {"ALT": None}, {"ALT": {}}, {"ALT": "81"}, {"ALT": {"v": 81}}, {"ALT": {"v": None}},
    {"ALT": {"v": "8", "q": None}}, {"ALT": {"value": "81"}}, {"ALT": {"v": "8", "x": "1"}},
)  # fmt: skip


@pytest.mark.parametrize("data", NO_DATA)
def test_a_document_holds_data_alone(data: Any) -> None:
    with pytest.raises(Untold, match=r"no datum|no document"):
        changes_of(THINGS, None, row(data=data))


@pytest.mark.parametrize("ghost", [None, {}, 0, ""])
def test_an_item_that_is_none_is_not_taken_for_one_that_is_not_there(ghost: Any) -> None:
    with pytest.raises(Untold, match="GHOST holds no datum"):
        changes_of(THINGS, row(data={"GHOST": ghost}), row())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", 1), ("label", b"x"), ("count", "1"), ("count", True), ("active", 1), ("active", "true"),
        ("seen_at", "2026-03-04T08:00:00.000000Z"), ("seen_at", START.date()), ("day", START), ("day", "2026-03-04"),
        ("explanation", '{"a":1}'), ("explanation", [1]),
    ],
)  # fmt: skip
def test_a_column_holds_its_own_kind_alone(field: str, value: Any) -> None:
    with pytest.raises(Untold, match=f"{field} holds no"):
        changes_of(THINGS, None, row(**{field: value}))
