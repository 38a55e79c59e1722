"""The page one begins with: what waits for whoever has come in."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from ecrf import clock
from ecrf.config import settings
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.policy.permissions import Permission
from ecrf.reads.figures import AgeCount
from ecrf.reads.home import home
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.charts import Bar, bars

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def show() -> ResponseReturnValue:
    """The worklist."""
    actor = current_actor()
    now = clock.now()
    found = home(actor, now, now - settings().draft_limit, language=text_tag())
    return render_template(
        "home.html", home=found, today=format_date(found.today, gettext("EEEE d MMMM y")), ages=age_bars(found.ages),
        may_register=actor.has(Permission.SUBJECT_REGISTER),
    )  # fmt: skip


def age_bars(ages: tuple[AgeCount, ...], **where: Any) -> tuple[Bar, ...]:
    """The open queries by age, each bar with its list."""
    counted = tuple((_age(each), each.number, _list_of(each, where)) for each in ages)
    return bars(counted, warned=1)


def _age(each: AgeCount) -> str:
    if each.high is None:
        return gettext("over %(days)s d", days=each.low - 1)
    return gettext("%(low)s – %(high)s d", low=each.low, high=each.high - 1)


def _list_of(each: AgeCount, where: dict[str, Any]) -> str:
    return url_for("queries.index", state="open", age=each.low, under=each.high, **where)
