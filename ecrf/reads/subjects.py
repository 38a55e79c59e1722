"""One subject as every page about it shows it: numbers, site, study, the version in force, and what holds it."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ScalarSelect, func, or_, select

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.holds import WHOLE, Hold
from ecrf.models.reach import over
from ecrf.models.sites import Site
from ecrf.models.studies import SiteVersion, Study, StudyVersion
from ecrf.models.subjects import Subject
from ecrf.models.summaries import SubjectSummary
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed, in_scope


@dataclass(frozen=True)
class SubjectFacts:
    """What the context bar says; `version` is in force at the site (None before any), `held` is frozen or locked,
    `today` the date at the site, `zero` the day 0, where it is known."""

    id: str
    number: str
    screening_number: str
    subject_number: str | None
    status: str
    study_id: str
    study_name: str
    site_id: str
    site_code: str
    site_name: str
    zone: str
    version: int | None
    version_label: str
    held: str | None
    today: date
    zero: date | None = None

    @property
    def day(self) -> int | None:
        """The study day of today, where day 0 is known."""
        return (self.today - self.zero).days if self.zero else None


@dataclass(frozen=True)
class SiteChoice:
    """A site as a choice: `value` is what a form sends."""

    value: str
    text: str


def in_force_at(now: datetime) -> ScalarSelect[int]:
    """The number of the version in force at `Site`, as a correlated subquery."""
    chosen = select(SiteVersion.study_version).where(SiteVersion.site_id == Site.id, SiteVersion.in_force_from <= now)
    return chosen.order_by(SiteVersion.in_force_from.desc()).limit(1).correlate(Site).scalar_subquery()


def subject_facts(actor: Actor, subject_id: str, now: datetime) -> SubjectFacts:
    """The facts of a subject; raises `NotFound` for one the actor may not see."""
    version = in_force_at(now)
    held = select(func.max(Hold.kind)).where(
        over(Subject.id, Subject.site_id, Subject.study_id), Hold.level.in_(WHOLE)
    )  # fmt: skip
    label = select(StudyVersion.label).where(StudyVersion.study_id == Study.id, StudyVersion.number == version)
    chosen = (
        select(
            Subject, Site, Study.name, version, held.scalar_subquery(), label.correlate(Study, Site).scalar_subquery(),
            SubjectSummary.zero_on,
        )
        .select_from(Subject)
        .join(Site, Site.id == Subject.site_id)
        .join(Study, Study.id == Subject.study_id)
        .outerjoin(SubjectSummary, SubjectSummary.subject_id == Subject.id)
        .where(Subject.id == subject_id)
    )
    row = db.session.execute(in_scope(chosen, actor, Permission.SUBJECT_READ, Subject)).one_or_none()
    if row is None:
        raise NotFound("subject")
    subject, site, study_name, number, kind, version_label, zero = row
    return SubjectFacts(
        id=subject.id, number=subject.number, screening_number=subject.screening_number,
        subject_number=subject.subject_number, status=subject.status, study_id=subject.study_id, study_name=study_name,
        site_id=site.id, site_code=site.code, site_name=site.name, zone=site.timezone, version=number,
        version_label=version_label or "", held={"lock": "locked", "freeze": "frozen"}.get(kind or ""),
        today=now.astimezone(ZoneInfo(site.timezone)).date(), zero=zero,
    )  # fmt: skip


def subject_numbered(actor: Actor, study: str, number: str) -> str:
    """The id of a subject by the study's short name and one of its numbers; raises `NotFound`."""
    chosen = (
        select(Subject.id)
        .join(Study, Study.id == Subject.study_id)
        .where(Study.name == study, or_(Subject.screening_number == number, Subject.subject_number == number))
    )
    found = db.session.scalar(in_scope(chosen, actor, Permission.SUBJECT_READ, Subject))
    if found is None:
        raise NotFound("subject")
    return found


def number_of(actor: Actor, subject_id: str) -> str | None:
    """The number of a subject by its id; None for one that the actor does not see."""
    chosen = select(Subject).where(Subject.id == subject_id)
    found = db.session.scalar(in_scope(chosen, actor, Permission.SUBJECT_READ, Subject))
    return found.number if found is not None else None


def subject_called(actor: Actor, number: str) -> str | None:
    """The id of the one subject the actor may see that has this number, in any case; None where none has, or several
    have."""
    numbers = (Subject.screening_number, Subject.subject_number)
    chosen = select(Subject.id).where(or_(*(func.lower(each) == number.lower() for each in numbers))).limit(2)
    found = db.session.scalars(in_scope(chosen, actor, Permission.SUBJECT_READ, Subject)).all()
    return found[0] if len(found) == 1 else None


def sites_for_registering(actor: Actor) -> tuple[SiteChoice, ...]:
    """The open sites at which the actor may add subjects; the value is `STUDY/SITE`."""
    chosen = (
        select(Study.name, Site.code, Site.name)
        .select_from(Site)
        .join(Study, Study.id == Site.study_id)
        .where(Site.status == "open")
    )
    here = allowed(actor, Permission.SUBJECT_REGISTER, study=Site.study_id, site=Site.id)
    rows = db.session.execute(chosen.where(here).order_by(Study.name, Site.code))
    return tuple(SiteChoice(f"{study}/{code}", f"{study} · {code} {name}") for study, code, name in rows)


def sites_for_transfer(actor: Actor, subject: SubjectFacts) -> tuple[SiteChoice, ...]:
    """The other open sites of the study to which the actor may move a subject; the value is the code."""
    chosen = select(Site.code, Site.name).where(
        Site.study_id == subject.study_id, Site.id != subject.site_id, Site.status == "open"
    )  # fmt: skip
    here = allowed(actor, Permission.SUBJECT_TRANSFER, study=Site.study_id, site=Site.id)
    return tuple(SiteChoice(code, f"{code} {name}") for code, name in db.session.execute(chosen.where(here)))
