"""Where a record stands, as addresses of the API write it: `/subjects/{id}/records/SE.UNS~1/CHEM/0`."""

from urllib.parse import quote

from ecrf.errors import NotFound
from ecrf.services.records import Address
from forms.casebook import EventKey

ROOT = "/api/v1"


def event_key(code: str) -> EventKey:
    """The event an address names, `SE.UNS~1` or `SE.UNS#1`; raises `NotFound` for what names none."""
    oid, separator, instance = code.replace("#", "~").partition("~")
    if separator and not (instance.isascii() and instance.isdigit() and len(instance) < 6 and instance[0] != "0"):
        raise NotFound("event")
    return EventKey(oid, int(instance or 0))


def record_address(subject_id: str, event: str, form: str, row: int) -> Address:
    """The record an address names."""
    return Address(subject_id, event_key(event), form, row)


def record_url(subject_id: str, event: EventKey, form: str, row: int) -> str:
    """The address of a record."""
    code = quote(event.written.replace("#", "~"), safe="~")
    return f"{ROOT}/subjects/{quote(subject_id)}/records/{code}/{quote(form)}/{row}"


def visit_url(subject_id: str, event: EventKey) -> str:
    """The address at which the state of a visit is set."""
    code = quote(event.written.replace("#", "~"), safe="~")
    return f"{ROOT}/subjects/{quote(subject_id)}/visits/{code}/state"


def subject_url(subject_id: str) -> str:
    """The address of a subject."""
    return f"{ROOT}/subjects/{quote(subject_id)}"


def query_url(query_id: str) -> str:
    """The address of a query."""
    return f"{ROOT}/queries/{quote(query_id)}"
