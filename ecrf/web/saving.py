"""One press of Save: what was saved, and what of the typing has to go back to the page. Knows nothing of pages."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ecrf.edge.answers import said
from ecrf.edge.transactions import undo, unit_of_work
from ecrf.errors import BadInput, Held, IllegalState, NotFound, Problem, ReasonMissing, Stale
from ecrf.messages import N_, Message
from ecrf.policy.actors import Actor
from ecrf.services import form_pages, queries, records
from ecrf.services.records import Address
from ecrf.web.answers import Sent, after_collision
from ecrf.web.faults import fault_of
from ecrf.web.presenting.sheets import ReasonFault, Typing
from forms.datum import Datum

_NO_QUERY = N_("There is no such query here. Nothing was saved; what you wrote stands below")


@dataclass(frozen=True)
class Outcome:
    """What became of a save. `typing` goes back to the page; `status` is 200 where nothing does.

    `was_saved` says whether anything stands in the record after it, `revision` which state that is.
    """

    status: int
    typing: Typing
    was_saved: bool = False
    revision: int = 0
    merged: bool = False

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing left to do."""
        return self.status == 200


def save(by: Actor, address: Address, sent: Sent) -> Outcome:
    """Save what can be saved; what collides with somebody else's save, needs a reason or is refused comes back."""
    try:
        return _save(by, address, sent)
    except Stale as stale:
        undo(stale, None)  # no trace yet: what does not collide is saved now
        with unit_of_work(by):
            outcome = _save_around(by, address, sent, stale)
        _leave_trace(by, address, sent, outcome.typing)
        return outcome


def taken_up(by: Actor, address: Address, sent: Sent) -> Typing:
    """What was typed before a log-in, against what stands now: what only this person changed, and what both did."""
    facts = form_pages.open_page(by, address)
    if facts.revision == sent.revision:
        return replace(sent.typing, is_back=True)
    now = after_collision(sent, facts.values, facts.revision)
    return replace(now.typing, rival=facts.saved, is_back=True)


def _leave_trace(by: Actor, address: Address, sent: Sent, typing: Typing) -> None:
    """What collides was refused for now: it is tried against the state it was typed against, which leaves its trace."""
    collided = {item: typing.answers[item] for item in typing.colliding}
    if not collided:
        return
    try:
        records.save(by, address, collided, reasons=typing.reasons, revision=sent.revision)
    except Stale as stale:
        undo(stale, by)


def _save_around(by: Actor, address: Address, sent: Sent, stale: Stale) -> Outcome:
    """After somebody else's save: save what does not collide, and give the rest back to be chosen."""
    current: Mapping[str, Datum] = stale.details["current"]
    rival = form_pages.open_page(by, address).saved
    outcome = _save(by, address, after_collision(sent, current, stale.details["revision"]))
    typing = replace(outcome.typing, rival=rival)
    return replace(outcome, typing=typing, merged=True, status=stale.status if typing.colliding else outcome.status)


def _save(by: Actor, address: Address, sent: Sent) -> Outcome:
    answers, typing = sent.settled, sent.typing
    try:
        for query_id, text in typing.replies.items():  # before the save, which may close them
            reply(by, query_id, text)
        saved = records.save(by, address, answers, reasons=typing.reasons, revision=sent.revision)
    except ReasonMissing as missing:
        undo(missing, by)
        return Outcome(missing.status, _asking_why(typing, missing))
    except (Held, IllegalState, BadInput) as problem:
        undo(problem, by)
        back = replace(typing, fault=fault_of(problem), is_held=isinstance(problem, Held))
        return Outcome(problem.status, replace(back, reason_faults=_reason_faults(problem)))
    refused = {refusal.item: refusal for refusal in saved.verdict.refused}
    left = {item: datum for item, datum in typing.answers.items() if item in refused or item in sent.undecided}
    back = replace(typing, answers=left, refused=refused, colliding=sent.undecided, replies={})
    status = 422 if refused or sent.undecided else 200
    return Outcome(status, back, bool(saved.changed or typing.replies), saved.record.revision if saved.record else 0)


def _asking_why(typing: Typing, missing: ReasonMissing) -> Typing:
    """What comes back where a reason is missing, or one that says nothing by itself has no words."""
    items: tuple[str, ...] = missing.details["items"]
    given = [item for item in items if item in typing.reasons and typing.reasons[item].code]
    if not given:
        return replace(typing, unreasoned=items)
    told = said(missing.message)
    return replace(typing, fault=told, reason_faults={item: ReasonFault(told, is_in_words=True) for item in given})


def _reason_faults(problem: Problem) -> dict[str, ReasonFault]:
    """What is wrong with reasons, by item: `reasons.ALT.code`, `reasons.ALT.text`."""
    fields: Mapping[str, Message | str] = problem.details.get("fields", {})
    parts = ((name.split("."), message) for name, message in fields.items() if name.startswith("reasons."))
    return {path[1]: ReasonFault(said(message), is_in_words=path[2] == "text") for path, message in parts}


def reply(by: Actor, query_id: str, text: str) -> None:
    """Send the answer to a query that was typed beside the values. Of a query that is not there the page tells
    (`BadInput`), for it still holds the words."""
    try:
        if not query_id.isprintable():
            raise NotFound("query")
        queries.answer(by, query_id, text)
    except NotFound as gone:
        raise BadInput({"reply": _NO_QUERY}) from gone
