"""What is not whole is named, and never restored."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from ecrf.exchange.backup_manifests import HEADS, MANIFEST, Manifest, sha256_of
from tests.databases import Database
from tests.ecrf.cli.backing_up import ONLY_SQLITE, connected, destroy, made, owner, programs
from tests.ecrf.cli.conftest import Run

__all__ = ["owner", "programs"]


def _says(place: Path, **other: object) -> None:
    """Let the manifest say something else."""
    said = json.loads((place / MANIFEST).read_text())
    (place / MANIFEST).write_text(json.dumps({**said, **other}))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")


# What is done to a whole backup, given its manifest, and what the refusal says.
DAMAGES: dict[str, tuple[Callable[[Path, Manifest], object], str]] = {
    "copy": (lambda place, said: _cut(place / said.copy), "SHA-256 differs"),
    "copy is gone": (lambda place, said: (place / said.copy).unlink(), "is missing"),
    "heads": (lambda place, said: (place / HEADS).write_text("[]"), "SHA-256 differs"),
    "no manifest": (lambda place, said: (place / MANIFEST).unlink(), "no backup"),
    "rows": (lambda place, said: _says(place, rows={**said.rows, "subjects": 2}), "rows in subjects"),
    "root": (lambda place, said: _says(place, root="0" * 64), "root"),
    "migration": (lambda place, said: _says(place, revision="9999"), "9999"),
    "another folder": (lambda place, said: _says(place, files={"../x": "0", HEADS: "0"}), "alone"),
    "a list of files": (lambda place, said: _says(place, files=[HEADS, said.copy]), "cannot be read"),
    "no rows": (lambda place, said: _says(place, rows=None), "cannot be read"),
    "a manifest without an end": (lambda place, said: (place / MANIFEST).write_text("[" * 100_000), "cannot be read"),
    "another form": (lambda place, said: _says(place, format=2), "does not know"),
}


@ONLY_SQLITE
def test_a_damaged_backup_is_named_and_never_restored(trial_database: Database, owner: Run, tmp_path: Path) -> None:
    whole, manifest = made(owner, tmp_path / "backups")
    for kind, (damage, why) in DAMAGES.items():
        place = shutil.copytree(whole, tmp_path / kind)
        damage(place, manifest)
        for args in (("verify", place), ("restore", place, "--replace")):
            said = owner("backup", *args)
            assert (said.exit_code, why in said.output, "Traceback" in said.output) == (1, True, False), kind
    with connected(trial_database) as connection:
        assert connection.scalar(text("SELECT count(*) FROM subjects")) == 1


def _rewritten(place: Path, manifest: Manifest, statement: str) -> None:
    """Let the copy hold something else, and the manifest the hash of that."""
    with closing(sqlite3.connect(place / manifest.copy)) as copy:
        copy.execute(statement)
        copy.commit()
    said = (place / MANIFEST).read_text()
    (place / MANIFEST).write_text(said.replace(manifest.files[manifest.copy], sha256_of(place / manifest.copy)))


@ONLY_SQLITE
def test_a_copy_that_would_write_behind_every_act_is_not_whole(owner: Run, tmp_path: Path) -> None:
    place, manifest = made(owner, tmp_path / "backups")
    evil = "CREATE TRIGGER evil AFTER INSERT ON login_attempts BEGIN UPDATE users SET name = 'Evil'; END"
    _rewritten(place, manifest, evil)
    for args in (("verify", place), ("restore", place, "--replace")):
        refused = owner("backup", *args)
        assert (refused.exit_code, "the trigger evil does not belong there" in refused.output) == (1, True)


@ONLY_SQLITE
def test_the_log_of_a_file_that_is_gone_is_not_played_into_the_restored_one(
    trial_database: Database, owner: Run, tmp_path: Path
) -> None:
    place, manifest = made(owner, tmp_path / "backups")
    file = Path(trial_database.owner_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(file)) as crashed:
        crashed.execute("PRAGMA journal_mode = WAL")
        crashed.execute("PRAGMA wal_autocheckpoint = 0")
        crashed.execute("CREATE TABLE left_behind (x)")
        crashed.commit()
        log = Path(f"{file}-wal").read_bytes()
    destroy(trial_database)
    Path(f"{file}-wal").write_bytes(log)
    restored = owner("backup", "restore", place)
    assert restored.exit_code == 0, restored.output
    with connected(trial_database) as connection:
        assert connection.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'left_behind'")) == 0
        assert connection.scalar(text("SELECT count(*) FROM subjects")) == manifest.rows["subjects"]
    assert Path(f"{file}.orphaned-wal").read_bytes() == log


@ONLY_SQLITE
def test_a_copy_whose_trail_was_tampered_with_is_not_whole(owner: Run, tmp_path: Path) -> None:
    """Whoever rewrites the copy and its hash in the manifest still does not match the heads, or the replay."""
    place, manifest = made(owner, tmp_path / "backups")
    copy = sqlite3.connect(place / manifest.copy)
    triggers = copy.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'sites'"
    ).fetchall()
    for name, _ in triggers:
        copy.execute(f"DROP TRIGGER {name}")
    copy.execute("UPDATE sites SET name = 'Elsewhere' WHERE code = 'NJ02'")
    for _, statement in triggers:
        copy.execute(statement)
    copy.commit()
    copy.close()
    said = (place / MANIFEST).read_text()
    (place / MANIFEST).write_text(said.replace(manifest.files[manifest.copy], sha256_of(place / manifest.copy)))
    for args in (("verify", place), ("restore", place, "--replace")):
        refused = owner("backup", *args)
        assert refused.exit_code == 1
        assert "does not prove itself: sites" in refused.output
