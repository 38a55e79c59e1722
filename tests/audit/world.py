"""A small world for the trail's tests: things that are trailed, a way to change them, and a way to tamper with them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    delete,
    event,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from audit.canonical import canonical_json
from audit.ddl import grants, trail_triggers
from audit.entries import Actor, Change, EntryKey, Header, append, take_head
from audit.faults import Report
from audit.instants import Instant
from audit.row_guards import keeps_rows, names_entries
from audit.tables import TRAIL_TABLES, trail_changes, trail_values
from audit.triggers import Trigger
from audit.verify import verify
from audit.watching import Watched, changes_of
from tests.databases import APPLICATION, OWNER, Database

ANN = Actor("0190-ann", "Ann Coordinator", "coordinator", "NJ01")
START = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

metadata = MetaData()
for _table in TRAIL_TABLES:
    _table.to_metadata(metadata)
things = Table(
    "things",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("study_id", String(36), nullable=False),
    Column("label", Text),
    Column("count", Integer),
    Column("active", Boolean),
    Column("seen_at", Instant),
    Column("day", Date),
    Column("explanation", Document),
    Column("data", Document, nullable=False),
    Column("secret", Text),
    Column("chain", String(64), nullable=False),
    Column("sequence", Integer, nullable=False),
    UniqueConstraint("study_id", "label"),
    ForeignKeyConstraint(["chain", "sequence"], ["trail_entries.chain", "trail_entries.sequence"]),
)
FIELDS = ("study_id", "label", "count", "active", "seen_at", "day", "explanation", "chain", "sequence")
THINGS = Watched(things, "id", FIELDS, ("data",))


def guards(dialect: str) -> tuple[Trigger, ...]:
    keys = (("id",), ("study_id", "label"))
    return (*keeps_rows(dialect, "things", keys), *names_entries(dialect, "things"))


def triggers(dialect: str) -> tuple[Trigger, ...]:
    return (*trail_triggers(dialect), *guards(dialect))


def build(url: str) -> None:
    """Tables, triggers and privileges, as a migration would make them."""
    engine = open_engine(url)
    dialect = engine.dialect.name
    with engine.begin() as connection:
        metadata.create_all(connection)
        run(connection, (statement for trigger in triggers(dialect) for statement in trigger.statements))
        if dialect == "postgresql":
            run(connection, (*grants(APPLICATION), f"GRANT SELECT, INSERT, UPDATE ON things TO {APPLICATION}"))
    engine.dispose()


def open_engine(
    url: str,
    *,
    recursive_triggers: bool = True,
    without_checks: bool = False,
    guard: Callable[[Any], None] | None = None,
) -> Engine:
    """An engine whose transactions on SQLite begin as the application's do."""
    engine = create_engine(url, json_serializer=canonical_json)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _open(connection: Any, _: Any) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA busy_timeout = 10000")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA foreign_keys = {int(not without_checks)}")
            connection.execute(f"PRAGMA ignore_check_constraints = {int(without_checks)}")
            connection.execute(f"PRAGMA recursive_triggers = {int(recursive_triggers)}")
            if guard:
                guard(connection)

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def run(connection: Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


class World:
    """Things and their trail in one database, changed as the application would: one chain for each study."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.dialect = database.dialect
        self.owner = open_engine(database.owner_url)
        self.application = open_engine(database.app_url)
        self.now = START

    def close(self) -> None:
        self.owner.dispose()
        self.application.dispose()

    def put(self, id_: str, study: str = "s1", notes: Iterable[Change] = (), **columns: Any) -> EntryKey:
        """Make a thing, or change some of its columns."""
        with self.application.begin() as connection:
            return put(connection, self.tick(), id_, study, notes, columns)

    def note(self, chain: str, *notes: Change, at: datetime | None = None, **about: Any) -> EntryKey:
        with self.application.begin() as connection:
            return append(connection, Header("noted", chain, ANN, at or self.tick(), **about), notes)

    def tick(self) -> datetime:
        self.now += timedelta(seconds=1, microseconds=7)
        return self.now

    def verify(self, study: str | None = None) -> Report:
        with self.owner.connect() as connection:
            return verify(connection, [THINGS], guards=guards(self.dialect), study=study)

    def verify_as_application(self) -> Report:
        with self.application.connect() as connection:
            return verify(connection, [THINGS], guards=guards(self.dialect))

    def places(self) -> set[str]:
        """Where verification finds faults."""
        return {str(fault.place) for fault in self.verify().faults}

    def verify_after(self, tamper: Callable[[Connection], object], study: str | None = None) -> Report:
        """What verification says after somebody dropped triggers, tampered and put them back; nothing of it stays."""
        with self.as_superuser() as connection:
            run(connection, (statement for trigger in triggers(self.dialect) for statement in trigger.drop))
            if self.dialect == "postgresql":
                connection.exec_driver_sql("SET session_replication_role = replica")  # holds no foreign keys
            tamper(connection)
            run(connection, (statement for trigger in triggers(self.dialect) for statement in trigger.statements))
            report = verify(connection, [THINGS], guards=guards(self.dialect), study=study)
            connection.rollback()
        return report

    @contextmanager
    def as_superuser(self) -> Iterator[Connection]:
        """A transaction of somebody whom no privilege, key or check holds."""
        engine = open_engine(self.database.owner_url.replace(OWNER, "postgres", 1), without_checks=True)
        try:
            with engine.connect() as connection:
                yield connection
                connection.commit()
        finally:
            engine.dispose()


def put(
    connection: Connection, at: datetime, id_: str, study: str, notes: Iterable[Change], columns: Mapping[str, Any]
) -> EntryKey:
    """What a service does: take the head, read the row, append the entry, write the row."""
    head = take_head(connection, f"study:{study}")
    before = connection.execute(things.select().where(things.c.id == id_)).mappings().one_or_none()
    empty: dict[str, Any] = {**dict.fromkeys(things.c.keys()), "id": id_, "study_id": study, "data": {}}
    place = {"chain": head.chain, "sequence": head.sequence + 1}
    after = {**(before or empty), **columns, **place}
    changes = (*changes_of(THINGS, before, after), *notes)
    key = append(connection, Header("thing.put", head.chain, ANN, at, study=study, record=id_), changes, head)
    if before is None:
        connection.execute(insert(things).values(after))
    else:
        connection.execute(update(things).where(things.c.id == id_).values(**columns, **place))
    return key


def build_with_history(url: str) -> None:
    """Two studies with three things each, refused values, reasons, a cause, a clock set back, and a redaction."""
    build(url)
    world = World(Database(url.split("+")[0].split(":")[0], url, url))
    for study in ("s1", "s2"):
        for number in (1, 2, 3):
            fill(world, f"{study}-t{number}", study)
    world.note("system", Change("log-in", "ann"), cause=EntryKey("study:s1", 2), request_id="r1", reason_code="other")
    world.note("system", Change("log-in", "ben"), at=START)
    redact(world, "s1-t2")
    world.close()


def fill(world: World, id_: str, study: str) -> None:
    typed = {"ALT": {"v": "81", "u": "U/L", "q": "<"}, "AST": {"nd": "ND"}}
    world.put(
        id_, study, label=f"l-{id_}", count=1, active=True, seen_at=START, day=date(2026, 3, 4),
        explanation={"b": [1, None, "x"], "a": {}}, data=typed, secret="s",
    )  # fmt: skip
    refused = Change(f"things/{id_}/data/ALT", "abc", kind="datum", mark="refused", reason_code="number@1", row=1)
    why = Change(f"things/{id_}/data/ALT", "read wrongly", mark="note", reason_code="transcription")
    world.put(id_, study, notes=(refused, why), data={**typed, "ALT": {"v": "79", "u": "U/L"}}, active=False)
    world.put(id_, study, count=None, label=None, data={"AST": {"nd": "ND"}, "名": {"v": 'é\u2028"\\\n'}})


def redact(world: World, id_: str) -> None:
    """Remove the first value of ALT of a thing of study s1, as a redaction does."""
    path = f"things/{id_}/data/ALT"
    where = select(trail_changes).where(trail_changes.c.path == path, trail_changes.c.mark == "set")
    with world.application.begin() as connection:
        first = connection.execute(where.order_by(trail_changes.c.sequence)).first()
        assert first is not None
        redaction = Change(path, None, mark="redacted", redacts=(first.sequence, first.ordinal))
        append(connection, Header("redacted", first.chain, ANN, world.tick(), study="s1"), [redaction])
        its_value = zip(("chain", "sequence", "ordinal"), first[:3], strict=True)
        connection.execute(delete(trail_values).where(*(trail_values.c[name] == value for name, value in its_value)))
