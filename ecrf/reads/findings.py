"""Open findings and queries as a cross table: by check, by site and by age, each count with the filters of its list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from ecrf.db import db
from ecrf.models.queries import Query
from ecrf.models.sites import Site
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed, in_scope
from ecrf.reads.definitions import definition
from ecrf.reads.figures import AGES
from ecrf.reads.matrix import studies_seen
from ecrf.reads.query_filters import midnight
from ecrf.reads.withholding import queries_told

DIMENSIONS = ("check", "site", "age")
PERSON = ""
"""Stands for the check of what a person asked."""


@dataclass(frozen=True)
class FindingFilters:
    """What was chosen: `rows` and `columns` are check, site or age, `state` open or answered, `site` a code and
    `check` an id or none."""

    rows: str = "check"
    columns: str = "age"
    state: str = "open"
    site: str = ""
    check: str = ""


@dataclass(frozen=True)
class Heading:
    """One row or column: its key, what it is called where that is not its key, and the filters of its list."""

    key: str
    text: str
    filters: Mapping[str, str]


@dataclass(frozen=True)
class FindingRow:
    """One row of the table: a count for each column, and all of them together."""

    heading: Heading
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True)
class FindingTable:
    """The table; the rows with the most come first, but for ages, which stand in their order."""

    filters: FindingFilters
    columns: tuple[Heading, ...] = ()
    rows: tuple[FindingRow, ...] = ()
    totals: tuple[int, ...] = ()
    total: int = 0
    site_choices: tuple[tuple[str, str], ...] = field(default=())


def findings(actor: Actor, filters: FindingFilters, now: datetime, *, language: str) -> FindingTable:
    """The table of the queries the actor may see; one statement for the counts."""
    counts = _counts(actor, filters, now)
    known = _known(actor, language)
    columns = _headings(filters.columns, {key[1] for key in counts}, known)
    rows = [
        FindingRow(heading, numbers := tuple(counts.get((heading.key, column.key), 0) for column in columns),
                   sum(numbers))
        for heading in _headings(filters.rows, {key[0] for key in counts}, known)
    ]  # fmt: skip
    if filters.rows != "age":
        rows.sort(key=lambda row: (-row.total, row.heading.key))
    totals = tuple(sum(row.counts[at] for row in rows) for at in range(len(columns)))
    sites = tuple((code, f"{code} {name}") for code, name in sorted(known["site"].items()))
    return FindingTable(filters, columns, tuple(rows), totals, sum(totals), sites)


def _counts(actor: Actor, filters: FindingFilters, now: datetime) -> dict[tuple[str, str], int]:
    band = case(
        *((Query.opened_at >= midnight(now, high - 1), str(low)) for low, high in AGES if high is not None),
        else_=str(AGES[-1][0]),
    )
    by: dict[str, Any] = {"check": func.coalesce(Query.check_id, PERSON), "site": Site.code, "age": band}
    keys = by[filters.rows].label("row_key"), by[filters.columns].label("column_key")
    of_site: Any = select(*keys, func.count()).select_from(Query).join(Site, Site.id == Query.site_id)
    chosen = in_scope(of_site, actor, Permission.QUERY_READ, Query).where(Query.state == filters.state)
    chosen = chosen.where(*queries_told(actor))
    if filters.site:
        chosen = chosen.where(Site.code == filters.site)
    if filters.check:
        chosen = chosen.where(Query.check_id == filters.check)
    rows = db.session.execute(chosen.group_by("row_key", "column_key"))
    return {(row_key, column_key): count for row_key, column_key, count in rows}


def _known(actor: Actor, language: str) -> dict[str, dict[str, str]]:
    """What sites and checks are called."""
    seen: Any = select(Site.code, Site.name)
    of_actor = allowed(actor, Permission.QUERY_READ, study=Site.study_id, site=Site.id)
    sites: dict[str, str] = dict(db.session.execute(seen.where(of_actor)).all())
    checks: dict[str, str] = {}
    for study in studies_seen(actor):
        checks |= {each.id: each.message.said_in(language) for each in definition(study.id, study.number).checks}
    return {"site": sites, "check": checks}


def _headings(dimension: str, keys: set[str], known: Mapping[str, Mapping[str, str]]) -> tuple[Heading, ...]:
    if dimension == "age":
        bands = ((str(low), {"age": str(low), "under": str(high or "")}) for low, high in AGES)
        return tuple(Heading(key, "", filters) for key, filters in bands)
    texts = known[dimension]
    return tuple(
        Heading(key, texts.get(key, ""), {"origin": "person"} if key == PERSON else {dimension: key})
        for key in sorted(keys)
    )
