"""How the entries of a trail of any size are found: by one index, the newest first, and no further than is quick.

What is chosen beyond that index is asked of each entry in turn. A page looks through so many entries and then says how
far it looked, so that the rarest of values costs no more than the most frequent one.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, literal, select, tuple_

from audit.tables import trail_entries
from ecrf.db import db
from ecrf.models.sites import Site
from ecrf.models.subjects import Subject
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.reads.records import RecordPlace
from ecrf.reads.trail_filters import (
    Codes,
    Conditions,
    TrailFilters,
    before_key,
    but_sessions,
    entry,
    in_period,
    of_acts,
    of_changes,
    of_record,
    plain,
    readable,
)
from ecrf.reads.transferred import arrived

REACH, REACH_BEFORE = 10_000, 2_000
"""How many entries a page looks through; old values stand in other entries, and each is looked up."""
_MOST_NAMES = 2  # one name is found by its index; with more, each entry is asked
_KEY = (entry.recorded_at, entry.chain, entry.sequence)


@dataclass(frozen=True)
class Of:
    """Whose trail: everything the reader may see, one subject's, or one record's."""

    subject: str = ""
    record: RecordPlace | None = None


WHOLE = Of()


@dataclass(frozen=True)
class Narrowing:
    """`by` finds the entries, by an index; `what` is asked of each. `order` is newest first, as that index has it."""

    by: Conditions
    what: Conditions
    order: tuple[ColumnElement[Any], ...]
    reach: int = REACH

    def narrowed(self, statement: Select[Any]) -> Select[Any]:
        """A select over the entries, all that was chosen."""
        return statement.where(*self.by, *self.what)

    def floor(self) -> Any:
        """The key of the last entry that a page looks at; None where it looks at all there are."""
        if not self.what:
            return None
        return db.session.execute(
            select(*_KEY).where(*self.by).order_by(*self.order).offset(self.reach - 1).limit(1)
        ).one_or_none()


def above(floor: Any) -> Conditions:
    """The entries down to a key."""
    if floor is None:
        return []
    at = literal(floor.recorded_at, entry.recorded_at.type)
    return [entry.recorded_at >= at, tuple_(*_KEY) >= tuple_(at, floor.chain, floor.sequence)]


def narrowing(actor: Actor, filters: TrailFilters, of: Of, zone: str, codes: Codes = ((), ())) -> Narrowing:
    """What was chosen, as conditions; entries of no subject that there is are none."""
    chains, order = _chains(actor, filters, of), tuple(column.desc() for column in _KEY)
    by = [readable(actor), *in_period(filters, zone), *before_key(actor, filters.before)]
    about = [of_record(of.record)] if of.record else []
    if chains is None:
        index, rest = _by_index(actor, filters)
    else:
        index, rest, about = _in_chains(chains), filters, [*about, *_at_site(actor, filters, plain(entry.site))]
        order = (entry.sequence.desc(),) if len(chains) == 1 else order
    sessions = but_sessions(filters) if actor.has(Permission.SYSTEM_TRAIL_READ) else []
    asked = [*sessions, *of_acts(rest), *of_changes(actor, filters, codes), *about]
    return Narrowing([*by, *index], asked, order, REACH_BEFORE if filters.was else REACH)


def _chains(actor: Actor, filters: TrailFilters, of: Of) -> list[str] | None:
    """The chains of the subjects that were chosen, within those whose trail it is; None for no such choice."""
    chosen = f"subject:{of.subject}" if of.subject else None
    if not filters.subject:
        return [chosen] if chosen else None
    named = (Subject.screening_number == filters.subject) | (Subject.subject_number == filters.subject)
    chains = [f"subject:{each}" for each in db.session.scalars(select(Subject.id).where(named))]
    return [chain for chain in chains if chosen in (None, chain)]


def _in_chains(chains: list[str]) -> Conditions:
    return [entry.chain == chains[0] if len(chains) == 1 else entry.chain.in_(chains) if chains else false()]


def _by_index(actor: Actor, filters: TrailFilters) -> tuple[Conditions, TrailFilters]:
    """The index that finds least, and the filters that it leaves: a site, a person, an action, or the time alone."""
    if of_site := _by_site(actor, filters):
        return of_site, filters
    if of_person := _by_name(filters):
        return of_person, replace(filters, person="")
    if filters.action:
        return [entry.action == filters.action], replace(filters, action="")
    return [], filters


def _by_site(actor: Actor, filters: TrailFilters) -> Conditions:
    """Those of the chosen site, or of the only one there is for the reader."""
    if filters.site:
        return _at_site(actor, filters, entry.site)
    own = {grant.site_id for grant in actor.grants if grant.carries(Permission.TRAIL_READ)}
    only = own.pop() if len(own) == 1 and not actor.has(Permission.SYSTEM_TRAIL_READ) else None
    here = arrived(actor) if only else []
    return [(entry.site == only) | entry.subject.in_(here) if here else entry.site == only] if only else []


def _at_site(actor: Actor, filters: TrailFilters, column: ColumnElement[Any]) -> Conditions:
    """At a site of that code, in whichever study."""
    if not filters.site:
        return []
    seen = allowed(actor, Permission.TRAIL_READ, study=Site.study_id, site=Site.id)
    found = list(db.session.scalars(select(Site.id).where(seen, Site.code == filters.site)))
    return [column == found[0] if len(found) == 1 else column.in_(found)]


def _by_name(filters: TrailFilters) -> Conditions:
    """Those of the only person with such a name, by the index of names: each is looked up once, not each entry."""
    if not filters.person:
        return []
    first = select(func.min(entry.actor_name).label("name")).cte("names", recursive=True)
    following = select(func.min(entry.actor_name)).where(entry.actor_name > first.c.name).scalar_subquery()
    names = first.union_all(select(following).where(first.c.name.is_not(None)))
    matching = select(names.c.name).where(names.c.name.icontains(filters.person, autoescape=True)).limit(_MOST_NAMES)
    found = list(db.session.scalars(matching))
    return [entry.actor_name == found[0]] if len(found) == 1 else [] if found else [false()]


def entries(*columns: Any) -> Select[Any]:
    """A select of entries, each with its site and its subject where it has them."""
    source = trail_entries.outerjoin(Site, Site.id == entry.site).outerjoin(Subject, Subject.id == entry.subject)
    return select(*columns).select_from(source)
