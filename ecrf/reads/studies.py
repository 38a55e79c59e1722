"""Studies, their published versions and their sites, as lists."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.sites import Site
from ecrf.models.studies import Study, StudyVersion
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.reads.subjects import in_force_at


@dataclass(frozen=True)
class StudyFacts:
    """A study; `newest` is the number of its newest published version."""

    id: str
    name: str
    oid: str
    newest: int | None


@dataclass(frozen=True)
class VersionFacts:
    """One published version, without its definition."""

    study: str
    number: int
    label: str
    sha256: str
    notes: str | None
    published_at: datetime
    published_by: str


@dataclass(frozen=True)
class SiteFacts:
    """One site of a study; `version` is in force there now."""

    id: str
    study: str
    code: str
    name: str
    timezone: str
    status: str
    version: int | None
    address: str | None


def studies(actor: Actor) -> tuple[StudyFacts, ...]:
    """The studies the actor may see."""
    newest = func.max(StudyVersion.number)
    chosen = select(Study.id, Study.name, Study.oid, newest).outerjoin(StudyVersion, StudyVersion.study_id == Study.id)
    seen = chosen.where(allowed(actor, Permission.STUDY_READ, study=Study.id, site=None))
    rows = db.session.execute(seen.group_by(Study.id, Study.name, Study.oid).order_by(Study.name))
    return tuple(StudyFacts(*row) for row in rows)


def versions(actor: Actor, study: str) -> tuple[VersionFacts, ...]:
    """The published versions of a study by its short name, the newest first; raises `NotFound` for an unknown one."""
    rows = db.session.execute(_versions(actor, study, StudyVersion).order_by(StudyVersion.number.desc())).all()
    if not rows and all(each.name != study for each in studies(actor)):
        raise NotFound("study")
    return tuple(_facts(row.StudyVersion, study) for row in rows)


def version_text(actor: Actor, study: str, number: int) -> tuple[str, str]:
    """The canonical JSON of a published version, and its SHA-256; raises `NotFound`."""
    chosen = _versions(actor, study, StudyVersion.definition, StudyVersion.sha256)
    row = db.session.execute(chosen.where(StudyVersion.number == number)).one_or_none()
    if row is None:
        raise NotFound("study_version")
    return row.definition, row.sha256


def sites(actor: Actor, now: datetime, site_id: str | None = None) -> tuple[SiteFacts, ...]:
    """The sites the actor may see, or the one of this id."""
    columns = (Site.id, Study.name, Site.code, Site.name, Site.timezone, Site.status, in_force_at(now),
               Site.address)  # fmt: skip
    chosen = select(*columns).select_from(Site).join(Study, Study.id == Site.study_id)
    seen = chosen.where(allowed(actor, Permission.SITE_READ, study=Site.study_id, site=Site.id))
    if site_id is not None:
        seen = seen.where(Site.id == site_id)
    return tuple(SiteFacts(*row) for row in db.session.execute(seen.order_by(Study.name, Site.code)))


def site_facts(actor: Actor, site_id: str, now: datetime) -> SiteFacts:
    """One site; raises `NotFound` for one the actor may not see."""
    found = sites(actor, now, site_id)
    if not found:
        raise NotFound("site")
    return found[0]


def places(actor: Actor) -> tuple[tuple[str, str], ...]:
    """The studies and sites at which a role can be held, as `STUDY` or `STUDY/SITE` with what they are called."""
    seen = allowed(actor, Permission.SITE_READ, study=Site.study_id, site=Site.id)
    chosen = select(Study.name, Site.code, Site.name).select_from(Site).join(Study, Study.id == Site.study_id)
    rows = db.session.execute(chosen.where(seen).order_by(Study.name, Site.code)).all()
    of_sites = tuple((f"{study}/{code}", f"{study} · {code} {name}") for study, code, name in rows)
    return (*((each.name, each.name) for each in studies(actor)), *of_sites)


def _versions(actor: Actor, study: str, *columns: Any) -> Any:
    chosen = select(*columns).select_from(StudyVersion).join(Study, Study.id == StudyVersion.study_id)
    return chosen.where(Study.name == study, allowed(actor, Permission.STUDY_READ, study=Study.id, site=None))


def _facts(version: StudyVersion, study: str) -> VersionFacts:
    return VersionFacts(
        study, version.number, version.label, version.sha256, version.notes, version.published_at, version.published_by
    )  # fmt: skip
