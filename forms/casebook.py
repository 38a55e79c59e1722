"""One subject's data as checks and derivations see them: values by record, nothing of tables or people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from forms.datum import Datum
from forms.ranges import RangeTable

Values = Mapping[str, Datum]


class EventKey(NamedTuple):
    """One event of one subject; instances of a repeating event count from 1, all others are 0."""

    oid: str
    instance: int = 0

    @property
    def written(self) -> str:
        """The event as people write it: `SE.SCR`, `SE.UNS#2`."""
        return f"{self.oid}#{self.instance}" if self.instance else self.oid


class RecordKey(NamedTuple):
    """One record: `row` 0 is the form itself, rows of a repeating form count from 1 and are never reused."""

    event: EventKey
    form: str
    row: int = 0


@dataclass(frozen=True)
class Casebook:
    """The surroundings of one evaluation.

    `records` holds every started record that is not removed, computed items included; `events` the events that exist
    and took place; `held` the records (and single items) that are frozen or locked and so take no consequences;
    `today` is the date at the subject's site; `taken` the unique items of the saved record whose typed value another
    subject already has.
    """

    records: Mapping[RecordKey, Values]
    ranges: RangeTable
    today: date
    events: frozenset[EventKey] = frozenset()
    held_records: frozenset[RecordKey] = frozenset()
    held_items: frozenset[tuple[RecordKey, str]] = frozenset()
    open_queries: int = 0
    taken: frozenset[str] = frozenset()
