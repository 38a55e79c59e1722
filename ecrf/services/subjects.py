"""Registering subjects."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import BadInput, Conflict, IllegalState, NotFound, Place
from ecrf.messages import N_, Message
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.models.subjects import Subject
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.services import studies
from ecrf.services.attempts import attempt
from ecrf.services.traces import NOT_STARTED, unsaid
from ecrf.services.trail import About, Acts
from forms.datum import Datum
from forms.definitions import Study as Definition
from forms.reading import read

_NEW = f"subjects/{NOT_STARTED}/screening_number"
_SCHEME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def register(by: Actor, study_name: str, site_code: str, screening_number: str | None = None) -> Subject:
    """Register a subject for screening; the number is typed, or assigned by the site's scheme (`NJ01-S003`)."""
    site = _site(by, study_name, site_code)
    with _registering(by, site, screening_number) as acting:
        return _register(acting, site, screening_number)


def _register(by: Actor, site: Site, screening_number: str | None) -> Subject:
    study = db.session.get_one(Study, site.study_id)
    acts = Acts(About(f"study:{study.oid}"))  # numbers are the study's: nobody else gives one meanwhile
    number = screening_number.strip() if screening_number and screening_number.strip() else _next_number(site)
    _expect_number(site, number)
    if any(number.startswith(f"{code}-") for code in _other_codes(site)):
        raise BadInput({"screening_number": Message(N_("“%(number)s” belongs to another site."), {"number": number})})
    taken = Subject.study_id == site.study_id, Subject.screening_number == number
    if db.session.scalar(select(Subject.id).where(*taken)):
        raise Conflict("screening_number", number)
    subject = Subject(study_id=site.study_id, site_id=site.id, screening_number=number)
    own = Acts(About(subject.chain, study=site.study_id, site=site.id, subject=subject.id), acts.at)
    own.add(by, Action.SUBJECT_REGISTERED, [subject])
    own.write()
    return subject


def form_definitions(by: Actor, study_name: str, site_code: str) -> Definition:
    """The definitions by which a subject registered now at this site is entered; refused as `register` is."""
    site = _site(by, study_name, site_code)
    with _registering(by, site):
        return studies.compiled(site.study_id, studies.version_at(site)).study


@contextmanager
def _registering(by: Actor, site: Site, screening_number: str | None = None) -> Iterator[Actor]:
    """A registration at a site that is open, as somebody tries it."""
    place = Place(study=site.study_id, site=site.id)
    typed = unsaid(place, _NEW, screening_number)
    with attempt(by, Permission.SUBJECT_REGISTER, Action.SUBJECT_REGISTERED, place, typed) as acting:
        if site.status != "open":
            raise IllegalState(N_("This site is closed."), state="closed", needed=("open",))
        yield acting


def _site(by: Actor, study_name: str, site_code: str) -> Site:
    query = select(Site).join(Study, Study.id == Site.study_id).where(Study.name == study_name, Site.code == site_code)
    seen = allowed(by, Permission.SITE_READ, study=Site.study_id, site=Site.id)
    site = db.session.scalars(query.where(seen)).one_or_none()
    if site is None:
        raise NotFound("site")
    return site


def _expect_number(site: Site, number: str) -> None:
    """A number of plain characters, and one that the study's own item for it would take."""
    if not _SCHEME.fullmatch(number):
        said = N_("“%(number)s” is no screening number: up to 32 letters, digits, - and _.")
        raise BadInput({"screening_number": Message(said, {"number": number[:40]})})
    study = studies.compiled(site.study_id, studies.version_at(site)).study
    if study.number_item is None:
        return
    _, form, item = study.number_item.split(".")
    if read(study.forms[form].items[item], Datum(number), study).fault is not None:
        said = N_("“%(number)s” does not follow the study's pattern of screening numbers.")
        raise BadInput({"screening_number": Message(said, {"number": number})})


def _other_codes(site: Site) -> list[str]:
    query = select(Site.code).where(Site.study_id == site.study_id, Site.id != site.id)
    return list(db.session.scalars(query))


def _next_number(site: Site) -> str:
    """The next free number of the site's scheme, counted past every number that follows the scheme."""
    prefix = f"{site.code}-S"
    query = select(Subject.screening_number).where(
        Subject.study_id == site.study_id, Subject.screening_number.startswith(prefix, autoescape=True)
    )
    taken = {number.removeprefix(prefix) for number in db.session.scalars(query)}
    counted = [int(rest) for rest in taken if rest.isdecimal() and rest.isascii()]
    return f"{prefix}{max(counted, default=0) + 1:03d}"
