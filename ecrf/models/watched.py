"""Which rows the trail can rebuild: what is listed here is trailed field by field and compared on verification."""

from audit.watching import Watched
from ecrf.db import Model
from ecrf.models.events import Event
from ecrf.models.grants import Grant
from ecrf.models.holds import Hold, StaleMark
from ecrf.models.laboratories import Laboratory, ReferenceRange
from ecrf.models.planning import PlannedVisit, SitePlan
from ecrf.models.queries import Query, QueryMessage
from ecrf.models.records import Record
from ecrf.models.sites import Site
from ecrf.models.studies import SiteVersion, Study, StudyVersion
from ecrf.models.subjects import Subject
from ecrf.models.tokens import ApiToken
from ecrf.models.users import User

_DOCUMENTS: dict[str, tuple[str, ...]] = {"records": ("data",)}
# The definition is proved by its own SHA-256, which is trailed; a token's hash has no business in a trail.
_NOT_TRAILED: dict[str, tuple[str, ...]] = {"study_versions": ("definition",), "api_tokens": ("token_hash",)}
_MODELS: tuple[type[Model], ...] = (
    Study, StudyVersion, SiteVersion, Site, Subject, Event, Record, Query, QueryMessage, Hold, StaleMark,
    Laboratory, ReferenceRange, User, Grant, ApiToken, PlannedVisit, SitePlan,
)  # fmt: skip


def _watched(model: type[Model]) -> Watched:
    table = model.metadata.tables[model.__tablename__]
    documents = _DOCUMENTS.get(table.name, ())
    apart = {"id", *documents, *_NOT_TRAILED.get(table.name, ())}
    return Watched(table, "id", tuple(column.name for column in table.columns if column.name not in apart), documents)


WATCHED: dict[str, Watched] = {model.__tablename__: _watched(model) for model in _MODELS}
