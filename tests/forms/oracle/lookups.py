"""How a name finds its value in a casebook, by the book: by walking over all records and all that is possible."""

from fractions import Fraction
from typing import Any, NamedTuple

from tests.forms.oracle.casebooks import Book, Place, Typed
from tests.forms.oracle.study import DECLARED, EVENTS, FACTORS, GENERAL, TYPE_OF
from tests.forms.oracle.worlds import DAY, Ends, birthdays, clock_of, days_of, number_of, seconds_of

SCHEDULED = [alias for alias, (kind, *_) in EVENTS.items() if kind == "scheduled"]
Visited = tuple[str, int]


def value_of(item: str, typed: Typed | None) -> Any:
    """The possible values of what was typed: numbers in the base of what the unit measures, None for missing."""
    if typed is None or typed.text is None:
        return None
    kind = TYPE_OF[item]
    if kind in ("lab", "quantity"):
        return measured_of(item, typed)
    if kind in ("integer", "decimal"):
        ends = number_of(typed.text, None)
        return in_base(ends, "a") if ends and item == "AGEYEARS" else ends
    if kind in ("date", "datetime"):
        return (days_of if kind == "date" else seconds_of)(typed.text)
    if kind == "codes":
        return frozenset(typed.text.split())
    if kind == "time":
        return clock_of(typed.text)
    return typed.text


def measured_of(item: str, typed: Typed) -> Ends | None:
    """A measured number in its base, by way of the factor that the item declares for the unit."""
    ends, units = number_of(typed.text or "", typed.comparator), DECLARED[item]
    unit = typed.unit or (next(iter(units)) if len(units) == 1 else "")
    if ends is None or unit not in units and (item, unit) not in GENERAL:
        return None
    return in_base((canonical(item, unit, ends[0]), canonical(item, unit, ends[1])), next(iter(units)))


def canonical(item: str, unit: str, number: Fraction) -> Fraction:
    """A number of an item in its canonical unit."""
    if unit in DECLARED[item]:
        factor, offset, post = map(Fraction, DECLARED[item][unit])
        return (number + offset) * factor + post
    factor, post = GENERAL[item, unit]
    return number * factor + post


def in_base(ends: Ends, unit: str) -> Ends:
    """A number of a unit in the base of what it measures."""
    _, factor, offset = FACTORS[unit]
    low, high = ((end + Fraction(offset)) * Fraction(factor) for end in ends)
    return low, high


class Here(NamedTuple):
    """A record of a book, from which names are looked up."""

    book: Book
    place: Place

    def value(self, place: Place | None, item: str) -> Any:
        """What an item of a record may be."""
        return value_of(item, self.book.records.get(place, {}).get(item)) if place else None

    def find(self, word: str, form: str, item: str) -> Place | None:
        """The record that a name leads to; `word` is `row`, `event`, an alias, PREV, FIRST or LAST."""
        if word == "row":
            return self.place
        if word == "event":
            return Place(self.place.event, self.place.instance, form)
        visits = [(word, instance) for instance in (0, 1, 2)] if word in EVENTS else self._order(word)
        places = [Place(*visit, form) for visit in visits]
        filled = [place for place in places if self.value(place, item) is not None]
        return (filled[0] if word == "FIRST" else filled[-1]) if filled else None

    def _order(self, word: str) -> list[Visited]:
        """The events that PREV, FIRST and LAST may lead to, the earliest first."""
        days = {place[:2]: self.value(place, "VISDAT") for place in self.book.records if place.form == "SV"}
        known = [visit for visit, found in days.items() if found is not None and len(found) == 1]
        dated = sorted(known, key=lambda visit: (days[visit], EVENTS[visit[0]][1], visit[1]))
        own = self.place[:2]
        if word != "PREV":
            return dated
        if self.place.form == "SV":
            before = SCHEDULED[: SCHEDULED.index(own[0])] if own[0] in SCHEDULED else []
            return [(alias, 0) for alias in before if (alias, 0) in dated]
        return dated[: dated.index(own)] if own in dated else []

    def rows(self, form: str) -> list["Here"]:
        """The rows of this event where the plan has the form here, else of the whole casebook."""
        planned = form in EVENTS[self.place.event][3].split()
        return [
            Here(self.book, place)
            for place in self.book.records
            if place.form == form and place.row and (place[:2] == self.place[:2] or not planned)
        ]

    def limit(self, which: str, word: str, form: str, item: str) -> Ends | None:
        """The limit of the one range that every possible day of the sample and every possible age chooses."""
        place = self.find(word, form, item)
        laboratory, sampled = self.value(place, "LABID"), self.value(place, "LBDTC")
        if place is None or laboratory is None or sampled is None:
            return None
        births = self.value(Place("SCR", 0, "DM"), "BRTHDAT")
        sex = self.value(Place("SCR", 0, "DM"), "SEX")
        days = sorted({second // DAY for second in sampled})
        chosen = {
            id: row
            for day in (days[0], days[-1])
            for birth in births or (None,)
            for id, row in [self._range(laboratory, f"{place.form}.{item}", sex, birth, day)]
        }
        row = next(iter(chosen.values())) if len(chosen) == 1 else None
        bound = None if row is None else row.high if which == "uln" else row.low
        if row is None or bound is None:
            return None
        moved = canonical(item, row.unit, bound)
        return in_base((moved, moved), next(iter(DECLARED[item])))

    def _range(self, laboratory: str, analyte: str, sex: str | None, birth: int | None, day: int) -> tuple[str, Any]:
        for row in self.book.ranges:
            if (row.laboratory, row.analyte) == (laboratory, analyte) and row.sex in ("*", sex) and birth is not None:
                last = row.valid_to.toordinal() if row.valid_to else day
                if row.age_min <= birthdays(birth, day) <= row.age_max and row.valid_from.toordinal() <= day <= last:
                    return row.id, row
        return "", None
