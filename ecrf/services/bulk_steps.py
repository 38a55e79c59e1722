"""What befalls a subject in a casebook entered at once, beside the sheets: enrolment, the end, forms that were not done
and visits that are planned. Each is the act of its page, at its own time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.policy.require import require
from ecrf.services import planning, record_states, statuses
from ecrf.services.casebooks import OpenCasebook
from ecrf.services.records import Address, expect_planned
from ecrf.services.trail import Acts, Reason
from forms.casebook import EventKey


@dataclass(frozen=True)
class Enrolment:
    """The subject is enrolled, under the number that its form holds or the next one."""

    at: datetime


@dataclass(frozen=True)
class Ending:
    """The subject's way ends: `screen_failure`, `complete` or `withdraw`, perhaps with a reason."""

    at: datetime
    act: str
    reason: str | None = None


@dataclass(frozen=True)
class NeverDone:
    """A form that has not begun was not done, for a reason of the list."""

    at: datetime
    event: EventKey
    form: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """A visit is planned for a day, perhaps with a time of day (`08:30`)."""

    at: datetime
    event: EventKey
    day: date
    time: str = ""


Step = Enrolment | Ending | NeverDone | Plan


def take(step: Step, acts: Acts, by: Actor, book: OpenCasebook, *, is_judged: bool) -> None:
    """Say what befell, as an act that is yet to be written; a gate is not asked again where the same casebook has
    passed it (`is_judged`)."""
    permission, say = _ACTS[type(step)]
    say(step, acts, require(by, permission, book.found.subject), book, is_judged)


def _enrol(_: Enrolment, acts: Acts, by: Actor, book: OpenCasebook, is_judged: bool) -> None:
    statuses.say_enrolled(acts, by, book, None, is_open=is_judged)


def _end(step: Ending, acts: Acts, by: Actor, book: OpenCasebook, _: bool) -> None:
    statuses.say_ended(acts, by, book.found, step.act, Reason(text=step.reason) if step.reason else None)


def _never_done(step: NeverDone, acts: Acts, by: Actor, book: OpenCasebook, _: bool) -> None:
    address = Address(book.found.subject.id, step.event, step.form)
    expect_planned(book, address)
    record_states.say_never_done(acts, by, book, address, Reason(step.reason))


def _plan(step: Plan, acts: Acts, by: Actor, book: OpenCasebook, _: bool) -> None:
    planning.say_planned(acts, by, book, step.event, on=step.day.isoformat(), at=step.time)


_ACTS: dict[type[Step], tuple[Permission, Callable[..., None]]] = {
    Enrolment: (Permission.SUBJECT_ENROL, _enrol), Ending: (Permission.SUBJECT_STATUS, _end),
    NeverDone: (Permission.RECORD_NOT_DONE, _never_done), Plan: (Permission.VISIT_PLAN, _plan),
}  # fmt: skip
