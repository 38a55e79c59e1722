"""The surroundings in which an expression runs: one record or row of a chart, and what it can see from there."""

from collections.abc import Iterable
from fractions import Fraction

from forms.casebook import EventKey, RecordKey, Values
from forms.chart import SCHEDULED, Chart
from forms.dates import Moment, day
from forms.datum import Datum, Documented
from forms.expressions import Compiled, Reference, TooManySteps
from forms.findings import RangeUsed
from forms.kinds import Value
from forms.limits import range_used
from forms.quantities import Quantity
from forms.rows import duplicate_dates, overlapping_rows

_MOST_KNOWN = 16384


class RecordScope:
    """`Scope` of the expression language over a chart.

    `PREV` is the nearest earlier event by visit date, plan order and instance in which the item is not missing, and
    in the form that holds the visit date the previous scheduled event of the plan. An event without a visit date has
    no place in that order: from there, `PREV` is missing.
    """

    __slots__ = ("_record", "_values", "chart", "key")

    def __init__(self, chart: Chart, key: RecordKey) -> None:
        self.chart, self.key = chart, key
        self._record = chart.at(key)
        self._values = self._record.values

    def run(self, rule: Compiled) -> Value:
        """The value of an expression here; one that would visit more rows than any subject has is not evaluable."""
        try:
            return rule.evaluate(self)
        except TooManySteps:
            return None

    def value(self, reference: Reference) -> Value:
        """The typed value of an item."""
        if reference.place == "row" and not self.key.row:
            item = reference.item
            return self._values[item] if item in self._values else self._record.value(item)
        place = self._place_of(reference)
        return self.chart.value(place, reference.item) if place else None

    def entered(self, reference: Reference) -> Datum | None:
        """What was typed for it."""
        place = self._place_of(reference)
        return self.chart.datum(place, reference.item) if place else None

    def limit(self, which: str, reference: Reference) -> Quantity | None:
        """The limit of normal that applies to it, in its canonical unit."""
        place = self._place_of(reference)
        item = self.chart.item(place.form, reference.item) if place else None
        if place is None or item is None:
            return None
        limits = self.chart.limits(place, reference.item)
        limit = limits.high if which == "uln" else limits.low
        return None if limit is None else Quantity(limit, item.canonical)

    def range_used(self, reference: Reference) -> RangeUsed | None:
        """The range row behind its limits."""
        place = self._place_of(reference)
        row = self.chart.limits(place, reference.item).row if place else None
        return range_used(row) if row else None

    def rows(self, form: str) -> Iterable["RecordScope"]:
        """The rows of a form: of this event where the plan has the form here, else of every event (the logs)."""
        event = self.chart.event(self.key.event)
        if event is not None and form in event.forms:
            keys = self.chart.rows(self.key.event, form)
        else:
            keys = [key for key in self.chart.records(form) if key.row > 0]
        return [RecordScope(self.chart, key) for key in keys]

    def parameter(self, name: str) -> Value:
        """The value of a study parameter."""
        found = self.chart.study.parameters.get(name)
        if found is None:
            return None
        if isinstance(found.value, tuple):
            return tuple(_parameter(each, found.unit) for each in found.value)
        return _parameter(found.value, found.unit)

    def event_fact(self, name: str) -> Value:
        """What the plan says of the event at hand."""
        event = self.chart.event(self.key.event)
        if event is None:
            return None
        if name in {"event", "event_type"}:
            return event.oid if name == "event" else event.kind
        days = {"event_target": event.target, "event_min": event.window_min, "event_max": event.window_max}[name]
        return None if days is None else Quantity(Fraction(days))

    def today(self) -> Moment:
        """The date at the subject's site."""
        return day(self.chart.casebook.today)

    def call(self, name: str, args: tuple[str, ...]) -> Value:
        """A question to the casebook."""
        if name == "open_queries":
            return Quantity(Fraction(self.chart.casebook.open_queries))
        if name == "required_missing":
            return Quantity(Fraction(self._required_missing()))
        form, item = args
        rows = [scope.key for scope in self.rows(form)]
        return (duplicate_dates if name == "duplicate_dates" else overlapping_rows)(self.chart, rows, item)

    def is_asked(self) -> bool:
        """Whether the form is to be filled in here: its condition holds, or it has none; one that holds an answer
        stays."""
        condition = self.chart.compiled.forms_shown.get(self.key.form)
        if condition is None or self.run(condition) is True:
            return True
        items = self.chart.compiled.items_at(self.key.form, self.key.row)
        entered = (oid for oid in items if not self._record.items[oid].is_computed)
        return any(self._record.is_answered(oid) for oid in entered)

    def is_shown(self, item: str) -> bool:
        """Whether the record shows an item of its own: its condition holds, or it has none; what holds a value stays
        in sight."""
        condition = self.chart.compiled.shown.get((self.key.form, item))
        if condition is None or self.run(condition) is True:
            return True
        return self._record.is_answered(item)

    def is_required(self, item: str) -> bool:
        """Whether a person must answer an item or say why not."""
        definition = self.chart.item(self.key.form, item)
        if definition is None or definition.is_computed or not self.is_shown(item):
            return False
        condition = self.chart.compiled.required.get((self.key.form, item))
        return definition.required is True if condition is None else self.run(condition) is True

    def missing_required(self) -> tuple[str, ...]:
        """The required items without a value and without a reason, in the order of the form."""
        if self.key.form not in self.chart.study.forms:
            return ()
        items = self.chart.compiled.requirable_at(self.key.form, self.key.row)
        missing = tuple(oid for oid in self._record.unanswered(items) if self.is_required(oid))
        return missing if missing and self.is_asked() else ()

    def _required_missing(self) -> int:
        """Over the started records of the events that took place, but for the form that asks."""
        book = self.chart.casebook
        return sum(
            _lacking(self.chart, key, values)
            for key, values in book.records.items()
            if key.form != self.key.form and key.event in book.events
        )

    def _place_of(self, reference: Reference) -> RecordKey | None:
        """The record in which a reference finds its item, None where there is none."""
        place, form, item = reference
        if place == "row":
            return self.chart.own(self.key, item)
        if form is None:
            return None
        if place == "event":
            return RecordKey(self.key.event, form)
        if place in {"PREV", "FIRST", "LAST"}:
            return self._relative_place(place, form, item)
        answered = [RecordKey(event, form) for event in self.chart.events_of(place)]
        return next((key for key in reversed(answered) if self.chart.value(key, item) is not None), None)

    def _relative_place(self, place: str, form: str, item: str) -> RecordKey | None:
        visit_form = self.chart.study.visit_item.partition(".")[0]
        if place == "PREV" and self.key.form == visit_form:
            visits = self._planned_before()
        else:
            visits = self._visits_before() if place == "PREV" else [visit.event for visit in self.chart.visits]
        keys = (RecordKey(event, form) for event in (visits if place == "FIRST" else reversed(visits)))
        return next((key for key in keys if self.chart.value(key, item) is not None), None)

    def _visits_before(self) -> list[EventKey]:
        events = [visit.event for visit in self.chart.visits]
        return events[: events.index(self.key.event)] if self.key.event in events else []

    def _planned_before(self) -> list[EventKey]:
        own = self.chart.event(self.key.event)
        order = own.order if own is not None and own.kind == SCHEDULED else 0
        return [visit.event for visit in self.chart.planned if visit.order < order]


class Scopes(dict[RecordKey, RecordScope]):
    """The scopes of a chart by record, each made once."""

    def __init__(self, chart: Chart) -> None:
        super().__init__()
        self._chart = chart

    def __missing__(self, key: RecordKey) -> RecordScope:
        made = self[key] = RecordScope(self._chart, key)
        return made


def _parameter(value: Fraction | str, unit: str | None) -> Quantity | str:
    return Quantity(value, unit) if isinstance(value, Fraction) else value


def _lacking(chart: Chart, key: RecordKey, values: Values) -> int:
    """How many required items a record lacks; the same document is asked once where it alone decides."""
    kind = (key.form, key.row > 0)
    if key == chart.judged or kind not in chart.compiled.alone or not isinstance(values, Documented) or not values.text:
        return len(RecordScope(chart, key).missing_required())
    known, place = chart.compiled.lacks, (*kind, key.event.oid, values.text)
    if place not in known:
        if len(known) >= _MOST_KNOWN:
            known.clear()
        known[place] = len(RecordScope(chart, key).missing_required())
    return known[place]
