"""Registering subjects."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import BadInput, Conflict, IllegalState, NotFound, Place
from ecrf.ids import is_id
from ecrf.messages import N_, Message
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.models.subjects import Subject
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.services import studies, wide_holds
from ecrf.services.attempts import attempt
from ecrf.services.traces import NOT_STARTED, unsaid
from ecrf.services.trail import About, Acts
from forms.datum import Datum
from forms.definitions import Study as Definition
from forms.reading import read

Accepts = Callable[[str], bool]
_MOST_COUNTED = 10_000
_NEW = f"subjects/{NOT_STARTED}/screening_number"
_SCHEME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def register(
    by: Actor, study_name: str, site_code: str, screening_number: str | None = None, *, subject_id: str | None = None
) -> Subject:  # fmt: skip
    """Register a subject for screening; the number is typed, or assigned by the site's scheme (`NJ01-S003`).

    A page says which id its subject takes, so that sending it again finds the one that was registered first.
    """
    site = _site(by, study_name, site_code)
    with _registering(by, site, screening_number) as acting:
        return _register(acting, site, screening_number, subject_id)


def _register(by: Actor, site: Site, screening_number: str | None, subject_id: str | None) -> Subject:
    study = db.session.get_one(Study, site.study_id)
    acts = Acts(About(f"study:{study.oid}"))  # numbers are the study's: nobody else gives one meanwhile
    begun = db.session.get(Subject, subject_id) if subject_id else None
    if begun is not None and begun.site_id == site.id:
        return begun
    wide_holds.expect_free(site)
    if subject_id and (begun is not None or not is_id(subject_id)):
        raise BadInput({"subject_id": N_("The page did not say which subject it adds. Open it again.")})
    number, accepts = (screening_number or "").strip(), _rule_at(site)
    if number:
        _expect_number(site, number, accepts)
    else:
        number = _next_number(site, accepts)
    taken = Subject.study_id == site.study_id, Subject.screening_number == number
    if db.session.scalar(select(Subject.id).where(*taken)):
        raise Conflict("screening_number", number)
    given = {"id": subject_id} if subject_id else {}
    subject = Subject(**given, study_id=site.study_id, site_id=site.id, screening_number=number)
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
        yield acting


def _site(by: Actor, study_name: str, site_code: str) -> Site:
    query = select(Site).join(Study, Study.id == Site.study_id).where(Study.name == study_name, Site.code == site_code)
    seen = allowed(by, Permission.SITE_READ, study=Site.study_id, site=Site.id)
    site = db.session.scalars(query.where(seen)).one_or_none()
    if site is None:
        raise NotFound("site")
    return site


def expect_new_number(site: Site, number: str) -> None:
    """Refuse a number that the study does not take from this site, or that is taken."""
    _expect_number(site, number, _rule_at(site))
    taken = Subject.study_id == site.study_id, Subject.screening_number == number
    if db.session.scalar(select(Subject.id).where(*taken)):
        raise Conflict("screening_number", number)


def _rule_at(site: Site) -> Accepts:
    """Whether a number is one of plain characters that the study's own item for it would take."""
    study = studies.compiled(site.study_id, studies.version_at(site)).study
    if study.number_item is None:
        return lambda number: _SCHEME.fullmatch(number) is not None
    _, form, oid = study.number_item.split(".")
    item = study.forms[form].items[oid]
    return lambda number: _SCHEME.fullmatch(number) is not None and read(item, Datum(number), study).fault is None


def _expect_number(site: Site, number: str, accepts: Accepts) -> None:
    """A number that the study takes from this site. What other sites there are, and their numbers, is not told."""
    if not _SCHEME.fullmatch(number):
        said = N_("“%(number)s” is no screening number: up to 32 letters, digits, - and _.")
    elif not accepts(number):
        said = N_("“%(number)s” does not follow the study's pattern of screening numbers.")
    elif carries_another_code(site.code, number, accepts):
        said = N_("“%(number)s” does not begin with %(code)s-, the code of this site.")
    else:
        return
    raise BadInput({"screening_number": Message(said, {"number": number[:40], "code": site.code})})


def carries_another_code(code: str, number: str, accepts: Accepts) -> bool:
    """Whether a number begins with a site's code other than this one: the study takes this code in its place, and does
    not take the number without any."""
    if number.startswith(f"{code}-"):
        return False
    rests = (number[at + 1 :] for at, character in enumerate(number) if character == "-")
    return any(accepts(f"{code}-{rest}") and not accepts(rest) for rest in rests)


def _next_number(site: Site, accepts: Accepts) -> str:
    """The next number of the site's scheme (`NJ01-S003`)."""
    prefix = f"{site.code}-S"
    query = select(Subject.screening_number).where(
        Subject.study_id == site.study_id, Subject.screening_number.startswith(prefix, autoescape=True)
    )
    rests = {number.removeprefix(prefix) for number in db.session.scalars(query)}
    taken = frozenset(int(rest) for rest in rests if rest.isdecimal() and rest.isascii())
    count = next_count(taken, lambda count: accepts(f"{prefix}{count:03d}"))
    if count is None:
        said = Message(N_("No number like %(like)s is left that the study takes. Type one."), {"like": f"{prefix}001"})
        raise IllegalState(said, state="no_number_left", needed=("screening_number",))
    return f"{prefix}{count:03d}"


def next_count(taken: frozenset[int], accepts: Callable[[int], bool]) -> int | None:
    """The count after the highest; where the study does not take that (somebody typed 999), the lowest that is free."""
    highest = max(taken, default=0)
    counts = (highest + 1, *range(1, min(highest, _MOST_COUNTED)))
    return next((count for count in counts if count not in taken and accepts(count)), None)
