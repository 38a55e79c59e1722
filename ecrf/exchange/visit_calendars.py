"""The calendar files of one subject and of a person's sites."""

from collections.abc import Iterable
from datetime import datetime

from ecrf.exchange.calendars import Appointment, calendar
from ecrf.policy.actors import Actor
from ecrf.reads.visit_lists import VisitFacts, VisitFilters, visit_list
from ecrf.reads.visits import schedule_of

MOST = 2000
"""Visits in one file, those of the nearest days."""


def of_subject(actor: Actor, subject_id: str, now: datetime, *, language: str) -> str:
    """The planned visits of a subject; raises `NotFound` for one the actor may not see."""
    found = schedule_of(actor, subject_id, now, language=language)
    subject = found.subject
    planned = (
        Appointment(
            _uid(subject.id, each.event, each.instance), each.planned_on, each.planned_at, subject.zone,
            f"{subject.number} · {each.label}", each.note or "",
        )
        for each in found.visits if each.planned_on is not None
    )  # fmt: skip
    return calendar(f"{subject.study_name} {subject.number}", planned, now)


def of_sites(actor: Actor, now: datetime, *, study: str = "", site: str = "", language: str) -> str:
    """The visits that are planned from today on, at the sites the actor may see or at one of them."""
    found = visit_list(
        actor, VisitFilters(study=study, site=site, state="planned"), now, language=language, size=MOST
    )  # fmt: skip
    return calendar(" ".join(filter(None, (study, site))) or "eCRF", _appointments(found.visits), now)


def _appointments(visits: Iterable[VisitFacts]) -> Iterable[Appointment]:
    return (
        Appointment(
            _uid(each.subject_id, each.event, each.instance), each.planned_on, each.planned_at, each.zone,
            f"{each.subject} · {each.label}", each.note or "",
        )
        for each in visits if each.planned_on is not None
    )  # fmt: skip


def _uid(subject_id: str, event: str, instance: int) -> str:
    return f"{subject_id}-{event}-{instance}@ecrf"
