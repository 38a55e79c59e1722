"""Addresses that several pages lead to: a form of an event of a subject, as it stands in the address bar."""

from typing import Protocol
from urllib.parse import quote

from ecrf.errors import NotFound
from forms.casebook import EventKey

FORM = "/subjects/<subject_id>/<event>/<form>"
NEW = f"{FORM}/new"
"""The rules of a form's page, and of the page that adds a row to it."""


class FormPlace(Protocol):
    """Anything that says where a form stands: row 0 is the form itself."""

    @property
    def event(self) -> str:
        """The OID of the event."""

    @property
    def instance(self) -> int:
        """Which one of a repeating event."""

    @property
    def form(self) -> str:
        """The OID of the form."""

    @property
    def row(self) -> int:
        """The row, 0 for the form itself."""


class DraftPlace(FormPlace, Protocol):
    """Anything that says where a draft stands: a form, a row, or a row that is not there yet."""

    @property
    def subject_id(self) -> str:
        """The subject."""

    @property
    def row_id(self) -> str:
        """The id that a row will have which is not there yet; empty for what is there."""


def event_code(key: EventKey) -> str:
    """An event as an address writes it: `SE.SCR`, `SE.UNS~2`."""
    return f"{key.oid}~{key.instance}" if key.instance else key.oid


def event_key(code: str) -> EventKey:
    """The event that an address names; raises `NotFound` for what names none."""
    oid, separator, instance = code.partition("~")
    if separator and not (instance.isascii() and instance.isdigit() and len(instance) < 6 and instance[0] != "0"):
        raise NotFound("event")
    return EventKey(oid, int(instance or 0))


def form_url(subject_id: str, place: FormPlace) -> str:
    """The page of a form, or of one row of a repeating form."""
    event = quote(event_code(EventKey(place.event, place.instance)), safe="~")
    address = f"/subjects/{quote(subject_id)}/{event}/{quote(place.form)}"
    return f"{address}/{place.row}" if place.row else address


def draft_url(draft: DraftPlace) -> str:
    """The page on which a draft is finished."""
    address = form_url(draft.subject_id, draft)
    return f"{address}/new?row_id={quote(draft.row_id)}" if draft.row_id else address


class ReadingStep(Protocol):
    """Anything that says what is read: a visit, or (`form` not empty) one form of it."""

    @property
    def event(self) -> EventKey:
        """The visit."""

    @property
    def form(self) -> str:
        """The OID of the form, or nothing."""


def reading_url(subject_id: str, place: FormPlace) -> str:
    """The page on which the visit of a form is read."""
    return _reading(subject_id, EventKey(place.event, place.instance))


def form_reading_url(subject_id: str, place: FormPlace) -> str:
    """The page on which a form alone is read."""
    return f"{reading_url(subject_id, place)}/{quote(place.form)}"


def step_url(subject_id: str, step: ReadingStep) -> str:
    """The page on which a visit or a form is read."""
    address = _reading(subject_id, step.event)
    return f"{address}/{quote(step.form)}" if step.form else address


def _reading(subject_id: str, event: EventKey) -> str:
    return f"/subjects/{quote(subject_id)}/reading/{quote(event_code(event), safe='~')}"
