"""How things stand: a person's worklist, a study by site, and the enrolment plans of sites."""

from typing import Any

from ecrf import clock
from ecrf.api.blueprints import Blueprint
from ecrf.api.schemas.standings import (
    SITE_PLAN,
    STUDY_STANDING,
    WORKLIST,
    SitePlanSchema,
    StudyStandingSchema,
    WorklistSchema,
)
from ecrf.config import settings
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.reads.home import home
from ecrf.reads.study_home import study_home
from ecrf.services import planning

blueprint = Blueprint("standings", "How things stand: what waits, and how a study fares.")


@blueprint.get("/worklist")
@blueprint.response(200, WorklistSchema, example=WORKLIST)
@blueprint.refuses()
def worklist() -> Any:
    """What waits for you; the lists are those of visits, queries and subjects."""
    now = clock.now()
    return home(current_actor(), now, now - settings().draft_limit, language=text_tag())


@blueprint.get("/studies/<study>/standing")
@blueprint.response(200, StudyStandingSchema, example=STUDY_STANDING)
@blueprint.refuses(404)
def of_study(study: str) -> Any:
    """How a study stands at the sites you may see."""
    return study_home(current_actor(), study, clock.now())


@blueprint.post("/studies/<study>/sites/<site>/plan")
@blueprint.arguments(SitePlanSchema, example=SITE_PLAN)
@blueprint.response(200, StudyStandingSchema, example=STUDY_STANDING)
@blueprint.refuses(400, 403, 404, 413, 415, 422)
def plan(sent: dict[str, str], study: str, site: str) -> Any:
    """Say how many subjects a site is to enrol, and by when."""
    actor = current_actor()
    planning.plan_site(actor, study, site, **sent)
    return study_home(actor, study, clock.now())
