"""Planning: the day for which a visit is planned, moved and cleared; and how many subjects a site is to enrol."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import BadInput, Held, IllegalState, NotFound, Place, Stale
from ecrf.messages import N_, Message
from ecrf.models.events import Event
from ecrf.models.holds import WHOLE
from ecrf.models.planning import PlannedVisit, SitePlan
from ecrf.models.sites import Site
from ecrf.models.studies import Study
from ecrf.models.summaries import VisitSummary
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.scopes import allowed
from ecrf.services import studies
from ecrf.services.attempts import attempt
from ecrf.services.casebooks import Found, OpenCasebook, find_subject, holds_of, told
from ecrf.services.trail import About, Acts
from ecrf.services.words import written
from forms.casebook import EventKey
from forms.dates import parse_date, parse_time
from forms.schedule import Scheduled

LONGEST_NOTE = 200
_YEARS = range(1990, 2200)
_MOST_SUBJECTS = 1_000_000
_MOVED = N_("Somebody planned this visit after you looked: %(plan)s. Save again to replace that.")
_CLEARED = N_("Somebody cleared the plan of this visit after you looked. Save again to plan it as typed.")


@dataclass(frozen=True)
class Planned:
    """A visit as it is planned now, and by how many days that lies before (negative) or after its window."""

    visit: PlannedVisit
    outside: int


def plan_visit(
    by: Actor, subject_id: str, event: EventKey, *, on: str, at: str = "", note: str = "", was: str | None = None
) -> Planned:
    """Plan a visit for a day (`2026-06-09`), perhaps a time of day there (`08:30`), or move it; a day outside the
    window is said, not refused. An empty day clears the plan.

    Who says which plan stood when they looked (`was`, as `PlannedVisit.written`) is refused where another one stands by
    now.
    """
    acts = Acts.on_subject(subject_id)
    found = find_subject(by, subject_id, acts.at)
    place = replace(found.place, event=event.written) if _is_planned(found, event) else found.place
    with attempt(by, Permission.VISIT_PLAN, Action.VISIT_PLANNED, place) as acting:
        if not _is_planned(found, event):
            raise NotFound("event")
        day, time, words = _day("on", on), _time(at), _note(note)
        _expect_free(found)
        if day is not None:
            _expect_ahead(subject_id, event)
        visit = _row(found, event)
        _expect_as_seen(visit, was)
        before = (visit.planned_on, visit.planned_at, visit.note)
        after = (day, time, words) if day is not None else (None, None, None)
        if before != after:
            visit.planned_on, visit.planned_at, visit.note = after
            about = replace(found.about, event=event.written)
            acts.add(acting, Action.VISIT_PLANNED, [visit], about=about)
            acts.write()
        return Planned(visit, _outside(subject_id, event, day))


def say_planned(
    acts: Acts, by: Actor, book: OpenCasebook, event: EventKey, *, on: str, at: str = "", note: str = ""
) -> None:
    """Plan a visit that was never planned before, as an act that is yet to be written."""
    if not _is_planned(book.found, event):
        raise NotFound("event")
    if event in book.events:
        raise _behind(book.events[event].state)
    visit = _first_plan(book.found, event)
    visit.planned_on, visit.planned_at, visit.note = _needed("on", on), _time(at), _note(note)
    acts.add(by, Action.VISIT_PLANNED, [visit], about=replace(acts.about, event=event.written))


def plan_site(by: Actor, study: str, code: str, *, subjects: str, starts_on: str, ends_on: str) -> SitePlan:
    """Say how many subjects a site is to enrol, from one day to another, both within the period."""
    site = _site(by, study, code)
    acts = Acts(About(f"site:{site.id}", study=site.study_id, site=site.id))
    place = Place(study=site.study_id, site=site.id)
    with attempt(by, Permission.SITE_PLAN, Action.SITE_PLANNED, place) as acting:
        number, first, last = _number(subjects), _needed("starts_on", starts_on), _needed("ends_on", ends_on)
        if first > last:
            raise BadInput({"ends_on": N_("The period must not end before it begins.")})
        plan = db.session.scalar(select(SitePlan).where(SitePlan.site_id == site.id))
        plan = plan or SitePlan(study_id=site.study_id, site_id=site.id)
        if (plan.subjects, plan.starts_on, plan.ends_on) != (number, first, last):
            plan.subjects, plan.starts_on, plan.ends_on = number, first, last
            acts.add(acting, Action.SITE_PLANNED, [plan])
            acts.write()
        return plan


def _site(by: Actor, study: str, code: str) -> Site:
    chosen = select(Site).join(Study, Study.id == Site.study_id).where(Study.name == study, Site.code == code)
    seen = allowed(by, Permission.SITE_READ, study=Site.study_id, site=Site.id)
    site = db.session.scalars(chosen.where(seen)).one_or_none()
    if site is None:
        raise NotFound("site")
    return site


def _is_planned(found: Found, event: EventKey) -> bool:
    """Whether the plan in force has such a visit; the running log is none."""
    if found.version_in_force is None:
        return False
    known = studies.compiled(found.study.id, found.version_in_force).study.events.get(event.oid)
    if known is None or not known.forms or known.kind == "common":
        return False
    return known.repeating is (event.instance > 0) and event.instance <= 99_999


def _expect_free(found: Found) -> None:
    locks = [hold for hold in holds_of(found) if hold.level in WHOLE and hold.kind == "lock"]
    if locks:
        raise Held([told(hold) for hold in locks])


def _expect_ahead(subject_id: str, event: EventKey) -> None:
    """Refuse to plan what took place, or is said not to."""
    key = Event.subject_id == subject_id, Event.oid == event.oid, Event.instance == event.instance
    state = db.session.scalar(select(Event.state).where(*key))
    if state in ("started", "not_done"):
        raise _behind(state)


def _behind(state: str) -> IllegalState:
    return IllegalState(N_("This visit is behind us: it took place, or is marked not done."), state=state)


def _expect_as_seen(visit: PlannedVisit, was: str | None) -> None:
    if was is None or was == visit.written:
        return
    said = _MOVED if visit.written else _CLEARED
    raise Stale({"plan": visit.written}, 0, Message(said, {"plan": visit.written}))


def _row(found: Found, event: EventKey) -> PlannedVisit:
    chosen = select(PlannedVisit).where(
        PlannedVisit.subject_id == found.subject.id,
        PlannedVisit.event == event.oid,
        PlannedVisit.instance == event.instance,
    )
    return db.session.scalars(chosen).one_or_none() or _first_plan(found, event)


def _first_plan(found: Found, event: EventKey) -> PlannedVisit:
    subject = found.subject
    return PlannedVisit(
        study_id=subject.study_id, site_id=subject.site_id, subject_id=subject.id, event=event.oid,
        instance=event.instance,
    )  # fmt: skip


def _outside(subject_id: str, event: EventKey, day: date | None) -> int:
    row = db.session.get(VisitSummary, (subject_id, event.oid, event.instance), populate_existing=True)
    return Scheduled(event, "open", row.first_on, row.due_on, row.last_on).outside(day) if row else 0


def _day(field: str, typed: str) -> date | None:
    """A whole day as it was typed; None where nothing was."""
    if not typed.strip():
        return None
    found = parse_date(typed)
    if found is None or not found.is_exact or found.earliest.year not in _YEARS:
        said = N_("“%(typed)s” is no day: write it like 2026-06-09.")
        raise BadInput({field: Message(said, {"typed": typed[:40]})})
    return found.earliest


def _needed(field: str, typed: str) -> date:
    day = _day(field, typed)
    if day is None:
        raise BadInput({field: N_("Say a day, like 2026-06-09.")})
    return day


def _time(typed: str) -> str | None:
    if not typed.strip():
        return None
    found = parse_time(typed.strip())
    if found is None or not found.is_exact or found.earliest.second or len(typed.strip()) != 5:
        said = N_("“%(typed)s” is no time of day: write it like 08:30.")
        raise BadInput({"at": Message(said, {"typed": typed[:40]})})
    return found.text


def _note(typed: str) -> str | None:
    if not typed.strip():
        return None
    words = written("note", typed)
    if len(words) > LONGEST_NOTE:
        raise BadInput({"note": Message(N_("Write at most %(longest)s characters."), {"longest": LONGEST_NOTE})})
    return words


def _number(typed: str) -> int:
    text = typed.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and int(text) <= _MOST_SUBJECTS):
        said = N_("“%(typed)s” is no number of subjects.")
        raise BadInput({"subjects": Message(said, {"typed": typed[:40]})})
    return int(text)
