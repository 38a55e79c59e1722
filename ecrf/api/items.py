"""The history of one item."""

from typing import Any

from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.items import ITEM, ItemSchema
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.reads.items import item_history

blueprint = Blueprint("items", "Single items of records.")


@blueprint.get("/records/<record_id>/items/<item>")
@blueprint.response(200, ItemSchema, example=ITEM)
@blueprint.refuses(404)
def show(record_id: str, item: str) -> Any:
    """Every value an item had or was refused, its queries and what held it, the newest first."""
    return item_history(current_actor(), record_id, item, language=text_tag())
