"""Verification: the trail proves itself, and the data prove to be what it tells.

Recomputes every commitment and hash, follows every pointer, takes the inventory of the guards, replays every chain
and compares the outcome with the current rows. Reads alone, in one snapshot, and keeps no more in memory than what
one chain holds.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from audit import inventory, reading
from audit.chain_check import ChainCheck, beginning
from audit.ddl import TRAIL, trail_triggers
from audit.faults import Findings, Place, Report
from audit.replay import Replay
from audit.tables import trail_checkpoints
from audit.triggers import Trigger
from audit.watching import Watched


def verify(
    connection: Connection,
    watched: Iterable[Watched] = (),
    *,
    guards: Iterable[Trigger] = (),
    study: str | None = None,
) -> Report:
    """Verify the trail, or the chains about one study (by the id its entries carry).

    `guards` are the triggers that the application's migrations put on its own tables. The connection should have
    begun no transaction: on PostgreSQL one is begun that sees a single moment and writes nothing.
    """
    watched, guards = tuple(watched), tuple(guards)
    report = _verify(connection, watched, guards, study)
    if report.unknown is None or connection.dialect.name != "sqlite":
        return report
    with _any_text(connection):
        return _verify(connection, watched, guards, study)


def _verify(connection: Connection, watched: Sequence[Watched], guards: Sequence[Trigger], study: str | None) -> Report:
    findings = Findings()
    try:
        _take_snapshot(connection)
        missing = inventory.missing_tables(connection, (*TRAIL, *(table.name for table in watched)))
        if missing:
            return findings.report(f"tables are missing: {', '.join(missing)}")
        known = (*trail_triggers(connection.dialect.name), *guards)
        inventory.check_triggers(connection, known, findings, alone=bool(guards))
        inventory.check_privileges(connection, findings)
        _check_chains(connection, Replay(connection, watched, findings), findings, study)
        _check_what_no_chain_holds(connection, findings)
    except DBAPIError as error:
        return findings.report(f"the database cannot be read: {error.orig}")
    return findings.report()


@contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    """Somebody can put a text into SQLite that is none: read as what nobody can have typed, so that its place shows."""
    driver: Any = connection.connection.driver_connection
    before, driver.text_factory = driver.text_factory, _text
    try:
        yield
    finally:
        driver.text_factory = before


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return f"\0{raw.hex()}"


def _take_snapshot(connection: Connection) -> None:
    """One moment for all that is read, whoever writes meanwhile."""
    if connection.dialect.name == "postgresql":
        if not connection.in_transaction():
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return
    if not connection.in_transaction():
        connection.begin()
    if not getattr(connection.connection.driver_connection, "in_transaction", True):
        connection.exec_driver_sql("BEGIN")


def _check_chains(connection: Connection, replay: Replay, findings: Findings, study: str | None) -> None:
    heads = reading.Heads(connection)
    for chain, entries in groupby(reading.entries(connection, study), key=lambda entry: entry.chain):
        findings.chains += 1
        check = ChainCheck(chain, findings)
        for entry in entries:
            check.read(entry)
        check.finish(heads.of(chain))
        replay.compare(check.latest)
    replay.finish(study)


def _check_what_no_chain_holds(connection: Connection, findings: Findings) -> None:
    for head in reading.heads_alone(connection):
        if (head.sequence, head.recorded_at, head.hash) != (0, 0, beginning(head.chain)):
            findings.add(Place("trail_heads", head.chain), f"it says #{head.sequence}, and the chain has no entry")
    for chain, sequence, ordinal in reading.lost_changes(connection):
        findings.add(Place("trail_changes", chain, sequence, ordinal), "it belongs to no entry")
    for chain, sequence, ordinal in reading.lost_values(connection):
        findings.add(Place("trail_values", chain, sequence, ordinal), "it belongs to no change")
    for number in connection.scalars(select(trail_checkpoints.c.number)):
        findings.add(Place("trail_checkpoints", sequence=number), "no checkpoint was ever written")
