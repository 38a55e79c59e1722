"""`flask backup`: made, destroyed, restored and verified on both databases."""

import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from audit.tables import trail_changes, trail_entries, trail_values
from ecrf.app import create_app
from ecrf.db import db
from ecrf.exchange.backup_manifests import HEADS, MANIFEST, State
from ecrf.exchange.database_states import state_of
from tests.databases import Database
from tests.ecrf.cli.backing_up import ONLY_SQLITE, connected, destroy, made, owner, owner_of, programs
from tests.ecrf.cli.conftest import Run, runner
from tests.ecrf.schema import settings_for

__all__ = ["owner", "programs"]


@pytest.mark.req("R-FDA-2", "R-EMA-23", "R-AUD-13")
def test_a_backup_restores_what_was_destroyed_and_the_trail_verifies(
    trial_database: Database, owner: Run, tmp_path: Path
) -> None:
    place, manifest = made(owner, tmp_path / "backups")
    with connected(trial_database) as connection:
        before = state_of(connection)
    assert manifest.rows["subjects"] == 1
    assert before.rows["trail_entries"] == manifest.rows["trail_entries"] + 1  # the entry that tells of the backup
    verified = owner("backup", "verify", place)
    assert verified.exit_code == 0, verified.output
    assert manifest.root in verified.stdout
    destroy(trial_database)
    restored = owner("backup", "restore", place)
    assert restored.exit_code == 0, restored.output
    assert "its trail is whole" in restored.stdout
    with connected(trial_database) as connection:
        after = state_of(connection)
        assert newest_of_the_system(connection) == "backup.restored"
        assert {("root", manifest.root), ("backup", manifest.id)} <= notes(connection)
    assert untouched(after) == untouched(before)
    assert owner("trail", "verify").exit_code == 0


def untouched(state: State) -> tuple[dict[str, int], dict[str, bytes]]:
    """The rows of all tables but the trail's, and the heads of all chains but the system's."""
    rows = {name: count for name, count in state.rows.items() if "trail" not in name}
    return rows, {chain: hash for chain, _, hash in state.heads if chain != "system"}


def newest_of_the_system(connection: Connection) -> str | None:
    entry = trail_entries.c
    return connection.scalar(select(entry.action).where(entry.chain == "system").order_by(entry.sequence.desc()))


def notes(connection: Connection) -> set[tuple[str, str]]:
    change, value = trail_changes.c, trail_values.c
    own = (value.chain == change.chain) & (value.sequence == change.sequence) & (value.ordinal == change.ordinal)
    wanted = select(change.path, value.value).join(trail_values, own).where(change.mark == "note")
    return {(path, text) for path, text in connection.execute(wanted)}


def test_after_a_restore_the_application_works_on_with_its_own_rights(
    trial_database: Database, owner: Run, tmp_path: Path
) -> None:
    place, _ = made(owner, tmp_path / "backups")
    destroy(trial_database)
    assert owner("backup", "restore", place).exit_code == 0
    app = create_app(settings_for(trial_database.app_url))
    added = runner(app)("subject", "add", "BEAM", "--site", "NJ01", "--as", "ann")
    verified = runner(app)("trail", "verify")
    with app.app_context():
        db.engine.dispose()
    assert (added.exit_code, verified.exit_code) == (0, 0), added.output + verified.output


def test_a_database_that_is_not_empty_is_kept_aside_and_only_when_asked(
    trial_database: Database, owner: Run, tmp_path: Path
) -> None:
    place, _ = made(owner, tmp_path / "backups")
    assert owner("subject", "add", "BEAM", "--site", "NJ01", "--as", "ann").exit_code == 0
    refused = owner("backup", "restore", place)
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    with connected(trial_database) as connection:
        assert connection.scalar(text("SELECT count(*) FROM subjects")) == 2
    replaced = owner("backup", "restore", place, "--replace")
    assert replaced.exit_code == 0, replaced.output
    with connected(trial_database) as connection:
        assert connection.scalar(text("SELECT count(*) FROM subjects")) == 1
    kept = replaced.stdout.split("is kept: ")[1].strip().removesuffix(".")
    if trial_database.dialect == "sqlite":
        with sqlite3.connect(kept) as aside:
            assert aside.execute("SELECT count(*) FROM subjects").fetchone() == (2,)
        aside.close()
    else:
        with connected(trial_database) as connection:
            count = text(f"SELECT count(*) FROM {kept.removeprefix('schema ')}.subjects")
            assert connection.scalar(count) == 2
    assert owner("trail", "verify").exit_code == 0
    again, _ = made(owner, tmp_path / "backups")  # what is kept aside is no part of the next backup
    assert owner("backup", "verify", again).exit_code == 0


def test_a_restore_that_fails_leaves_what_stood_there(
    trial_database: Database, owner: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, manifest = made(owner, tmp_path / "backups")
    said = json.loads((place / MANIFEST).read_text())
    said["rows"]["subjects"] = 7
    (place / MANIFEST).write_text(json.dumps(said))
    refused = owner("backup", "restore", place, "--replace")
    assert refused.exit_code == 1
    assert "subjects" in refused.output
    with connected(trial_database) as connection:
        assert connection.scalar(text("SELECT count(*) FROM subjects")) == manifest.rows["subjects"]
    assert owner("trail", "verify").exit_code == 0


@ONLY_SQLITE
def test_a_backup_is_its_owners_alone_and_its_outcome_is_logged(
    owner: Run, tmp_path: Path, trial_database: Database
) -> None:
    said = owner("backup", "create", tmp_path / "backups")
    assert said.exit_code == 0
    lines = [json.loads(line) for line in said.stderr.splitlines() if line.startswith("{")]
    assert [(line["event"], line["outcome"]) for line in lines] == [("backup_made", "done")]
    (place,) = (tmp_path / "backups").iterdir()
    assert {path.stat().st_mode & 0o777 for path in place.iterdir()} == {0o600}
    assert (place.stat().st_mode & 0o777, place.parent.stat().st_mode & 0o777) == (0o700, 0o700)
    (place / HEADS).unlink()
    failed = owner("backup", "verify", place)
    lines = [json.loads(line) for line in failed.stderr.splitlines() if line.startswith("{")]
    assert [(line["event"], line["outcome"]) for line in lines] == [("backup_verified", "failed")]


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_without_the_programs_of_postgresql_a_backup_says_so(
    owner: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = owner("backup", "create", tmp_path / "backups")
    assert said.exit_code == 1
    assert "pg_dump is not on the path" in said.output
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_backup_of_no_database_is_refused(tmp_path: Path) -> None:
    with owner_of(Database("sqlite", f"sqlite:///{tmp_path / 'none.db'}", "")) as run:
        said = run("backup", "create", tmp_path / "backups")
    assert said.exit_code == 1
    assert "no database" in said.output
    assert not (tmp_path / "none.db").exists()
