"""What somebody with the SQLite file can hide where no text was ever meant to stand: found and named all the same."""

import sqlite3
from contextlib import closing

import pytest

from ecrf.app import create_app
from ecrf.db import db
from tests.databases import Server
from tests.ecrf import trial
from tests.ecrf.schema import settings_for

HIDDEN = [
    ("study_versions", "definition", "CAST(x'ff' AS TEXT)", "1 = 1"),
    ("study_versions", "definition", "CAST(definition AS BLOB)", "1 = 1"),
    ("reference_ranges", "high", "x'40'", "high = '40'"),
]


@pytest.mark.req("R-AUD-5")
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("table", "column", "value", "where"), HIDDEN)
def test_what_is_no_text_is_found_and_named(server: Server, table: str, column: str, value: str, where: str) -> None:
    database = server.create(trial.prepare)
    with closing(sqlite3.connect(database.owner_url.removeprefix("sqlite:///"), isolation_level=None)) as hand:
        kept = hand.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,))
        triggers = kept.fetchall()
        for name, _ in triggers:
            hand.execute(f"DROP TRIGGER {name}")
        assert hand.execute(f"UPDATE {table} SET {column} = {value} WHERE {where}").rowcount > 0
        for _, sql in triggers:
            hand.execute(sql)
    app = create_app(settings_for(database.app_url))
    result = app.test_cli_runner().invoke(args=["trail", "verify"])
    with app.app_context():
        db.engine.dispose()
    server.drop(database)
    assert (result.exit_code, f"\n{table} " in f"\n{result.output}") == (1, True)
    assert isinstance(result.exception, SystemExit)
