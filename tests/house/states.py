"""All that stands in a database, and what an act moved of it."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from flask import Flask

from ecrf.db import db

OF_THE_TRAIL = {name for name in db.metadata.tables if name.startswith("trail_")}
ROWS = {"sqlite": 'SELECT * FROM "{}"', "postgresql": 'SELECT stood::text FROM "{}" stood'}
VERSIONS = "SELECT id, study_id, number, label, sha256, length(definition), notes, published_by FROM study_versions"
"""The definitions themselves are a megabyte each; that they are those of their SHA-256 is verified elsewhere."""
Entry = tuple[str, int]


@dataclass(frozen=True)
class State:
    """Every row of every table, and the actions of the trail's entries."""

    tables: Mapping[str, frozenset[Hashable]]
    actions: Mapping[Entry, str]


@dataclass(frozen=True)
class Moved:
    """The tables that an act moved (those of the trail where something of it is gone), and what its entries tell of."""

    tables: frozenset[str]
    actions: tuple[str, ...]


NOTHING = Moved(frozenset(), ())


def state_of(app: Flask) -> State:
    """What stands in the application's database."""
    with app.app_context(), db.engine.connect() as connection:
        rows = ROWS[connection.dialect.name]
        tables = {
            name: frozenset(map(tuple, connection.exec_driver_sql(rows.format(name)).all()))
            for name in db.metadata.tables
            if name != "study_versions"
        }
        tables["study_versions"] = frozenset(map(tuple, connection.exec_driver_sql(VERSIONS).all()))
        entries = connection.exec_driver_sql("SELECT chain, sequence, action FROM trail_entries").all()
        return State(tables, {(chain, sequence): action for chain, sequence, action in entries})


def moved(before: State, after: State) -> Moved:
    """What became of a state; a trail that only grew, and tells of it, has not moved."""
    new = tuple(action for entry, action in after.actions.items() if entry not in before.actions)
    changed = {name for name, rows in before.tables.items() if rows != after.tables[name]}
    if new:
        grown = {name for name in OF_THE_TRAIL if before.tables[name] <= after.tables[name]}
        changed -= {*grown, "trail_heads"}
    return Moved(frozenset(changed), new)
