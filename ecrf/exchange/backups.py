"""Backups: a folder with a copy of the database, the heads of all chains and a manifest; made, proved, restored.

A backup is written under another name and gets its own when it is whole. Restoring proves the backup first, keeps what
stood in its place, and puts that back when the restored database does not prove itself.
"""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from flask_migrate import upgrade
from sqlalchemy.engine import Engine

from audit.faults import Report
from audit.verify import verify as verify_trail
from ecrf import revisions
from ecrf.config import settings
from ecrf.db import db
from ecrf.exchange.backup_manifests import BackupFault, Manifest, expect_state, heads_in, read, write
from ecrf.exchange.database_states import state_of
from ecrf.exchange.postgres_copies import PostgresCopies
from ecrf.exchange.sqlite_copies import SqliteCopies
from ecrf.guards import guards
from ecrf.models.watched import WATCHED
from ecrf.reads.proofs import prove

Copies = SqliteCopies | PostgresCopies
_PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def create(folder: Path, at: datetime) -> tuple[Path, Manifest]:
    """Make a backup in a new folder below this one; answers where, and its manifest. Raises `BackupFault`."""
    id = f"ecrf-{at:%Y%m%dT%H%M%S%f}Z"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _fresh(folder, id) as place:
        copies = _copies(db.engine)
        state = copies.take(place / copies.name)
        made = Manifest(
            id, at.isoformat(), _version(), db.engine.dialect.name, state.revision, dict(state.rows),
            len(state.heads), state.root, {},
        )  # fmt: skip
        manifest = write(place, made, state)
        place.rename(folder / id)
    return folder / id, manifest


def verify(folder: Path) -> tuple[Manifest, Report | None]:
    """Prove a backup without restoring it, as far as its kind allows; raises `BackupFault`.

    An SQLite copy is opened and its trail verified; of a PostgreSQL dump every byte is read, and the trail is proved
    when it is restored (then the report is None). A copy of an earlier migration has its chains verified alone.
    """
    manifest = read(folder)
    if manifest.revision not in revisions.known():
        raise BackupFault(f"the backup is of migration {manifest.revision}, which this version does not know")
    copy = folder / manifest.copy
    if manifest.database == "postgresql":
        PostgresCopies(db.engine, "").expect_readable(copy)
        return manifest, None
    copies = SqliteCopies(copy)
    copies.expect_readable(copy)
    with copies.reading(copy) as connection:
        expect_state(manifest, heads_in(folder), state_of(connection), "the copy")
        connection.rollback()
        is_of_today = manifest.revision == revisions.newest()
        watched = WATCHED.values() if is_of_today else ()
        report = verify_trail(connection, watched, guards=guards("sqlite") if is_of_today else ())
    return manifest, _whole(report, "the trail of the copy")


def restore(folder: Path, at: datetime, *, replace: bool) -> tuple[Manifest, Report, str | None]:
    """Put the database of a backup in the place of an empty one, or, with `replace`, of the one that stands there.

    Answers its manifest, the proof of the restored database and where the one before is kept. Raises `BackupFault`;
    then everything is as it was.
    """
    manifest, _ = verify(folder)
    if manifest.database != db.engine.dialect.name:
        raise BackupFault(f"the backup is of {manifest.database}, the database of {db.engine.dialect.name}")
    copies = _copies(db.engine)
    empty = copies.is_empty()
    if not empty and not replace:
        raise BackupFault("the database is not empty: --replace keeps it aside and restores in its place")
    kept = None if empty else copies.set_aside(f"{at:%Y%m%dT%H%M%S}")
    try:
        copies.put(folder / manifest.copy)
        report = _proved(manifest, folder)
    except BaseException:
        _forget_connections()
        copies.put_back(kept)
        raise
    return manifest, report, kept


def _proved(manifest: Manifest, folder: Path) -> Report:
    """The restored database is the backup's, is brought to the newest migration, and proves itself."""
    _forget_connections()
    with db.engine.connect() as connection:
        expect_state(manifest, heads_in(folder), state_of(connection), "the restored database")
    if manifest.revision != revisions.newest():
        upgrade()
    report, false_definitions = prove(None)
    db.session.rollback()
    if false_definitions:
        raise BackupFault(f"the restored database does not prove itself: {false_definitions[0]}")
    return _whole(report, "the restored trail")


def _whole(report: Report, what: str) -> Report:
    if report.exit_code:
        raise BackupFault(f"{what} does not prove itself: {report.unknown or report.faults[0]}")
    return report


def _copies(engine: Engine) -> Copies:
    if engine.dialect.name == "postgresql":
        return PostgresCopies(engine, settings().application_role)
    return SqliteCopies(Path(engine.url.database or ""))


def _forget_connections() -> None:
    db.session.remove()
    db.engine.dispose()


@contextmanager
def _fresh(folder: Path, id: str) -> Iterator[Path]:
    """A place to work in beside the backups, gone unless it is renamed."""
    with TemporaryDirectory(dir=folder, prefix=f".{id}-", ignore_cleanup_errors=True) as place:
        yield Path(place)


def _version() -> str:
    return str(tomllib.loads(_PROJECT.read_text("utf-8"))["project"]["version"])
