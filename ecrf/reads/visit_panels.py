"""One visit with its forms: what is expected of it, and how far each form has come."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ecrf.reads.definitions import anchor, event_label
from ecrf.reads.departures import Said
from ecrf.reads.states import FormState, VisitState, is_expected, visit_state
from forms.casebook import EventKey
from forms.definitions import Event, Study

DONE = ("complete", "verified", "signed", "frozen", "locked", "not_done")
"""A form that was not done waits for nothing."""
_NOT_YET = FormState("not_started")


@dataclass(frozen=True)
class FormLine:
    """One form of one visit; `event` and `instance` with `form` are its address. One that is not expected is entered
    only where there is something to enter."""

    event: str
    instance: int
    form: str
    label: str
    state: str
    rows: int
    open_queries: int
    record_id: str | None
    visit: str
    is_expected: bool = True
    row: int = 0


@dataclass(frozen=True)
class VisitPanel:
    """One visit: its state, its date as it was entered, its forms; `gone` says who called it not done or removed it,
    and why. `event` and `instance` are its address; `held` is frozen or locked where the visit is held as such."""

    anchor: str
    label: str
    state: str
    date: str | None
    forms: tuple[FormLine, ...]
    complete: int
    expected: int
    open_queries: int
    is_open: bool
    is_expected: bool
    is_planned: bool
    kind: str = "scheduled"
    event: str = ""
    instance: int = 0
    has_begun: bool = False
    gone: Said | None = None
    held: str | None = None


def visit_panel(
    study: Study, event: Event, key: EventKey, visit: VisitState | None, date: str | None, gone: Said | None,
    language: str,
) -> VisitPanel:  # fmt: skip
    """The panel of a visit of the plan; `visit` is what has begun of it."""
    begun = dict(visit.forms) if visit else {}
    lines = (_line(study, key, oid, begun.get(oid, _NOT_YET), language) for oid in event.forms)
    forms = tuple(replace(line, is_expected=_is_expected(study, event, line, begun)) for line in lines)
    return VisitPanel(
        anchor=anchor(key),
        label=event_label(study, key.oid, key.instance, language),
        state=visit_state(study, event, visit), date=date, forms=forms,
        complete=sum(form.state in DONE for form in forms), expected=sum(form.is_expected for form in forms),
        open_queries=(asked := sum(form.open_queries for form in forms)), is_open=bool(asked),
        is_expected=visit is not None or event.kind in ("scheduled", "common"),
        is_planned=event.kind == "scheduled", kind=event.kind, event=key.oid, instance=key.instance,
        has_begun=bool(begun) or (visit is not None and event.kind == "unscheduled"),
        gone=gone, held=visit.held if visit else None,
    )  # fmt: skip


def _is_expected(study: Study, event: Event, line: FormLine, begun: Mapping[str, FormState]) -> bool:
    """One that was entered by mistake is not expected any more."""
    return line.state != "removed" and is_expected(study, event, line.form, begun)


def _line(study: Study, key: EventKey, oid: str, state: FormState, language: str) -> FormLine:
    label = study.forms[oid].label.said_in(language)
    return FormLine(
        key.oid, key.instance, oid, label, state.state, state.rows, state.open_queries, state.record_id,
        event_label(study, key.oid, key.instance, language),
    )  # fmt: skip
