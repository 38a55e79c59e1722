"""Copies of an SQLite file while it is in use, by SQLite's own online backup, and their way back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import DatabaseError

from ecrf.exchange.backup_manifests import BackupFault, State
from ecrf.exchange.database_states import is_empty, state_of

_LOGS = ("-wal", "-shm", "-journal")


class SqliteCopies:
    """The file at this place: taken whole at one moment, nobody waiting; put back with the one before kept aside."""

    name = "database.sqlite"

    def __init__(self, file: Path) -> None:
        self.file = file
        self._orphans: list[tuple[Path, Path]] = []

    def take(self, to: Path) -> State:
        """Copy the database into a new file; the state is read from the copy itself."""
        to.touch(mode=0o600)
        with (
            closing(sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(to)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # the file alone is the whole database
        with self.reading(to) as connection:
            return state_of(connection)

    @contextmanager
    def reading(self, file: Path) -> Iterator[Connection]:
        """A connection to a copy that can only read it."""
        engine = create_engine(f"sqlite:///file:{file}?mode=ro&immutable=1&uri=true")
        try:
            with engine.connect() as connection:
                yield connection
        except DatabaseError as fault:
            raise BackupFault(f"the copy cannot be read: {fault.orig}") from fault
        finally:
            engine.dispose()

    def expect_readable(self, file: Path) -> None:
        """Every page of the copy holds together."""
        with self.reading(file) as connection:
            said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
        if said != "ok":
            raise BackupFault(f"the copy is damaged: {said}")

    def is_empty(self) -> bool:
        """Whether nothing stands at the place; a file that is no database counts as something."""
        if not self.file.exists() or self.file.stat().st_size == 0:
            return True
        try:
            with self.reading(self.file) as connection:
                return is_empty(connection)
        except BackupFault:
            return False

    def set_aside(self, stamp: str) -> str | None:
        """Move away what stands at the place; answers where it is kept, None where there was nothing."""
        if not self.file.exists():
            return None
        kept = self.file.with_name(f"{self.file.name}.before-{stamp}")
        for end in ("", *_LOGS):
            if Path(f"{self.file}{end}").exists():
                Path(f"{self.file}{end}").replace(f"{kept}{end}")
        return str(kept)

    def put(self, copy: Path) -> None:
        """Put a copy at the place, whole or not at all."""
        arriving = self.file.with_name(f"{self.file.name}.arriving")
        arriving.unlink(missing_ok=True)
        arriving.touch(mode=0o600)
        _copy(f"file:{copy}?mode=ro&immutable=1", arriving)
        self._move_orphans()
        arriving.replace(self.file)

    def _move_orphans(self) -> None:
        """A log that a file which is gone left behind would be played into the one that comes: it is kept aside."""
        for end in _LOGS:
            log = Path(f"{self.file}{end}")
            if log.exists():
                kept = Path(f"{self.file}.orphaned{end}")
                log.replace(kept)
                self._orphans.append((kept, log))

    def put_back(self, kept: str | None) -> None:
        """Undo: what was set aside stands at its place again."""
        for end in ("", *_LOGS):
            Path(f"{self.file}{end}").unlink(missing_ok=True)
            if kept is not None and Path(f"{kept}{end}").exists():
                Path(f"{kept}{end}").replace(f"{self.file}{end}")
        while self._orphans:
            there, log = self._orphans.pop()
            there.replace(log)


def _copy(source: str, to: Path) -> None:
    """All pages as they are at one moment; the new file alone is the whole database, without a log beside it."""
    with closing(sqlite3.connect(source, uri=True)) as there, closing(sqlite3.connect(to)) as copy:
        there.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
