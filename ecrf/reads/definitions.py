"""Published definitions as pages need them: kept in this process, for a published version never changes."""

from collections import OrderedDict

from sqlalchemy import select

from ecrf.db import db
from ecrf.errors import NotFound
from ecrf.models.studies import StudyVersion
from forms.casebook import EventKey
from forms.definitions import Event, Study
from forms.published import study_from_json

_KEPT = 16
_DEFINITIONS: OrderedDict[tuple[str, int], Study] = OrderedDict()


def definition(study_id: str, number: int) -> Study:
    """The definitions of a published version; one statement the first time, none afterwards."""
    key = (study_id, number)
    if key not in _DEFINITIONS:
        wanted = select(StudyVersion.definition).where(
            StudyVersion.study_id == study_id, StudyVersion.number == number
        )  # fmt: skip
        text = db.session.scalar(wanted)
        if text is None:
            raise NotFound("study_version")
        _DEFINITIONS[key] = study_from_json(text)
        while len(_DEFINITIONS) > _KEPT:
            _DEFINITIONS.popitem(last=False)
    return _DEFINITIONS[key]


def plan(study: Study) -> tuple[Event, ...]:
    """The events that hold forms, in the order of the plan."""
    return tuple(sorted((event for event in study.events.values() if event.forms), key=lambda event: event.order))


def anchor(key: EventKey) -> str:
    """The place of a visit on the casebook page."""
    return f"visit-{key.oid}-{key.instance}" if key.instance else f"visit-{key.oid}"


def event_label(study: Study, oid: str, instance: int, language: str) -> str:
    """An event as people call it: "Week 14", "Unscheduled visit 2"."""
    event = study.events.get(oid)
    if event is None:
        return oid
    label = event.label.said_in(language)
    return f"{label} {instance}" if event.repeating else label


def form_label(study: Study, oid: str, language: str, row: int = 0) -> str:
    """A form as people call it, with the number of its row."""
    form = study.forms.get(oid)
    label = form.label.said_in(language) if form else oid
    return f"{label} {row}" if row else label


def item_label(study: Study, form: str, item: str, language: str) -> str:
    """An item as people call it."""
    found = study.forms[form].items.get(item) if form in study.forms else None
    return found.label.said_in(language) if found else item


def place(
    study: Study, event: str, instance: int, form: str, language: str, row: int = 0, item: str | None = None
) -> str:
    """Where a thing stands: "Week 14 · Serum chemistry · Potassium"."""
    parts = [event_label(study, event, instance, language), form_label(study, form, language, row)]
    return " · ".join([*parts, item_label(study, form, item, language)] if item else parts)
