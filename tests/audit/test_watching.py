"""What changed in a row is computed, never written by hand, and is what replay will compare."""

from typing import Any

import pytest

from audit.entries import Change
from audit.watching import changes_of
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
        ({"data": {"ALT": {}}}, {"data": {}}, []),
        ({"data": {"ALT": {"v": "1", "u": None}}}, {"data": {"ALT": {"v": "1"}}}, []),
        ({"data": None}, {"data": {}}, []),
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


@pytest.mark.parametrize("data", [{"ALT": {"v": 81}}, {"ALT": {"value": "81"}}, {"ALT": {"v": "8", "x": "1"}}])
def test_a_document_holds_data_alone(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no datum"):
        changes_of(THINGS, None, row(data=data))
