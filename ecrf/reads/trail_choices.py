"""What one can choose among when a trail is narrowed, in the words of the newest version of the study."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ecrf.db import db
from ecrf.models.sites import Site
from ecrf.models.studies import StudyVersion
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.policy.withholding import sees_everywhere
from ecrf.reads.definitions import definition, form_label, plan
from ecrf.reads.trail_filters import TrailFilters
from forms.definitions import Study

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TrailChoices:
    """Sites by code, visits, forms and items by OID, each with its text; the items of the chosen form, or of all."""

    sites: Choices = ()
    events: Choices = ()
    forms: Choices = ()
    items: Choices = ()


def choices_of(actor: Actor, study: Study | None, filters: TrailFilters, language: str) -> TrailChoices:
    """What the actor can choose among."""
    sites = tuple((code, f"{code} {name}") for code, name in _sites(actor))
    if study is None:
        return TrailChoices(sites)
    forms = [each for oid, each in study.forms.items() if not filters.form or oid == filters.form]
    return TrailChoices(
        sites, tuple((event.oid, event.label.said_in(language)) for event in plan(study)),
        tuple((oid, form_label(study, oid, language)) for oid in study.forms),
        tuple(
            (item.oid, item.label.said_in(language)) for each in forms for item in each.items.values()
            if not item.restricted or sees_everywhere(actor, Permission.RESTRICTED_READ)
        ),
    )  # fmt: skip


def _sites(actor: Actor) -> Iterable[tuple[str, str]]:
    seen = allowed(actor, Permission.TRAIL_READ, study=Site.study_id, site=Site.id)
    rows = db.session.execute(select(Site.code, Site.name).where(seen).order_by(Site.code))
    return [(row.code, row.name) for row in rows]


def zone_of(actor: Actor) -> str:
    """The zone in which a period is meant: that of the actor's first site."""
    seen = allowed(actor, Permission.TRAIL_READ, study=Site.study_id, site=Site.id)
    return db.session.scalar(select(Site.timezone).where(seen).order_by(Site.code).limit(1)) or "UTC"


def newest_study(actor: Actor) -> Study | None:
    """The newest version of the first study the actor may see."""
    row = _newest(actor)
    return definition(row.study_id, row.number) if row else None


def newest_study_id(actor: Actor) -> str | None:
    """The id of that study."""
    row = _newest(actor)
    return row.study_id if row else None


def _newest(actor: Actor) -> Any:
    seen = allowed(actor, Permission.TRAIL_READ, study=StudyVersion.study_id, site=None)
    newest = select(StudyVersion.study_id, StudyVersion.number).where(seen).order_by(StudyVersion.number.desc())
    return db.session.execute(newest.limit(1)).first()


def codes_said(study: Study | None, filters: TrailFilters, language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The codes of which the wanted old and the wanted new value are the label: of `Yes`, `Y`."""
    return _codes(study, filters.was, language), _codes(study, filters.now, language)


def _codes(study: Study | None, wanted: str, language: str) -> frozenset[str]:
    text = wanted.removeprefix("=").casefold()
    terms = (term for each in study.codelists.values() for term in each.codes) if study and text else ()
    return frozenset(term.code for term in terms if term.label.said_in(language).casefold() == text)
