"""Drafts: what the token's person typed and has not saved, on a page or by a program."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ecrf import clock
from ecrf.api.addresses import record_address
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.drafts import (
    DRAFTS,
    KEPT,
    NOTHING,
    TYPED,
    DraftPlaceSchema,
    DraftSchema,
    DraftsSchema,
    KeptSchema,
)
from ecrf.config import settings
from ecrf.edge.identity import current_actor
from ecrf.errors import BadInput
from ecrf.i18n import text_tag
from ecrf.messages import N_, Message
from ecrf.policy.actors import Actor
from ecrf.reads.drafts import DraftFacts, drafts_to_finish, own_draft
from ecrf.reads.forms import FormFacts
from ecrf.services import drafts, form_pages, form_rows
from ecrf.services.drafts import Typed
from ecrf.services.records import Address

blueprint = Blueprint("drafts", "What was typed and not saved. Each is its person's own, and no part of the trail.")

_NO_ITEM = N_("The form has no item “%(item)s”.")
_DRAFT = "/subjects/<subject_id>/records/<event>/<form>/<int(max=99999):row>/draft"


@blueprint.get("/drafts")
@blueprint.response(200, DraftsSchema, example=DRAFTS)
@blueprint.refuses()
def index() -> Any:
    """One's own drafts, the newest first."""
    return {"drafts": drafts_to_finish(current_actor(), _since(), clock.now(), language=text_tag())}


@blueprint.get(_DRAFT)
@blueprint.arguments(DraftPlaceSchema, location="query")
@blueprint.response(200, KeptSchema, example=KEPT)
@blueprint.refuses(403, 404, 409, 422)
def show(where: dict[str, str], subject_id: str, event: str, form: str, row: int) -> Any:
    """The draft of a record, or that there is none."""
    actor = current_actor()
    address = _place(actor, record_address(subject_id, event, form, row), where["row_id"])
    form_pages.open_page(actor, address)
    return _draft(actor, address)


@blueprint.put(_DRAFT)
@blueprint.arguments(DraftPlaceSchema, location="query")
@blueprint.arguments(DraftSchema, example=TYPED)
@blueprint.response(200, KeptSchema, example=KEPT)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def keep(where: dict[str, str], sent: dict[str, Any], subject_id: str, event: str, form: str, row: int) -> Any:
    """Keep what is typed; nothing is saved. It takes no If-Match: it replaces nobody else's work."""
    actor = current_actor()
    address = _place(actor, record_address(subject_id, event, form, row), where["row_id"])
    facts = form_pages.open_page(actor, address)
    _expect_items(facts, sent["answers"])
    before = sent["before"] if sent["before"] is not None or sent["revision"] != facts.revision else facts.values
    typed = Typed(sent["answers"], before, DraftSchema.reasons_of(sent), sent["replies"])
    drafts.keep(actor, address, typed, revision=sent["revision"], limit=settings().draft_limit)
    return _draft(actor, address)


@blueprint.delete(_DRAFT)
@blueprint.arguments(DraftPlaceSchema, location="query")
@blueprint.response(200, KeptSchema, example=NOTHING)
@blueprint.refuses(403, 404, 409, 422)
def discard(where: dict[str, str], subject_id: str, event: str, form: str, row: int) -> Any:
    """Forget what was typed."""
    actor = current_actor()
    address = _place(actor, record_address(subject_id, event, form, row), where["row_id"])
    drafts.discard(actor, address)
    return _draft(actor, address)


def _expect_items(facts: FormFacts, answers: Iterable[str]) -> None:
    unknown = sorted(set(answers) - facts.form.items.keys())
    if unknown:
        raise BadInput({f"answers.{item}": Message(_NO_ITEM, {"item": item}) for item in unknown})


def _place(actor: Actor, address: Address, row_id: str) -> Address:
    return form_rows.place_of(actor, address, row_id) if row_id else address


def _draft(actor: Actor, address: Address) -> DraftFacts | None:
    return own_draft(actor, address.subject_id, address.key, address.record_id, _since())


def _since() -> datetime:
    return clock.now() - settings().draft_limit
