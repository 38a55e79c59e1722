"""What is new since one's last look, and marking a subject or a form as looked at."""

from typing import Any

from ecrf.api.addresses import event_key
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.looks import LOOK, NEWS, SEEN, LookSchema, NewsFilterSchema, NewsSchema, SeenSchema
from ecrf.edge.identity import current_actor
from ecrf.reads.looks import NewsFilters, news
from ecrf.services import looks

blueprint = Blueprint("looks", "What is new to you, subject by subject.")


@blueprint.get("/looks")
@blueprint.arguments(NewsFilterSchema, location="query")
@blueprint.response(200, NewsSchema, example=NEWS)
@blueprint.refuses(422)
def index(sent: dict[str, Any]) -> Any:
    """One page of the subjects of which something is new since your last look."""
    size = sent.pop("limit")
    return news(current_actor(), NewsFilters(**sent), size=size)


@blueprint.put("/subjects/<subject_id>/look")
@blueprint.arguments(SeenSchema, example=SEEN)
@blueprint.response(200, LookSchema, example=LOOK)
@blueprint.refuses(400, 403, 404, 409, 413, 415, 422)
def mark(sent: dict[str, Any], subject_id: str) -> Any:
    """Mark a subject, or one form of a visit, as looked at up to an entry of its trail. Nobody else sees it."""
    event = event_key(sent["event"]) if sent["form"] else None
    return looks.mark(current_actor(), subject_id, sent["seen"], event, sent["form"])
