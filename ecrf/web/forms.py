"""The page of one form of one visit, or of one row of a repeating form: shown, checked while it is typed, saved."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.edge.transactions import undo, unit_of_work
from ecrf.errors import BadInput, Held, IllegalState, NotFound
from ecrf.i18n import text_tag
from ecrf.policy.actors import Actor
from ecrf.reads.forms import FormFacts
from ecrf.services import form_pages, form_rows, records
from ecrf.services.records import Address
from ecrf.web import drafts
from ecrf.web.addresses import FORM, NEW, event_key
from ecrf.web.answers import Sent, read_sent
from ecrf.web.faults import fault_of, unfinished_rows
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.live import live_of
from ecrf.web.presenting.pages import Page, page_of
from ecrf.web.presenting.sheets import NOTHING_TYPED, Typing, sheet_of
from ecrf.web.presenting.surroundings import Surroundings
from ecrf.web.saving import Outcome, reply, save, taken_up

blueprint = Blueprint("forms", __name__)


@blueprint.get(FORM)
@blueprint.get(f"{FORM}/<int:row>")
def show(subject_id: str, event: str, form: str, row: int = 0) -> ResponseReturnValue:
    """The form with its values, its findings and what can be done; a repeating one with its rows."""
    page = _opened(current_actor(), Address(subject_id, event_key(event), form, row))
    if row and page.record_id is None:
        raise NotFound("row")
    return _shown(page)


@blueprint.get(NEW)
def show_new(subject_id: str, event: str, form: str) -> ResponseReturnValue:
    """The page that enters a further row of a repeating form."""
    actor, whole = current_actor(), Address(subject_id, event_key(event), form)
    return _shown(_opened(actor, form_rows.place_of(actor, whole, drafts.row_to_add(actor, whole))))


@blueprint.post(FORM)
@blueprint.post(f"{FORM}/<int:row>")
def keep(subject_id: str, event: str, form: str, row: int = 0) -> ResponseReturnValue:
    """Save; what needs more of the person comes back as it was typed."""
    return _kept(current_actor(), Address(subject_id, event_key(event), form, row))


@blueprint.post(NEW)
def keep_new(subject_id: str, event: str, form: str) -> ResponseReturnValue:
    """Save a further row, once, however often its page is sent."""
    return _kept(current_actor(), _new_row(subject_id, event, form))


@blueprint.post(f"{FORM}/complete")
@blueprint.post(f"{FORM}/<int:row>/complete")
def complete(subject_id: str, event: str, form: str, row: int = 0) -> ResponseReturnValue:
    """Save what is typed and say that the form is complete; what is missing for that is named."""
    return _completed(current_actor(), Address(subject_id, event_key(event), form, row))


@blueprint.post(f"{NEW}/complete")
def complete_new(subject_id: str, event: str, form: str) -> ResponseReturnValue:
    """Save a further row and say that it is complete."""
    return _completed(current_actor(), _new_row(subject_id, event, form))


@blueprint.post(f"{FORM}/answer")
@blueprint.post(f"{FORM}/<int:row>/answer")
def answer(subject_id: str, event: str, form: str, row: int = 0) -> ResponseReturnValue:
    """Answer one query; what else is typed stays typed."""
    actor, address = current_actor(), Address(subject_id, event_key(event), form, row)
    sent, query_id = read_sent(request.form), request.form.get("answer", "")
    if sent.then == "show":
        return _taken_up(actor, address, sent)
    try:
        reply(actor, query_id, sent.typing.replies.get(query_id, ""))
    except (BadInput, IllegalState, Held) as problem:
        undo(problem, actor)
        typing = replace(sent.typing, fault=fault_of(problem), is_held=isinstance(problem, Held))
        return _shown(_page(actor, address, typing, after_act=True)), problem.status
    drafts.settle_reply(actor, address, query_id)
    flash(gettext("Answer sent"), "ok")
    left = {other: text for other, text in sent.typing.replies.items() if other != query_id}
    page = _page(actor, address, replace(sent.typing, replies=left))
    return _shown(page) if page.has_typing else redirect(page.around.url, 303)


@blueprint.post(f"{FORM}/check")
@blueprint.post(f"{FORM}/<int:row>/check")
def check(subject_id: str, event: str, form: str, row: int = 0) -> ResponseReturnValue:
    """What a save would say of what is typed so far; nothing is saved."""
    return _checked(current_actor(), Address(subject_id, event_key(event), form, row))


@blueprint.post(f"{NEW}/check")
def check_new(subject_id: str, event: str, form: str) -> ResponseReturnValue:
    """The same of a row that is not there yet."""
    actor, whole = current_actor(), Address(subject_id, event_key(event), form)
    return _checked(actor, form_rows.place_of(actor, whole, request.form.get("row_id", "")))


def _new_row(subject_id: str, event: str, form: str) -> Address:
    """Where the row goes whose page was sent; nobody else's row comes between."""
    whole = Address(subject_id, event_key(event), form)
    return form_rows.take_place(current_actor(), whole, request.form.get("row_id", ""))


def _kept(actor: Actor, address: Address) -> ResponseReturnValue:
    sent = read_sent(request.form)
    if sent.then == "show":
        return _taken_up(actor, address, sent)
    outcome = save(actor, address, sent)
    drafts.follow(actor, address, sent, outcome)
    if not outcome.is_clean:
        return _given_back(actor, address, outcome)
    _say_saved(outcome)
    return redirect(_after_save(_page(actor, address).around, sent.then), 303)


def _completed(actor: Actor, address: Address) -> ResponseReturnValue:
    sent = read_sent(request.form)
    if sent.then == "show":
        return _taken_up(actor, address, sent)
    with unit_of_work(actor):  # what is saved stays, whether or not the form is complete with it
        outcome = save(actor, address, sent)
        drafts.follow(actor, address, sent, outcome)
    if not outcome.is_clean:
        return _given_back(actor, address, outcome)
    page = _page(actor, address)
    try:
        (form_rows if page.is_list else records).complete(actor, address, revision=outcome.revision)
    except IllegalState as problem:
        undo(problem, actor)
        typing = Typing(is_incomplete=True, unfinished=unfinished_rows(problem))
        return _shown(_page(actor, address, typing, after_act=True)), 422
    flash(gettext("Saved and marked complete"), "ok")
    return redirect(_after_save(page.around, sent.then), 303)


def _checked(actor: Actor, address: Address) -> ResponseReturnValue:
    sent = read_sent(request.form)
    weighed = form_pages.weigh(actor, address, sent.typing.answers)
    typing = replace(sent.typing, refused=weighed.refused)
    sheet = sheet_of(weighed.facts, text_tag(), clock.now(), typing)
    return render_template("form/live.html", live=live_of(sheet, sent.live))


def tried(actor: Actor, address: Address, typing: Typing) -> str:
    """The page of a record after an act on its state was refused, with what was typed for it."""
    return _shown(_page(actor, address, typing, after_act=True))


def _opened(actor: Actor, address: Address) -> Page:
    """The page as it is asked for: with what this person typed on it before and has not saved."""
    facts = form_pages.open_page(actor, address)
    return _presented(actor, address, facts, drafts.restored(actor, address, facts))


def _page(
    actor: Actor, address: Address, typing: Typing = NOTHING_TYPED, *, was_saved: bool = False, after_act: bool = False
) -> Page:  # fmt: skip
    facts = form_pages.open_page(actor, address)
    return _presented(actor, address, facts, typing, was_saved=was_saved, after_act=after_act)


def _presented(
    actor: Actor, address: Address, facts: FormFacts, typing: Typing, *, was_saved: bool = False,
    after_act: bool = False,
) -> Page:  # fmt: skip
    if typing.answers and facts.is_writable:
        # What is computed stands beside what is typed, so it is computed from that and not from what is saved.
        facts = form_pages.weigh(actor, address, typing.answers).facts
    return page_of(sheet_of(facts, text_tag(), clock.now(), typing), was_saved=was_saved, after_act=after_act)


def _shown(page: Page) -> str:
    return render_template("form/page.html", page=page)


def _taken_up(actor: Actor, address: Address, sent: Sent) -> str:
    """The page with what was typed before a log-in; nothing of it is saved."""
    return _shown(_page(actor, address, taken_up(actor, address, sent), after_act=True))


def _given_back(actor: Actor, address: Address, outcome: Outcome) -> ResponseReturnValue:
    """The page with what was typed, what is wrong with it, and the status that says so."""
    page = _page(actor, address, outcome.typing, was_saved=outcome.was_saved, after_act=True)
    return _shown(page), outcome.status


def _after_save(around: Surroundings, then: str) -> str:
    """Where a save leads: on to the next form, to a further row, back to the visit or the rows, or where it was."""
    places = {
        "next": around.next.url if around.next else None, "visit": around.visit_url, "rows": around.form_url,
        "row": around.new_row_url,
    }  # fmt: skip
    return places.get(then) or around.url


def _say_saved(outcome: Outcome) -> None:
    if outcome.merged and not outcome.was_saved:
        flash(gettext("Everything you typed is saved already"), "ok")
    elif not outcome.was_saved:
        flash(gettext("Nothing had changed; nothing was saved"), "ok")
    elif outcome.merged:
        flash(gettext("Saved. Somebody else saved meanwhile; their changes stand beside yours"), "ok")
    else:
        flash(gettext("Saved"), "ok")
