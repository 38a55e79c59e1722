"""The home of a study: how it stands, each number with its list; and the enrolment plans of its sites."""

from datetime import timedelta
from functools import partial
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.study_home import LagCount, StudyHome, Week, study_home
from ecrf.services import planning
from ecrf.web.faults import fault_of
from ecrf.web.home import age_bars
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.charts import Bar, bars
from ecrf.web.presenting.curves import curve
from ecrf.web.visit_words import day_brief

blueprint = Blueprint("studies", __name__)


@blueprint.get("/studies/<study>")
def show(study: str) -> ResponseReturnValue:
    """How a study stands."""
    return _page(current_actor(), study)


@blueprint.post("/studies/<study>/sites/<site>/plan")
def plan(study: str, site: str) -> ResponseReturnValue:
    """Say how many subjects a site is to enrol, and by when; what was typed stays where it was refused."""
    actor, sent = current_actor(), request.form
    typed = {name: sent.get(name, "") for name in ("subjects", "starts_on", "ends_on")}
    try:
        planning.plan_site(actor, study, site, **typed)
    except BadInput as problem:
        undo(problem, actor)
        return _page(actor, study, site, typed, fault_of(problem)), problem.status
    return redirect(url_for("studies.show", study=study, _anchor="plans"), 303)


def _page(actor: Actor, name: str, refused: str = "", typed: Any = None, fault: str = "") -> str:
    found = study_home(actor, name, clock.now())
    return render_template(
        "study.html", home=found, curve=curve(found.months, found.today, found.total),
        ages=age_bars(found.ages, study=name), lags=_lags(name, found.lags), weeks=_weeks(name, found.weeks),
        asked_in=partial(_asked_in, name), closed_in=partial(_closed_in, name),
        clinical=actor.has(Permission.SUBJECT_READ), may_plan=_may_plan(actor, found), refused=refused,
        typed=typed or {}, fault=fault,
    )  # fmt: skip


def _may_plan(actor: Actor, found: StudyHome) -> bool:
    return any(actor.may(Permission.SITE_PLAN, found.study_id, each.site.id) for each in found.sites)


def _lags(study: str, lags: tuple[LagCount, ...]) -> tuple[Bar, ...]:
    return bars(tuple((_days(each), each.number, _lagging(study, each)) for each in lags), warned=1)


def _lagging(study: str, each: LagCount) -> str:
    return url_for("planning.index", study=study, state="done", lag=each.low, lag_to=each.high)


def _days(each: LagCount) -> str:
    if each.high is None:
        return gettext("over %(days)s d", days=each.low - 1)
    if each.high == each.low:
        return gettext("%(days)s d", days=each.low)
    return gettext("%(low)s – %(high)s d", low=each.low, high=each.high)


def _weeks(study: str, weeks: tuple[Week, ...]) -> tuple[Bar, ...]:
    return bars(tuple((day_brief(week.begins), week.closed, _closed_in(study, week)) for week in weeks))


def _closed_in(study: str, week: Week) -> str:
    return url_for("queries.index", study=study, state="closed", closed=week.begins)


def _asked_in(study: str, week: Week) -> str:
    """The queries asked in a week, by their age today."""
    since = (clock.now().date() - week.begins) // timedelta(days=1)
    return url_for("queries.index", study=study, age=max(0, since - 6), under=since + 1)
