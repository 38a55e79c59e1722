"""How commands name what stands where: a subject by its number, a record by event, form and row, a query by number."""

from collections.abc import Callable

import click

from ecrf.errors import NotFound
from ecrf.policy.actors import Actor
from ecrf.reads.subjects import subject_numbered
from ecrf.services.records import Address
from forms.casebook import EventKey

_LONGEST_COUNT = 5

by = click.option("--as", "by", metavar="USER", required=True, help="The account that acts; the trail prints it.")
row = click.option("--row", type=click.IntRange(0, 99999), default=0, help="The row of a repeating form.")


why = click.option("--reason", "text", required=True, help="Why, in one's own words.")


def reason_of(choices: tuple[str, ...]) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """Why, as one of a list."""
    return click.option("--reason", "code", type=click.Choice(choices), required=True, help="Why, of this list.")


def event_key(written: str) -> EventKey:
    """An event as people write it, `SE.SCR` or `SE.UNS#2`; raises `NotFound` for what names none."""
    oid, separator, count = written.partition("#")
    if separator and not (count.isascii() and count.isdigit() and len(count) <= _LONGEST_COUNT and count[0] != "0"):
        raise NotFound("event")
    return EventKey(oid, int(count or 0))


def record_address(actor: Actor, study: str, subject: str, event: str, form: str, row: int) -> Address:
    """Where a record stands, started or not."""
    return Address(subject_numbered(actor, study, subject), event_key(event), form, row)
