"""Records: read with their entity tag, saved and completed against one."""

from collections.abc import Iterable, Mapping
from typing import Any

from ecrf.api.addresses import record_address
from ecrf.api.blueprints import Blueprint
from ecrf.api.outcomes import in_these_words, outcome
from ecrf.api.schemas.answers import EXAMPLE, ChangesSchema
from ecrf.api.schemas.records import ETAG, RECORD, SAVED, IfMatchSchema, RecordSchema, SavedSchema, SaveSchema
from ecrf.api.schemas.states import STATE_ACT, StateActSchema
from ecrf.api.tags import revision_meant, tag_header
from ecrf.edge.identity import current_actor
from ecrf.errors import BadInput
from ecrf.messages import N_, Message
from ecrf.policy.actors import Actor
from ecrf.reads.forms import FormFacts
from ecrf.services import form_pages, record_states, records
from ecrf.services.records import Address
from ecrf.services.trail import Reason
from forms.datum import EMPTY, Datum

blueprint = Blueprint("records", "One form of one event of one subject, or one row of a repeating form (row 1 and on).")

_NO_ITEM = N_("The form has no item “%(item)s”.")
_RECORD = "/subjects/<subject_id>/records/<event>/<form>/<int(max=99999):row>"


@blueprint.get(_RECORD)
@blueprint.response(200, RecordSchema, example=RECORD, headers=ETAG)
@blueprint.refuses(403, 404, 409)
def show(subject_id: str, event: str, form: str, row: int) -> Any:
    """A record with its values, or as it will begin."""
    actor, address = current_actor(), record_address(subject_id, event, form, row)
    tag = tag_header(actor, address)
    return form_pages.open_page(actor, address), 200, tag


@blueprint.patch(_RECORD)
@blueprint.arguments(SaveSchema, location="query")
@blueprint.arguments(IfMatchSchema, location="headers")
@blueprint.arguments(ChangesSchema, example=EXAMPLE)
@blueprint.response(200, SavedSchema, example=SAVED, headers=ETAG)
@blueprint.refuses(400, 403, 404, 409, 412, 413, 415, 422, 428)
def change(
    how: dict[str, bool], header: dict[str, str], sent: dict[str, Any], subject_id: str, event: str, form: str, row: int
) -> Any:
    """Save the answers that are sent; an item that is not sent stays as it is."""
    address = record_address(subject_id, event, form, row)
    return _saved(address, header["if_match"], sent["answers"], sent, partial=how["is_partial"])


@blueprint.put(_RECORD)
@blueprint.arguments(SaveSchema, location="query")
@blueprint.arguments(IfMatchSchema, location="headers")
@blueprint.arguments(ChangesSchema, example=EXAMPLE)
@blueprint.response(200, SavedSchema, example=SAVED, headers=ETAG)
@blueprint.refuses(400, 403, 404, 409, 412, 413, 415, 422, 428)
def replace(
    how: dict[str, bool], header: dict[str, str], sent: dict[str, Any], subject_id: str, event: str, form: str, row: int
) -> Any:
    """Save the answers that are sent as all the record holds; an item that is not sent is emptied."""
    address = record_address(subject_id, event, form, row)
    return _saved(address, header["if_match"], sent["answers"], sent, partial=how["is_partial"], whole=True)


@blueprint.post(f"{_RECORD}/complete")
@blueprint.arguments(IfMatchSchema, location="headers")
@blueprint.response(200, RecordSchema, example={**RECORD, "state": "complete", "missing": []}, headers=ETAG)
@blueprint.refuses(403, 404, 409, 412, 428)
def complete(header: dict[str, str], subject_id: str, event: str, form: str, row: int) -> Any:
    """Say that a record is complete."""
    actor, address = current_actor(), record_address(subject_id, event, form, row)
    with in_these_words({}):
        records.complete(actor, address, revision=revision_meant(actor, address, header["if_match"]))
    return form_pages.open_page(actor, address), 200, tag_header(actor, address)


@blueprint.post(f"{_RECORD}/state")
@blueprint.arguments(IfMatchSchema, location="headers")
@blueprint.arguments(StateActSchema, example=STATE_ACT)
@blueprint.response(200, RecordSchema, example={**RECORD, "state": "removed", "missing": []}, headers=ETAG)
@blueprint.refuses(400, 403, 404, 409, 412, 413, 415, 422, 428)
def set_state(header: dict[str, str], sent: dict[str, Any], subject_id: str, event: str, form: str, row: int) -> Any:
    """Mark a form not done, remove a form or a row that was entered by mistake, or take that back."""
    actor, address = current_actor(), record_address(subject_id, event, form, row)
    revision = revision_meant(actor, address, header["if_match"])
    with in_these_words({}):
        record_states.ACTS[sent["act"]](actor, address, Reason(**sent["reason"]), revision=revision)
    return form_pages.open_page(actor, address), 200, tag_header(actor, address)


def _saved(
    address: Address, if_match: str, answers: Mapping[str, Datum], sent: dict[str, Any], *, partial: bool,
    whole: bool = False,
) -> Any:  # fmt: skip
    actor = current_actor()
    revision = revision_meant(actor, address, if_match)
    if whole:
        answers = {**_emptied(actor, address), **answers}
    reasons = ChangesSchema.reasons_of(sent)
    with in_these_words(answers):
        saved = records.save(actor, address, answers, reasons=reasons, revision=revision, partial=partial)
    facts = form_pages.open_page(actor, address)
    _expect_items(facts, reasons.keys() - answers.keys())
    return outcome(facts, saved), 200, tag_header(actor, address)


def _expect_items(facts: FormFacts, reasoned: Iterable[str]) -> None:
    """Refuse reasons of items that there are none of, and with them the save: what was meant is not known."""
    unknown = sorted(set(reasoned) - facts.form.items.keys())
    if unknown:
        raise BadInput({f"reasons.{item}": Message(_NO_ITEM, {"item": item}) for item in unknown})


def _emptied(actor: Actor, address: Address) -> dict[str, Datum]:
    """Every value that people entered, as nothing."""
    facts = form_pages.open_page(actor, address)
    return {item: EMPTY for item in facts.items if item in facts.values and not facts.form.items[item].is_computed}
