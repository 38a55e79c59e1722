"""What is kept from a reader, in the words of the reads: every value, query and entry that leaves them passes here."""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from ecrf.db import db
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.models.studies import StudyVersion
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.policy.withholding import Sight, sight
from ecrf.reads.definitions import definition
from forms.withheld import NO_FLAGS, Flagged, Flags, flags_of

_NEWEST = "newest_versions"


class Pinned(Protocol):
    """A record, or what is known of one."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def study_id(self) -> str:
        """Its study's."""

    @property
    def site_id(self) -> str:
        """Its site's."""

    @property
    def subject_id(self) -> str:
        """Its subject's."""

    @property
    def form(self) -> str:
        """The OID of its form."""


@lru_cache(maxsize=64)
def flags(study_id: str, version: int) -> Flags:
    """What a study version flags, or one before it."""
    return flags_of(definition(study_id, number) for number in range(1, version + 1))


def sight_of(reader: Actor, record: Pinned) -> Sight:
    """What this reader sees of a record that was found through a scope."""
    return sight_at(reader, record.study_id, record.site_id, record.form)


def sight_at(reader: Actor, study_id: str, site_id: str, form: str) -> Sight:
    """The same of a place where perhaps no record has begun. What one version of a study flags is kept back whatever
    the version under which it was entered."""
    return sight(reader, flags_by_study().get(study_id, NO_FLAGS), form, study_id, site_id)


def flags_by_study() -> Mapping[str, Flags]:
    """The flags of every study, of all its versions; one statement for a request."""
    known = db.session().info
    if _NEWEST not in known:
        newest = select(StudyVersion.study_id, func.max(StudyVersion.number)).group_by(StudyVersion.study_id)
        known[_NEWEST] = dict(db.session.execute(newest).all())
    return {study: flags(study, number) for study, number in known[_NEWEST].items()}


def queries_told(actor: Actor) -> list[ColumnElement[bool]]:
    """The conditions under which a query tells of nothing that would unblind this reader, not even that it is there."""
    return [
        or_(Query.study_id != study, tells_of_nothing(found.restricted), _sees(actor))
        for study, found in flags_by_study().items()
        if found.restricted.items
    ]


def tells_of_nothing(flagged: Flagged) -> ColumnElement[bool]:
    """Whether a query is on no flagged item, and of no check that reads one."""
    of_form = (
        and_(Query.item.in_(sorted(items)), Query.record_id.in_(select(Record.id).where(Record.form == form)))
        for form, items in flagged.items.items()
    )
    by_check = func.coalesce(Query.check_id, "").in_(sorted(flagged.checks))
    return not_(or_(by_check, and_(Query.item.is_not(None), or_(*of_form))))


def _sees(actor: Actor) -> ColumnElement[bool]:
    return allowed(actor, Permission.RESTRICTED_READ, study=Query.study_id, site=Query.site_id)


def without(explanation: Mapping[str, Any] | None, hidden: Collection[str]) -> Mapping[str, Any] | None:
    """An explanation that quotes none of these items: what it looked at is named, and what stood there is not."""
    if explanation is None or not hidden:
        return explanation
    operands = [_unquoted(each, hidden, _ENTERED, each["name"]) for each in explanation["operands"]]
    sides = [_unquoted(each, hidden, ("left", "right"), each["left_text"], each["right_text"])
             for each in explanation["comparisons"]]  # fmt: skip
    return {**explanation, "operands": operands, "comparisons": sides}


_ENTERED = ("entered", "unit", "comparator", "compared", "compared_unit", "factor")


def _unquoted(part: Mapping[str, Any], hidden: Collection[str], fields: Iterable[str], *texts: str) -> dict[str, Any]:
    named = {word for text in texts for word in re.findall(r"\w+", text)}
    return {**part, **(dict.fromkeys(fields) if named.intersection(hidden) else {})}
