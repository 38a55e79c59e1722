"""Freezing, locking and lifting in bulk: subjects are chosen with their checklist, then held piece by piece."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from ecrf.edge.identity import current_actor, fresh_actor
from ecrf.edge.pieces import in_pieces
from ecrf.edge.transactions import undo
from ecrf.errors import BadInput, NotFound, ReasonMissing
from ecrf.i18n import text_tag
from ecrf.messages import N_
from ecrf.policy.actors import Actor
from ecrf.reads.definitions import plan
from ecrf.reads.hold_candidates import ACTS, Candidates, HoldFilters, candidates, following
from ecrf.reads.matrix import sites_seen
from ecrf.services.bulk_holds import Outcome, hold_subject
from ecrf.services.trail import Reason
from ecrf.web.faults import fault_of
from ecrf.web.filtering import applied, chosen, chosen_in, label_in, readdress
from ecrf.web.presenting.catalogue import gettext
from ecrf.web.presenting.open_points import point_names
from ecrf.web.wide_holds import whole_holds
from ecrf.web.words import state_name

blueprint = Blueprint("bulk_holds", __name__)

_NAMES = {"freeze": N_("Freeze"), "lock": N_("Lock"), "unfreeze": N_("Unfreeze"), "unlock": N_("Unlock")}
_STATUSES = ("screening", "enrolled", "completed", "withdrawn", "screen_failure")
_MOST = 25
_LONGEST = 12 * 60 * 60  # seconds: as long as a session lives at most
_NOBODY = N_("Choose at least one subject, or all that match.")
_REFUSALS = (BadInput, ReasonMissing)


@dataclass(frozen=True)
class Progress:
    """How far the work has come: how many subjects are done, were left out because something is open in them, had
    nothing to be done; how many there are in all."""

    done: int = 0
    open: int = 0
    nothing: int = 0
    total: int = 0

    @property
    def so_far(self) -> int:
        """The subjects that were looked at."""
        return self.done + self.open + self.nothing

    def grown(self, outcomes: list[Outcome]) -> "Progress":
        """The same after a piece."""
        counts = {why: sum(outcome.why == why for outcome in outcomes) for why in ("", "open", "nothing")}
        return Progress(
            self.done + counts[""], self.open + counts["open"], self.nothing + counts["nothing"], self.total
        )  # fmt: skip


@blueprint.get("/holds/bulk")
def choose() -> ResponseReturnValue:
    """The page on which subjects are chosen, with what is open in them."""
    return _page(current_actor(), _acting(chosen(HoldFilters)))


@blueprint.post("/holds/bulk")
def work() -> ResponseReturnValue:
    """One piece of the work; the page that answers says how far it came and goes on."""
    filters = _acting(chosen_in(request.form, HoldFilters))
    actor = _whoever_may(filters.act)
    try:
        waiting = _waiting(actor, filters)
        outcomes = in_pieces(actor, [id_ for id_, _ in waiting[:_MOST]], lambda subject: _hold(actor, subject, filters))
    except _REFUSALS as problem:
        undo(problem, actor)
        return _page(actor, filters, fault_of(problem)), problem.status
    return _progress_page(actor, filters, outcomes, waiting)


def _acting(filters: HoldFilters) -> HoldFilters:
    if filters.act and filters.act not in ACTS:
        raise NotFound("act")
    return filters if filters.act else replace(filters, act="freeze")


def _waiting(actor: Actor, filters: HoldFilters) -> list[tuple[str, str]]:
    """The subjects that are still to be held, as (id, key): those that were chosen, or the next of all that match."""
    if "all" in request.form:
        return following(actor, filters, _MOST + 1)
    subjects = request.form.getlist("subject")
    if not subjects:
        raise BadInput({"subject": _NOBODY})
    return [(subject, "") for subject in subjects]


def _hold(actor: Actor, subject_id: str, filters: HoldFilters) -> Outcome:
    reason = Reason(text=request.form.get("reason", "").strip() or None)
    despite_open = "despite_open" in request.form
    return hold_subject(actor, subject_id, filters.act, filters.part, reason, despite_open=despite_open)


def _whoever_may(act: str) -> Actor:
    """Who asks, having given the password not long ago for all but a freeze: when the work began, not at each piece."""
    actor = current_actor()
    try:
        goes_on = _signer().loads(request.form.get("begun", ""), max_age=_LONGEST) == [actor.id, act]
    except BadSignature:
        goes_on = False
    return actor if goes_on or act == "freeze" else fresh_actor()


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="work-in-pieces")


def _progress_page(actor: Actor, filters: HoldFilters, outcomes: list[Outcome], waiting: list[tuple[str, str]]) -> str:
    """What became of this piece, and what the next one is sent with."""
    counted = (request.form.get(name, "0") for name in ("done", "open", "nothing", "total"))
    before = Progress(*(int(count) if count.isdecimal() and len(count) < 9 else 0 for count in counted))
    rest = waiting[len(outcomes) :]
    if not before.so_far and "all" not in request.form:
        before = replace(before, total=len(waiting))
    carried = [(name, request.form[name]) for name in ("reason", "despite_open", "all") if name in request.form]
    subjects = [] if "all" in request.form else [("subject", id_) for id_, _ in rest]
    key = waiting[len(outcomes) - 1][1] if outcomes and "all" in request.form else ""
    progress = before.grown(outcomes)
    begun = ("begun", _signer().dumps([actor.id, filters.act]))
    fields = [*_fields(replace(filters, after=key)), *carried, begun, *subjects, *_fields(progress)]
    return render_template(
        "holds_progress.html", filters=filters, outcomes=outcomes, progress=progress, fields=fields, is_done=not rest,
        heading=gettext(_NAMES[filters.act]), point_names=point_names(),
        back=url_for("bulk_holds.choose", **dict(_fields(replace(filters, after="")))),
    )  # fmt: skip


def _fields(of: object) -> list[tuple[str, Any]]:
    return [(name, str(value)) for name, value in vars(of).items() if value]


def _page(actor: Actor, filters: HoldFilters, fault: str = "") -> str:
    found, language = candidates(actor, filters), text_tag()
    if found.study is None:
        return render_template("holds_bulk.html", found=found)
    choices = _choices(actor, found, language)
    typed = request.form if request.method == "POST" else {}
    return render_template(
        "holds_bulk.html", found=found, choices=choices, filtered=readdress(filters), applied=_applied(found, choices),
        names={act: gettext(name) for act, name in _NAMES.items()}, point_names=point_names(), fault=fault,
        typed=typed, picked=request.form.getlist("subject"),
        whole=whole_holds(actor, found.study_name, found.study_id, filters.site),
        checklists={subject.id: _checklist_url(subject.id, filters) for subject in found.subjects},
        needs_reason=filters.act in ("unfreeze", "unlock"), fields=_fields(replace(filters, after="")),
    )  # fmt: skip


def _checklist_url(subject_id: str, filters: HoldFilters) -> str:
    """The page on which the same is locked of one subject, with its whole checklist."""
    level = "form" if filters.event and filters.form else "event" if filters.event else "subject"
    where = {name: getattr(filters, name) for name in ("event", "form") if filters.event and getattr(filters, name)}
    return url_for("holds.new", kind="lock", level=level, subject=subject_id, **where)


def _choices(actor: Actor, found: Candidates, language: str) -> dict[str, tuple[tuple[str, str], ...]]:
    study = found.study
    if study is None:
        return {}
    return {
        "act": tuple((act, gettext(name)) for act, name in _NAMES.items()),
        "site": sites_seen(actor, found.study_id),
        "event": tuple((event.oid, event.label.said_in(language)) for event in plan(study) if not event.repeating),
        "form": tuple((oid, form.label.said_in(language)) for oid, form in study.forms.items()),
        "status": tuple((status, state_name(status)) for status in _STATUSES),
    }  # fmt: skip


def _applied(found: Candidates, choices: dict[str, tuple[tuple[str, str], ...]]) -> tuple[tuple[str, str], ...]:
    names = ("site", "event", "form", "status")
    return applied(found.filters, {name: label_in(choices[name], getattr(found.filters, name)) for name in names})
