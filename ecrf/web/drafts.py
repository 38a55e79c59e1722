"""What is typed on a form's page, kept while it is typed, laid on the page when it is opened again, and discarded."""

from contextlib import suppress
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.config import settings
from ecrf.edge.identity import current_actor
from ecrf.errors import Unreadable
from ecrf.ids import is_id, new_id
from ecrf.policy.actors import Actor
from ecrf.reads.drafts import new_row_begun, own_draft
from ecrf.reads.forms import FormFacts
from ecrf.services import drafts, form_rows
from ecrf.services.drafts import Typed
from ecrf.services.records import Address
from ecrf.web.addresses import FORM, NEW, event_key
from ecrf.web.answers import Sent, read_sent
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.kept import typing_of
from ecrf.web.presenting.sheets import NOTHING_TYPED, Typing
from ecrf.web.saving import Outcome
from forms.datum import EMPTY, differs, without_lonely_unit

blueprint = Blueprint("drafts", __name__)


@blueprint.post(f"{FORM}/draft")
@blueprint.post(f"{FORM}/<int:row>/draft")
def keep(subject_id: str, event: str, form: str, row: int = 0) -> ResponseReturnValue:
    """Keep what is typed so far; nothing is saved."""
    return _kept(current_actor(), Address(subject_id, event_key(event), form, row))


@blueprint.post(f"{NEW}/draft")
def keep_new(subject_id: str, event: str, form: str) -> ResponseReturnValue:
    """The same of a row that is not there yet."""
    return _kept(current_actor(), _new_row(subject_id, event, form))


@blueprint.post(f"{FORM}/discard")
@blueprint.post(f"{FORM}/<int:row>/discard")
def discard(subject_id: str, event: str, form: str, row: int = 0) -> ResponseReturnValue:
    """Forget what was typed; the page stands as it is saved."""
    return _discarded(Address(subject_id, event_key(event), form, row), request.path.removesuffix("/discard"))


@blueprint.post(f"{NEW}/discard")
def discard_new(subject_id: str, event: str, form: str) -> ResponseReturnValue:
    """The same of a row that is not there yet."""
    return _discarded(_new_row(subject_id, event, form), request.path.removesuffix("/new/discard"))


def restored(by: Actor, address: Address, facts: FormFacts) -> Typing:
    """What this person typed on a form before and has not saved."""
    if "record.edit" not in facts.may:
        return NOTHING_TYPED
    draft = own_draft(by, address.subject_id, address.key, address.record_id or facts.record_id, _since())
    return typing_of(draft, facts) if draft else NOTHING_TYPED


def row_to_add(by: Actor, form: Address) -> str:
    """The id of the row that a page for a new one adds: the one asked for, the one last begun, or another."""
    asked = request.args.get("row_id")
    if asked is None:
        return new_row_begun(by, form.subject_id, form.key, _since()) or new_id()
    return asked if is_id(asked) else new_id()


def follow(by: Actor, address: Address, sent: Sent, outcome: Outcome) -> None:
    """After a save: what it settled leaves the draft, and what comes back to the page stays in it."""
    names = frozenset(_touched(sent))
    if outcome.is_clean:
        drafts.settle(by, address, names)
        return
    with suppress(Unreadable):  # too much for a draft: the page gives it back all the same
        typed = _typed(outcome.typing, names)
        drafts.keep(by, address, typed, revision=max(sent.revision, 0), limit=settings().draft_limit)


def settle_reply(by: Actor, address: Address, query_id: str) -> None:
    """After an answer to a query was sent: its words leave the draft."""
    drafts.settle(by, address, frozenset({f"reply.{query_id}"}))


def _kept(by: Actor, address: Address) -> ResponseReturnValue:
    sent = read_sent(request.form)
    typed = _typed(sent.typing, frozenset(_touched(sent)))
    kept = drafts.keep(by, address, typed, revision=max(sent.revision, 0), limit=settings().draft_limit)
    return render_template("form/kept.html", kept=kept) if kept else ("", 204)


def _discarded(address: Address, back: str) -> ResponseReturnValue:
    drafts.discard(current_actor(), address)
    flash(gettext("What you typed is discarded"), "ok")
    return redirect(back, 303)


def _typed(typing: Typing, seen: frozenset[str]) -> Typed:
    return Typed(typing.answers, typing.base, typing.reasons, typing.replies, typing.chosen, seen)


def _touched(sent: Sent) -> set[str]:
    """The names of all that a page speaks of: what it was shown from the draft, and what was typed in on it."""
    typing, before = sent.typing, sent.typing.base
    moved = {
        item for item, answer in typing.answers.items()
        if before is None or differs(before.get(item, EMPTY), without_lonely_unit(answer))
    }  # fmt: skip
    return {*typing.drafted, *moved, *(f"reply.{query}" for query in typing.replies)}


def _new_row(subject_id: str, event: str, form: str) -> Address:
    whole = Address(subject_id, event_key(event), form)
    return form_rows.place_of(current_actor(), whole, request.form.get("row_id", ""))


def _since() -> datetime:
    return clock.now() - settings().draft_limit
