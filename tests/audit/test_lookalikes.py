"""What looks like the value that was told and is another one is found in every column (requirements R-AUD-5).

A kind reader takes `20260304` for a date, bytes for a text, a JSON null for nothing; the verifier is not kind.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Column, Connection, LargeBinary, Table, cast, func, literal_column, select, update

from audit.verify import verify
from tests.audit.cells import CELLS, ROWS
from tests.audit.world import START, THINGS, World, build
from tests.conftest import DIALECTS, Servers

pytestmark = pytest.mark.req("R-AUD-5")

ALT = '{"v": "12", "u": "U/L"}'
TOLD = f'{{"ALT": {ALT}}}'

# What stands in the column `data` of a thing whose data are told to be ALT alone.
DATA = {
    **{f"one more item that is {parts}": f'{{"ALT": {ALT}, "GHOST": {parts}}}'
       for parts in ("{}", "null", "0", '""', "false", "[]", '"x"', '{"v": null}', '{"q": null}', '{"v": 0}')},
    **{f"a part more that is {part}": f'{{"ALT": {{"v": "12", "u": "U/L", {part}}}}}'
       for part in ('"q": null', '"q": ""', '"nd": false', '"x": null', '"q": []')},
    **{f"the document as {whole}": whole for whole in ("null", "[]", "0", '""', "false", f"[{ALT}]",
                                                       f'[["ALT", {ALT}]]')},
    "a document that is too deep": f'{{"ALT": {"[" * 3000}{"]" * 3000}}}',
}  # fmt: skip
# The same column of a thing whose data are told to be empty.
EMPTY = {f"no data as {whole}": whole for whole in ("null", "[]", "0", '""', "false", '{"GHOST": {}}')}
# And of a thing whose other JSON column is told to be {"a":0,"b":[1,null]}, and of one where it is nothing.
EXPLANATION = {f"an explanation as {value}": value for value in (
    r'"{\"a\":0,\"b\":[1,null]}"', '{"a": 0.0, "b": [1, null]}', '{"a": "0", "b": [1, null]}', '{"a": 0, "b": [1]}',
    '{"a": false, "b": [1, null]}', '{"a": 0, "b": [1, null], "c": null}', '{"a": 0, "b": [true, null]}', "null",
)}  # fmt: skip
NO_EXPLANATION = {f"no explanation as {value}": value for value in ("null", '""', "{}", "[]", "0", "false")}

JSONS = [
    *((name, "full", "data", value) for name, value in DATA.items()),
    *((name, "bare", "data", value) for name, value in EMPTY.items()),
    *((name, "full", "explanation", value) for name, value in EXPLANATION.items()),
    *((name, "bare", "explanation", value) for name, value in NO_EXPLANATION.items()),
]
# What SQLite alone keeps in its columns, whatever they were made for; CLEAN stands for what they hold.
TEXTS = {
    "data": (
        """'{"ALT":{"v":"79","u":"U/L"},"ALT":{"u":"U/L","v":"12"}}'""",
        """'{"ALT":{"u":"U/L","v":"12"},"ALT":{"u":"U/L","v":"12"}}'""",
        """'{"ALT":{"u":"U/L","v":"79","v":"12"}}'""",
        """'{"ALT":{"v":"12","u":"U/L"}}'""",
        """'{"\\u0041LT":{"u":"U/L","v":"12"}}'""",
        "CLEAN || ' '", "' ' || CLEAN", "CLEAN || char(10)", "CLEAN || char(0)", "char(65279) || CLEAN",
        "replace(CLEAN, ':', ': ')", "CAST(CLEAN AS BLOB)", "json_quote(CLEAN)", "x'ff'", "CAST(x'ff' AS TEXT)",
        "'{ALT:{u:\"U/L\",v:\"12\"}}'", "'{'", "''",
    ),
    "explanation": (
        """'{"a":-0,"b":[1,null]}'""", """'{"a":0,"b":[1,null] }'""", """'{"b":[1,null],"a":0}'""",
        """'{"a":7,"a":0,"b":[1,null]}'""", """'{"a":0e0,"b":[1,null]}'""", "CAST(CLEAN AS BLOB)", "'NaN'",
    ),
    "day": ("'20260304'", "'2026-W10-3'", "'2026-03-04 '", "'2026-03-04T00:00:00'", "20260304.5"),
    "seen_at": ("CLEAN + 0.25", "CAST(CLEAN AS BLOB)", "'2026-03-04T08:00:00.000000Z'", "9e300"),
    "active": ("'true'", "'false'", "2", "CAST('1' AS BLOB)", "0.5", "x'01'"),
    "count": ("'one'", "1.25", "CAST('1' AS BLOB)", "x'01'", "'1 '||char(0)"),
    "label": ("CAST(CLEAN AS BLOB)", "CLEAN || char(0)", "CLEAN || ' '", "hex(CLEAN)", "'01'", "'1.0'"),
    "sequence": ("CLEAN + 0.5", "CAST(CLEAN AS BLOB)"),
    "id": ("CAST(CLEAN AS BLOB)", "CLEAN || char(0)", "CLEAN || ' '"),
}  # fmt: skip
KEPT = [(f"{column} as {value}", "full", column, value) for column, values in TEXTS.items() for value in values]
UNREAD = {"id", "data"}  # a row without its key is gone, and bytes that are no text make the whole row unreadable


@pytest.fixture(scope="module", params=DIALECTS)
def lookalikes(request: pytest.FixtureRequest, servers: Servers) -> Iterator[World]:
    """A thing with something in every column, and one with nothing but its keys."""
    server = servers(request.param)
    world = World(server.create(build))
    world.put("full", label="1", count=1, active=True, seen_at=START, day=date(2026, 3, 4),
              explanation={"a": 0, "b": [1, None]}, data={"ALT": {"v": "12", "u": "U/L"}})  # fmt: skip
    world.put("bare")
    yield world
    world.close()
    server.drop(world.database)


def test_no_document_that_is_read_alike_goes_unseen(lookalikes: World) -> None:
    kind = "jsonb" if lookalikes.dialect == "postgresql" else "text"
    assert _unseen(lookalikes, [(*case[:3], f"CAST('{case[3]}' AS {kind})") for case in JSONS]) == []


@pytest.mark.parametrize("lookalikes", ["sqlite"], indirect=True)
def test_nothing_that_sqlite_keeps_and_is_read_alike_goes_unseen(lookalikes: World) -> None:
    assert _unseen(lookalikes, KEPT) == []


def _unseen(world: World, cases: list[tuple[str, str, str, str]]) -> list[str]:
    """The cases whose place verification does not name: row and column, or the row alone where it cannot be read."""
    unseen = []

    def tamper(connection: Connection) -> None:
        for name, id_, column, value in cases:
            row = connection.begin_nested()
            statement = f"UPDATE things SET {column} = {value.replace('CLEAN', column)} WHERE id = '{id_}'"
            assert connection.exec_driver_sql(statement.replace("%", "%%")).rowcount == 1
            places = {str(fault.place).split("/")[0] for fault in verify(connection, [THINGS]).faults}
            if places.isdisjoint({f"things {id_} {column}", f"things {id_}" if column in UNREAD else ""}):
                unseen.append(name)
            row.rollback()

    world.verify_after(tamper)
    return unseen


# In any column of any table: another kind of value, or the one that stands there, CLEAN, and a little more or less.
OTHERS = ("x'ff00'", "'abc'", "''")
ALMOST = ("CAST(CLEAN AS BLOB)", "CLEAN || char(0)", "CLEAN + 0.5")
LIKE_THOSE = (
    "CAST(x'ff' AS TEXT)", "1.5", "CLEAN || ' '", "upper(CLEAN)", "-1", "77", "1e300", "' ' || CLEAN", "quote(CLEAN)",
    "rtrim(CLEAN)",
)  # fmt: skip


@pytest.mark.parametrize(
    "value", [*OTHERS, *ALMOST, *(pytest.param(value, marks=pytest.mark.soak) for value in LIKE_THOSE)]
)
def test_no_value_of_another_kind_goes_unseen_where_sqlite_lets_it_in(sqlite_past: World, value: str) -> None:
    unseen = []

    def tamper(connection: Connection) -> None:
        for table, column in CELLS:
            row, before = connection.begin_nested(), _kept(connection, table, column)
            where = [table.c[name] == part for name, part in ROWS[table.name].items()]
            new = literal_column(value.replace("CLEAN", f'"{column.name}"'))
            connection.execute(update(table).where(*where).values({column: new}))
            is_found = any("trigger" not in fault.what for fault in verify(connection, [THINGS]).faults)
            if not is_found and before != _kept(connection, table, column):
                unseen.append(str(column))
            row.rollback()

    sqlite_past.verify_after(tamper)
    assert unseen == []


def _kept(connection: Connection, table: Table, column: Column[Any]) -> list[Any]:
    """What stands in a column, byte for byte and kind by kind."""
    stored = literal_column(f'"{column.name}"')
    wanted = select(func.typeof(stored), func.hex(cast(stored, LargeBinary))).select_from(table)
    return list(connection.execute(wanted).all())
