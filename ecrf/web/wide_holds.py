"""Freezing and locking a site or a study as a whole, on a page that says what is open there and asks why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ecrf.edge.identity import current_actor, fresh_actor
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput, Clash, IllegalState, NotFound, ReasonMissing
from ecrf.i18n import text_tag
from ecrf.messages import N_
from ecrf.policy.actors import Actor
from ecrf.policy.permissions import Permission
from ecrf.reads.holds import HoldFacts
from ecrf.reads.holds import wide_holds as standing_wide_holds
from ecrf.reads.wholes import Whole, whole
from ecrf.services import wide_holds
from ecrf.services.hold_acts import PERMISSIONS
from ecrf.services.trail import Reason
from ecrf.web.faults import fault_of
from ecrf.web.holds import MEANINGS, HoldChoice
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.open_points import open_at

blueprint = Blueprint("wide_holds", __name__)

_HEADINGS = {
    ("freeze", True): N_("Freeze the site"), ("lock", True): N_("Lock the site"),
    ("freeze", False): N_("Freeze the study"), ("lock", False): N_("Lock the study"),
}  # fmt: skip
_COVERS = N_("It holds every subject there, and none is added, none leaves and none comes while it stands.")
_FIELDS = ("kind", "study", "site")
_REFUSALS = (BadInput, Clash, IllegalState, ReasonMissing)


@blueprint.get("/holds/whole")
def new() -> ResponseReturnValue:
    """The page on which a site or a study is frozen or locked."""
    actor, kind = current_actor(), _kind(request.args)
    what = _whole(actor, request.args)
    if not actor.may(PERMISSIONS[kind], what.study.id, what.place.site):
        raise NotFound("site")
    return _page(actor, what, request.args)


@blueprint.post("/holds/whole")
def add() -> ResponseReturnValue:
    """Freeze or lock a site or a study."""
    kind = _kind(request.form)
    actor = fresh_actor() if kind == "lock" else current_actor()
    what, reason = _whole(actor, request.form), Reason(text=request.form.get("reason", "").strip() or None)
    try:
        wide_holds.hold(actor, what, kind, reason, despite_open="despite_open" in request.form)
    except _REFUSALS as problem:
        undo(problem, actor)
        return _page(actor, what, request.form, fault_of(problem)), problem.status
    return redirect(_back(what), 303)


@dataclass(frozen=True)
class WholeHolds:
    """What holds a study and its sites as a whole, and what the reader may hold."""

    standing: tuple[HoldFacts, ...]
    choices: tuple[HoldChoice, ...]
    may_lift: bool


def whole_holds(actor: Actor, study: str, study_id: str, site: str) -> WholeHolds:
    """Those of a study, with the ways to hold it or (by its code) a site of it."""
    where: dict[str, Any] = {"study": study, "site": site or None}
    standing = standing_wide_holds(actor, study, text_tag())
    level, named = ("site", f"{site} ") if site else ("study", study)
    here = {hold.kind for hold in standing if hold.level == level and hold.place.startswith(named)}
    choices = (
        HoldChoice(kind, gettext(_HEADINGS[kind, bool(site)]), url_for("wide_holds.new", kind=kind, **where))
        for kind, permission in PERMISSIONS.items() if actor.may(permission, study_id, None) and kind not in here
    )  # fmt: skip
    return WholeHolds(standing, tuple(choices), actor.may(Permission.HOLD_LIFT, study_id, None))


def _kind(sent: Mapping[str, str]) -> str:
    if sent.get("kind") not in PERMISSIONS:
        raise NotFound("kind")
    return sent["kind"]


def _whole(actor: Actor, sent: Mapping[str, str]) -> Whole:
    return whole(actor, sent.get("study", ""), sent.get("site") or None)


def _back(what: Whole) -> str:
    return url_for("bulk_holds.choose", study=what.study.name, site=what.site.code if what.site else None)


def _page(actor: Actor, what: Whole, sent: Mapping[str, str], fault: str = "") -> str:
    kind, site = _kind(sent), what.site
    heading = gettext(_HEADINGS[kind, site is not None])
    opened = wide_holds.open_of(actor, what) if kind == "lock" else None
    return render_template(
        "hold.html", facts=None, heading=heading, button=heading,
        what=f"{site.code} {site.name}" if site else what.study.name, kind=kind,
        meaning=f"{gettext(MEANINGS[kind])} {gettext(_COVERS)}", action=url_for("wide_holds.add"),
        target=[(name, sent[name]) for name in _FIELDS if sent.get(name)],
        checklist=open_at(opened, what.study.name, site.code if site else None) if opened else None,
        despite_open="despite_open" in sent, typed=sent.get("reason", ""), fault=fault, reason_required=False,
        back=_back(what),
    )  # fmt: skip
