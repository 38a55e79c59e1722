"""The status of a subject: enrolled where the gate is open, ended, and corrected by one step with a reason."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from audit.entries import Change
from ecrf.errors import Held, IllegalState, Place
from ecrf.messages import N_
from ecrf.models.holds import WHOLE
from ecrf.models.subjects import Subject
from ecrf.policy.actions import Action
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.services import studies
from ecrf.services.attempts import attempt
from ecrf.services.casebooks import Found, OpenCasebook, find_subject, holds_of, open_around, told
from ecrf.services.numbers import number_for
from ecrf.services.traces import REASON, unsaid
from ecrf.services.trail import Acts, Reason
from ecrf.services.words import reason_given, reason_if_any
from forms.casebook import Casebook
from forms.findings import Finding
from forms.gates import answer_at, gate_findings
from forms.wording import gate_unanswered_text

GATE = "enrolment"
_BACK = {"enrolled": "screening", "screen_failure": "screening", "completed": "enrolled", "withdrawn": "enrolled"}


@dataclass(frozen=True)
class _Move:
    """One way on: from which status, to which, and whether it needs a reason."""

    since: str
    status: str
    needs_reason: bool = True


_MOVES = {
    "screen_failure": _Move("screening", "screen_failure"), "complete": _Move("enrolled", "completed", False),
    "withdraw": _Move("enrolled", "withdrawn"),
}  # fmt: skip


def enrol(by: Actor, subject_id: str, number: str | None = None) -> Subject:
    """Enrol a subject in screening; raises `IllegalState` whose details name each of the
    `findings` that stand, and the answer that opens the gate where it is not given.

    The subject number is the one on the form, else the one typed, else the next of the site's scheme.
    """
    acts = Acts.on_subject(subject_id)
    found = find_subject(by, subject_id, acts.at)
    with _attempt(by, Permission.SUBJECT_ENROL, Action.SUBJECT_ENROLLED, found, None) as acting:
        acts.about = found.about
        say_enrolled(acts, acting, _open(found, acts), number)
        acts.write()
        return found.subject


def end(by: Actor, subject_id: str, act: str, reason: Reason | None = None) -> Subject:
    """Say that a subject is a `screen_failure`, did `complete` the study, or `withdraw`s from it."""
    acts = Acts.on_subject(subject_id)
    found = find_subject(by, subject_id, acts.at)
    with _attempt(by, Permission.SUBJECT_STATUS, Action.SUBJECT_STATUS_SET, found, reason) as acting:
        acts.about = found.about
        say_ended(acts, acting, found, act, reason)
        acts.write()
        return found.subject


def say_enrolled(
    acts: Acts, by: Actor, book: OpenCasebook, number: str | None, *, is_open: bool = False
) -> None:  # fmt: skip
    """Site staff say that a subject is enrolled, as an act that is yet to be written; the gate is asked unless it is
    known to be open."""
    _expect(book.found, "screening")
    seen, subject = book.as_seen(), book.found.subject
    shut = [] if is_open else [*_unanswered(book, seen), *_findings(book, seen)]
    if shut:
        raise _shut(shut)
    subject.subject_number, subject.status = number_for(book, seen, number), "enrolled"
    acts.add(by, Action.SUBJECT_ENROLLED, [subject])


def say_ended(acts: Acts, by: Actor, found: Found, act: str, reason: Reason | None) -> None:
    """Site staff say how a subject's way ended, as an act that is yet to be written."""
    move = _MOVES[act]
    _expect(found, move.since)
    given = reason_given(reason or Reason()) if move.needs_reason else reason_if_any(reason)
    found.subject.status = move.status
    acts.add(by, Action.SUBJECT_STATUS_SET, [found.subject], reason=given)


def correct(by: Actor, subject_id: str, reason: Reason) -> Subject:
    """Take the last step of the status back; a subject number stays with its subject."""
    acts = Acts.on_subject(subject_id)
    found = find_subject(by, subject_id, acts.at)
    with _attempt(by, Permission.SUBJECT_STATUS, Action.SUBJECT_STATUS_CORRECTED, found, reason) as acting:
        _expect(found, *_BACK)
        given = reason_given(reason)
        found.subject.status = _BACK[found.subject.status]
        return _write(acts, acting, found, Action.SUBJECT_STATUS_CORRECTED, given)


ACTS: Mapping[str, Callable[[Actor, str, str | None, Reason], Subject]] = {
    "enrol": lambda by, subject, number, _: enrol(by, subject, number),
    "screen_failure": lambda by, subject, _, reason: end(by, subject, "screen_failure", reason),
    "complete": lambda by, subject, _, reason: end(by, subject, "complete", reason),
    "withdraw": lambda by, subject, _, reason: end(by, subject, "withdraw", reason),
    "correct": lambda by, subject, _, reason: correct(by, subject, reason),
}
"""The acts by the codes that faces send."""


@contextmanager
def _attempt(
    by: Actor, permission: Permission, action: Action, found: Found, reason: Reason | None
) -> Iterator[Actor]:  # fmt: skip
    def tell(why: str) -> tuple[Place, Sequence[Change]]:
        return unsaid(found.place, REASON, reason.text if reason else None)(why)

    with attempt(by, permission, action, found.place, tell) as acting:
        yield acting


def _expect(found: Found, *statuses: str) -> None:
    """Refuse what does not lead on from where the subject stands, and everything while it is frozen or locked."""
    holds = [hold for hold in holds_of(found) if hold.level in WHOLE]
    if holds:
        raise Held([told(hold) for hold in holds])
    if found.subject.status not in statuses:
        said = N_("The status of the subject does not allow this.")
        raise IllegalState(said, state=found.subject.status, needed=statuses)


def _open(found: Found, acts: Acts) -> OpenCasebook:
    number = found.version_in_force
    if number is None:
        raise IllegalState(N_("No study version is in force at this site yet."), state="none", needed=("in_force",))
    study = studies.compiled(found.study.id, number).study
    gate = study.gates.get(GATE)
    named = gate.item if gate else study.subject_number_item
    return open_around(found, named.split(".")[1] if named else next(iter(study.forms)), number, acts.at)


def _shut(findings: Sequence[Mapping[str, Any]]) -> IllegalState:
    """What the data say against enrolment, each finding with its check, place and message."""
    names = tuple(each["check"] or each["item"] for each in findings)
    said = N_("The data do not let this subject be enrolled.")
    problem = IllegalState(said, state="gate_shut", needed=names)
    problem.details = {**problem.details, "findings": tuple(findings)}
    return problem


def _unanswered(book: OpenCasebook, seen: Casebook) -> Iterator[Mapping[str, Any]]:
    """The answer that opens the gate, where it is not given."""
    gate = book.compiled.study.gates.get(GATE)
    answer = answer_at(book.compiled, seen, gate.item) if gate else None
    if gate is None or (answer is not None and answer.text == gate.code):
        return
    alias, form, item = gate.item.split(".")
    event = next(event.oid for event in book.compiled.study.events.values() if event.alias == alias)
    said = gate_unanswered_text(book.compiled.study.forms[form].items[item], gate.code, book.compiled.study)
    yield {"check": None, "event": event, "form": form, "row": 0, "item": item, "message": said}


def _findings(book: OpenCasebook, seen: Casebook) -> list[Mapping[str, Any]]:
    if GATE not in book.compiled.study.gates:
        return []
    return [_told(finding) for finding in gate_findings(book.compiled, seen, GATE)]


def _told(finding: Finding) -> Mapping[str, Any]:
    key = finding.record
    return {
        "check": finding.check, "event": key.event.written, "form": key.form, "row": key.row,
        "item": finding.items[0] if finding.items else None, "message": finding.message,
    }  # fmt: skip


def _write(acts: Acts, by: Actor, found: Found, action: Action, reason: Reason | None) -> Subject:
    acts.about = found.about
    acts.add(by, action, [found.subject], reason=reason)
    acts.write()
    return found.subject
