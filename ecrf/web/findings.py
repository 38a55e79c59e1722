"""Open findings and queries by check, site and age: each count leads to its list."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from ecrf import clock
from ecrf.edge.identity import current_actor
from ecrf.i18n import text_tag
from ecrf.messages import N_
from ecrf.reads.figures import AGES
from ecrf.reads.findings import DIMENSIONS, FindingFilters, FindingTable, Heading, findings
from ecrf.web.filtering import applied, chosen, label_in, readdress
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.words import state_name

blueprint = Blueprint("findings", __name__)

_NAMES = {"check": N_("Check"), "site": N_("Site"), "age": N_("Age")}
_USUAL = FindingFilters()


@blueprint.get("/findings")
def show() -> ResponseReturnValue:
    """The cross table."""
    found = findings(current_actor(), _filters(), clock.now(), language=text_tag())
    names = {dimension: gettext(name) for dimension, name in _NAMES.items()}
    return render_template(
        "findings.html", table=found, filtered=readdress(found.filters), names=names, heading=_heading,
        link=_link(found), applied=_applied(found),
        state_choices=tuple((state, state_name(state)) for state in ("open", "answered")),
        dimension_choices=tuple(names.items()),
    )  # fmt: skip


def _filters() -> FindingFilters:
    """What was chosen; what makes no table is as if nothing was chosen."""
    asked = chosen(FindingFilters)
    rows = asked.rows if asked.rows in DIMENSIONS else _USUAL.rows
    columns = asked.columns if asked.columns in DIMENSIONS else _USUAL.columns
    if columns == rows:
        columns = next(dimension for dimension in ("age", "site") if dimension != rows)
    state = asked.state if asked.state in ("open", "answered") else _USUAL.state
    return replace(asked, rows=rows, columns=columns, state=state)


def _heading(dimension: str, heading: Heading) -> str:
    """What a row or column is called."""
    if dimension == "age":
        low = int(heading.key)
        high = dict(AGES)[low]
        if high is None:
            return gettext("%(days)s days or more", days=low)
        return gettext("%(low)s to %(high)s days", low=low, high=high - 1)
    return heading.key or gettext("A person")


def _link(found: FindingTable) -> Callable[..., str]:
    """How a count writes the address of its list."""
    filters = found.filters

    def link(*headings: Heading) -> str:
        wanted: dict[str, Any] = {"state": filters.state, "site": filters.site, "check": filters.check}
        for heading in headings:
            wanted.update(heading.filters)
        return url_for("queries.index", **{name: value for name, value in wanted.items() if value})

    return link


def _applied(found: FindingTable) -> tuple[tuple[str, str], ...]:
    texts = {"site": label_in(found.site_choices, found.filters.site), "check": found.filters.check}
    return applied(found.filters, texts)
