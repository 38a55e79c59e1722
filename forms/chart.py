"""One subject's casebook opened for an evaluation: typed values read once, answers and computed values laid over it."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple

from forms.casebook import Casebook, EventKey, RecordKey
from forms.compiled import CompiledStudy
from forms.dates import Moment
from forms.datum import Datum
from forms.definitions import Event, Item
from forms.kinds import Value
from forms.limits import NO_LIMITS, Limits, Person, Sample, chosen_row, limits_of
from forms.open_records import OpenRecord

SCHEDULED = "scheduled"


class Visit(NamedTuple):
    """An event with a visit date, in the order that `PREV`, `FIRST` and `LAST` follow."""

    day: date
    order: int
    instance: int
    event: EventKey


class Chart:
    """The casebook with one record's answers over it. Computed values are written into it as they are derived; the
    casebook itself never changes."""

    def __init__(
        self,
        compiled: CompiledStudy,
        casebook: Casebook,
        key: RecordKey | None = None,
        answers: Mapping[str, Datum] | None = None,
    ) -> None:
        self.compiled, self.study, self.casebook = compiled, compiled.study, casebook
        self.judged, self._answers = key, answers or {}
        self._open: dict[RecordKey, OpenRecord] = {}
        self._places: dict[tuple[str, bool], list[RecordKey]] = {}
        self._samples: dict[RecordKey, Sample | None] = {}
        self._keys: dict[str, list[RecordKey]] = {}
        for each in sorted({*casebook.records, *([key] if answers and key is not None else ())}):
            self._keys.setdefault(each.form, []).append(each)

    def records(self, form: str) -> list[RecordKey]:
        """The records of a form in all events, rows after the form itself."""
        return self._keys.get(form, [])

    def rows(self, event: EventKey, form: str) -> list[RecordKey]:
        """The rows of a repeating form in one event."""
        return [key for key in self.records(form) if key.event == event and key.row > 0]

    def places(self, form: str, on_rows: bool) -> list[RecordKey]:
        """Where an expression of a form runs: on each row of a repeating form, or once for the form in each event."""
        places = self._places.get((form, on_rows))
        if places is None:
            keys = self.records(form)
            whole = (key if key.row == 0 else RecordKey(key.event, form) for key in keys)
            places = [key for key in keys if key.row] if on_rows else list(dict.fromkeys(whole))
            self._places[form, on_rows] = places
        return places

    def item(self, form: str, item: str) -> Item | None:
        """The definition of an item."""
        found = self.study.forms.get(form)
        return found.items.get(item) if found else None

    def at(self, key: RecordKey) -> OpenRecord:
        """One record, opened once."""
        record = self._open.get(key)
        if record is None:
            record = self._open[key] = self._opened(key)
        return record

    def _opened(self, key: RecordKey) -> OpenRecord:
        book, form = self.casebook, self.study.forms.get(key.form)
        return OpenRecord(
            key, form.items if form else {}, book.records.get(key, {}),
            self._answers if key == self.judged else {}, is_held=key in book.held_records,
            held_items=frozenset(item for owner, item in book.held_items if owner == key),
        )  # fmt: skip

    def datum(self, key: RecordKey, item: str) -> Datum | None:
        """What stands for an item now."""
        return self.at(key).datum(item)

    def value(self, key: RecordKey, item: str) -> Value:
        """The typed value of an item, None where it is missing or not of this version."""
        return self.at(key).value(item)

    def own(self, key: RecordKey, item: str) -> RecordKey:
        """The record that holds an item named on another of its form: from a row that may be the form's own."""
        return key._replace(row=0) if key.row and item not in self.compiled.row_items(key.form) else key

    def event(self, key: EventKey) -> Event | None:
        """The plan's definition of an event."""
        return self.study.events.get(key.oid)

    def events_of(self, alias: str) -> list[EventKey]:
        """The events under an alias that have records; several only where the event repeats."""
        oids = {event.oid for event in self.study.events.values() if event.alias == alias}
        found = {key.event for keys in self._keys.values() for key in keys if key.event.oid in oids}
        return sorted(found, key=lambda event: event.instance)

    @cached_property
    def visits(self) -> list[Visit]:
        """The events that have a visit date, earliest first; on one day by plan order, then by instance."""
        form, _, item = self.study.visit_item.partition(".")
        visits = []
        for key in self.records(form):
            event, day = self.event(key.event), self.value(key, item)
            if event is not None and isinstance(day, Moment) and day.date().is_exact:
                visits.append(Visit(day.date().earliest, event.order, key.event.instance, key.event))
        return sorted(visits)

    @cached_property
    def planned(self) -> list[Visit]:
        """The scheduled events that have a visit date, in plan order."""
        scheduled = [visit for visit in self.visits if self.study.events[visit.event.oid].kind == SCHEDULED]
        return sorted(scheduled, key=lambda visit: visit.order)

    @cached_property
    def baseline_events(self) -> list[str]:
        """The scheduled events on or before day 0, the latest first: where a baseline can come from."""
        scheduled = [event for event in self.study.events.values() if event.kind == SCHEDULED]
        day_zero = min((event.order for event in scheduled if event.target == 0), default=0)
        before = [event for event in scheduled if event.order <= day_zero]
        return [event.oid for event in sorted(before, key=lambda event: -event.order)]

    def limits(self, key: RecordKey, item: str) -> Limits:
        """The range row and limits that apply to an item of a record; only entered values choose them."""
        known = self.at(key).limits
        if item not in known:
            known[item] = self._limits_of(key, item)
        return known[item]

    def _limits_of(self, key: RecordKey, oid: str) -> Limits:
        if key not in self._samples:
            self._samples[key] = self._sample_of(key)
        item, sample = self.item(key.form, oid), self._samples[key]
        row = chosen_row(self.casebook.ranges, f"{key.form}.{oid}", sample) if item and sample else None
        return limits_of(row, item) if item and row else NO_LIMITS

    def _sample_of(self, key: RecordKey) -> Sample | None:
        """The sample that a record tells of, None where its laboratory or its date is missing."""
        rule = self.study.sample_rules.get(key.form)
        laboratory = self.value(self.own(key, rule.laboratory), rule.laboratory) if rule and rule.laboratory else None
        sampled = self.value(self.own(key, rule.sample), rule.sample) if rule else None
        if not isinstance(laboratory, str) or not isinstance(sampled, Moment):
            return None
        return Sample(laboratory, sampled, self.person)

    @cached_property
    def person(self) -> Person:
        """The subject's sex and date of birth, as far as they are known."""
        sex, birth = self._value_at(self.study.sex_item), self._value_at(self.study.birth_item)
        return Person(sex if isinstance(sex, str) else None, birth if isinstance(birth, Moment) else None)

    def _value_at(self, path: str) -> Value:
        """The value of an item named with its event: `SCR.DM.SEX`."""
        alias, form, item = path.split(".")
        events = self.events_of(alias)
        return self.value(RecordKey(events[0], form), item) if events else None
