"""`flask trail verify`: 0 whole, 1 tampered, 2 cannot tell, and never a traceback."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.databases import Database
from tests.ecrf.cli.conftest import Run, application, runner

ONLY_SQLITE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)


@pytest.mark.req("R-11-2", "R-AUD-5")
def test_a_whole_trail_says_so(run: Run) -> None:
    for args in ((), ("--study", "BEAM")):
        said = run("trail", "verify", *args)
        assert (said.exit_code, said.output.count("\n")) == (0, 1)
        assert said.output.startswith("Whole: ")
    told = json.loads(run("trail", "verify", "--json").output)
    assert (told["exit_code"], told["faults"], told["unknown"]) == (0, [], None)
    assert min(told[count] for count in ("chains", "entries", "changes", "rows")) > 0


@ONLY_SQLITE
@pytest.mark.req("R-11-2", "R-AUD-5", "R-EMA-33")
@pytest.mark.parametrize(
    ("table", "change", "place"),
    [
        ("trail_entries", "UPDATE trail_entries SET actor_name = 'Eve' WHERE sequence = 2", "trail_entries"),
        ("sites", "UPDATE sites SET name = 'Elsewhere' WHERE code = 'NJ02'", "sites"),
        ("study_versions", "UPDATE study_versions SET definition = definition || ' '", "study_versions"),
        ("holds", "SELECT 1", "holds"),
    ],
)
def test_what_was_changed_behind_its_back_is_named(
    trial_database: Database, run: Run, table: str, change: str, place: str
) -> None:
    """The last case leaves a trigger out when the others are put back."""
    connection = sqlite3.connect(trial_database.owner_url.removeprefix("sqlite:///"))
    triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?"
    kept = connection.execute(triggers, (table,)).fetchall()
    for name, _ in kept:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(change)
    for _, statement in kept[1:] if table == "holds" else kept:
        connection.execute(statement)
    connection.commit()
    connection.close()
    said = run("trail", "verify")
    assert said.exit_code == 1
    assert place in said.output
    assert "NOT whole" in said.output
    told = json.loads(run("trail", "verify", "--json").output)
    assert told["exit_code"] == 1
    assert any(place in fault for fault in told["faults"])


def test_a_study_that_is_not_there_cannot_be_told_of(run: Run) -> None:
    said = run("trail", "verify", "--study", "NONE")
    assert (said.exit_code, said.output) == (2, "Cannot tell: there is no study NONE\n")


def test_a_database_without_tables_cannot_be_told_of(database: Database) -> None:
    _make(database)
    with application(database.app_url) as app:
        for args in ((), ("--study", "BEAM"), ("--json",)):
            said = runner(app)("trail", "verify", *args)
            assert said.exit_code == 2
            assert "Traceback" not in said.output
            if "--json" in args:
                assert json.loads(said.output)["exit_code"] == 2
            else:
                assert said.output.startswith("Cannot tell: ")


@pytest.mark.parametrize("place", ["none.db", "no/such/folder.db", "a folder", "rubbish.db"])
def test_a_database_that_is_none_cannot_be_told_of_and_is_not_made(tmp_path: Path, place: str) -> None:
    (tmp_path / "a folder").mkdir()
    (tmp_path / "rubbish.db").write_text("This is no database. " * 200)
    before = sorted(tmp_path.rglob("*"))
    with application(f"sqlite:///{tmp_path / place}") as app:
        said = runner(app)("trail", "verify")
    assert (said.exit_code, said.output.count("\n")) == (2, 1)
    assert said.output.startswith("Cannot tell: ")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_server_that_does_not_answer_cannot_be_told_of(tmp_path: Path) -> None:
    with application(f"postgresql+psycopg://nobody:secret-word@/none?host={tmp_path}") as app:
        said = runner(app)("trail", "verify")
    assert said.exit_code == 2
    assert said.output.startswith("Cannot tell: the database cannot be used: ")
    assert "secret-word" not in said.output


@pytest.mark.parametrize(
    "args",
    [
        ("people", "add", "ann", "--name", "Ann", "--organisation", "Clinic"), ("people", "token", "ann"),
        ("people", "token", "ann", "--as", "bob"), ("study", "publish", "{package}", "--as", "ann"),
        ("trail", "verify"),
        ("subject", "load", "BEAM", "{file}", "--site", "NJ01", "--as", "ann"),
    ],
)  # fmt: skip
def test_every_command_says_in_a_line_that_there_is_no_database_or_no_table(
    database: Database, tmp_path: Path, args: tuple[str, ...]
) -> None:
    _make(database)
    file = tmp_path / "subjects.yaml"
    file.write_text("screening_number: NJ01-S001\ndata: {}\n")
    given = [arg.format(package=Path(__file__).parents[3] / "forms/studies/beam", file=file) for arg in args]
    for url, why in ((database.app_url, "flask db upgrade"), (f"sqlite:///{tmp_path / 'none.db'}", "no database at")):
        with application(url) as app:
            said = runner(app)(*given)
        assert said.exit_code == (2 if args[0] == "trail" else 1)
        assert said.output.count("\n") == 1
        assert why in said.output or "tables are missing" in said.output


def _make(database: Database) -> None:
    """An empty database: on SQLite that is an empty file."""
    if database.dialect == "sqlite":
        Path(database.owner_url.removeprefix("sqlite:///")).touch()
