"""Publishing study versions, putting them in force at sites, and keeping them compiled in this process."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from audit.entries import Change
from ecrf import clock
from ecrf.db import db
from ecrf.errors import IllegalState, NotFound, NotPublishable, Place
from ecrf.messages import N_
from ecrf.models.sites import Site
from ecrf.models.studies import SiteVersion, StudyVersion
from ecrf.models.studies import Study as StudyRow
from ecrf.models.subjects import Subject
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require_at
from ecrf.services import summaries
from ecrf.services.attempts import attempt
from ecrf.services.trail import About, Acts
from forms.compiled import CompiledStudy
from forms.compiling import compile_study
from forms.definitions import Study
from forms.loading.faults import PackageFaults
from forms.loading.loader import load_study
from forms.published import canonical_json, digest, study_from_json
from forms.rehearsal import failures, rehearse

_COMPILED: OrderedDict[tuple[str, int], CompiledStudy] = OrderedDict()
_KEPT = 16
_TOLD = 2000


def compiled(study_id: str, number: int) -> CompiledStudy:
    """A published version, compiled; published versions never change, so one compilation serves this process."""
    key = (study_id, number)
    if key not in _COMPILED:
        query = select(StudyVersion.definition).where(
            StudyVersion.study_id == study_id, StudyVersion.number == number
        )  # fmt: skip
        definition = db.session.scalar(query)
        if definition is None:
            raise NotFound("study_version")
        _COMPILED[key] = compile_study(study_from_json(definition))
        while len(_COMPILED) > _KEPT:
            _COMPILED.popitem(last=False)
    return _COMPILED[key]


def publish(by: Actor, package: Path, *, notes: str | None = None) -> StudyVersion:
    """Load, test and publish a study package as the next version; raises `NotPublishable`, which leaves its trace."""
    with attempt(by, Permission.STUDY_PUBLISH, Action.STUDY_PUBLISHED, Place()) as acting:
        return _publish(acting, _sound(package), notes)


def _sound(package: Path) -> Study:
    """The definitions of a package that has no faults and whose tests all agree."""
    name = package.resolve().name
    try:
        definition = load_study(package)
    except PackageFaults as broken:
        raise _refused(NotPublishable(faults=broken.faults), name, map(str, broken.faults)) from broken
    failed = failures(rehearse(compile_study(definition)))
    if failed:
        told = (f"{case.id} case {case.number}: {case.problem}" for case in failed)
        row = db.session.scalar(select(StudyRow).where(StudyRow.oid == definition.oid))
        refused = _refused(NotPublishable(cases=failed), f"{name} {definition.version}", told)
        raise refused.at(Place(study=row.id if row else None), refused.notes)
    return definition


def _refused(problem: NotPublishable, package: str, told: Iterable[str]) -> NotPublishable:
    """The problem with what its trace says: which package, and what is wrong with it as far as there is room."""
    problem.notes = (
        Change("package", package, mark="refused", reason_code=problem.code),
        Change("reason", "\n".join(told)[:_TOLD], mark="refused", reason_code=problem.code),
    )
    return problem


def _publish(by: Actor, definition: Study, notes: str | None) -> StudyVersion:
    acts = Acts(About(f"study:{definition.oid}"))
    study = db.session.scalar(select(StudyRow).where(StudyRow.oid == definition.oid))
    study = study or StudyRow(oid=definition.oid, name=definition.name)
    text = canonical_json(definition)
    version = StudyVersion(
        study_id=study.id, number=newest(study) + 1, label=definition.version, definition=text,
        sha256=digest(definition), notes=notes, published_at=acts.at, published_by=by.name,
    )  # fmt: skip
    acts.about = About(acts.about.chain, study=study.id, study_version=version.number)
    acts.add(by, Action.STUDY_PUBLISHED, [study, version])
    acts.write()
    return version


def newest(study: StudyRow) -> int:
    """The number of a study's newest published version, 0 where there is none."""
    return db.session.scalar(select(func.max(StudyVersion.number)).where(StudyVersion.study_id == study.id)) or 0


def put_in_force(by: Actor, site: Site, number: int, *, at: datetime | None = None, approval: str) -> SiteVersion:
    """Put a published version in force at a site from a moment, with the reference of the site's approval."""
    by = require_at(by, Permission.STUDY_PUBLISH, site.study_id)
    study = db.session.get(StudyRow, site.study_id)
    if study is None or not _is_published(site.study_id, number):
        raise NotFound("study_version")
    acts = Acts(About(f"study:{study.oid}", study=study.id, site=site.id, study_version=number))
    in_force = SiteVersion(
        study_id=site.study_id, site_id=site.id, study_version=number, in_force_from=at or acts.at, approval=approval
    )
    acts.add(by, Action.STUDY_IN_FORCE, [in_force])
    acts.write()
    for subject_id in db.session.scalars(select(Subject.id).where(Subject.site_id == site.id).order_by(Subject.id)):
        summaries.renew(subject_id, acts.at)  # the windows of its visits are those of the version in force
    return in_force


def _is_published(study_id: str, number: int) -> bool:
    query = select(StudyVersion.id).where(StudyVersion.study_id == study_id, StudyVersion.number == number)
    return db.session.scalar(query) is not None


def find_study(name: str) -> StudyRow:
    """A study by its short name."""
    study = db.session.scalar(select(StudyRow).where(StudyRow.name == name))
    if study is None:
        raise NotFound("study")
    return study


def version_at(site: Site) -> int:
    """The number of the version now in force at a site."""
    query = (
        select(SiteVersion.study_version)
        .where(SiteVersion.site_id == site.id, SiteVersion.in_force_from <= clock.now())
        .order_by(SiteVersion.in_force_from.desc())
        .limit(1)
    )
    number = db.session.scalar(query)
    if number is None:
        raise IllegalState(N_("No study version is in force at this site yet."), state="none", needed=("in_force",))
    return number
