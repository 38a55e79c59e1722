"""Subjects from YAML or JSON files: the shape of `subjects[]` in a study's specification, read without interpretation.

A file is read whole or not at all, and all that is wrong with it is told at once, each fault with its place. Whether
what was typed holds is judged where it is saved.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecrf.errors import BadInput
from ecrf.exchange.trees import Tree, read_tree
from ecrf.messages import N_, Message
from ecrf.names import printable
from forms.casebook import EventKey
from forms.datum import Datum
from forms.definitions import Event, Form, Item, ItemType, Study

_PARTS = {"v": "text", "u": "unit", "q": "comparator", "nd": "missing"}
_MEASURED = (ItemType.LAB, ItemType.QUANTITY)
_COUNT = re.compile("[1-9][0-9]{0,3}")
_ITEM = re.compile("[A-Za-z][A-Za-z0-9_]{0,63}")
_NO_SUBJECT = N_("A subject is a mapping with screening_number and data.")
_NO_NUMBER = N_("A screening number is one text.")
_SAME_NUMBER = N_("This number stands in the file before.")
_NO_EVENT = N_("The study has no event of this name.")
_NO_FORMS = N_("An event holds a mapping of forms.")
_SAME_EVENT = N_("This event stands in the file before, written differently.")
_NO_FORM = N_("The event holds no form of this name.")
_NO_ANSWERS = N_("A form holds a mapping of items; one that repeats may hold a list of them.")
_NO_ITEM = N_("This is no name of an item.")
_NO_VALUE = N_("A value is one text, or a mapping of the parts v, u, q and nd.")
_NO_CODES = N_("A list of plain codes is for an item that takes several; this is something else.")


@dataclass(frozen=True)
class FiledRecord:
    """The answers of one record in a file; row 0 is the form itself."""

    event: EventKey
    form: str
    row: int
    answers: Mapping[str, Datum]


@dataclass(frozen=True)
class FiledSubject:
    """One subject of a file, its records in the order of the file."""

    screening_number: str
    records: tuple[FiledRecord, ...]


def read_subjects(path: Path, study: Study) -> list[FiledSubject]:
    """The subjects of a file, one or a list. Raises `BadInput` with every fault under its place: subject, event, form
    and item, or the line of a file that cannot be read at all."""
    content = read_tree(path)
    reading = _Reading(study)
    subjects = list(reading.subjects(content if isinstance(content, list) else [content]))
    if reading.faults:
        raise BadInput(reading.faults)
    return subjects


class _Reading:
    """One file being read; `faults` are collected by their place."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.faults: dict[str, Message | str] = {}
        self.place: tuple[str, ...] = ()

    def subjects(self, contents: list[Tree]) -> Iterator[FiledSubject]:
        """What can be read of each subject."""
        numbers: set[str] = set()
        for count, content in enumerate(contents, 1):
            self.place = (f"subject {count}",)
            if not isinstance(content, dict) or not isinstance(content.get("data"), dict):
                self.wrong(_NO_SUBJECT)
                continue
            number, data = content.get("screening_number") or "", content["data"]
            if not isinstance(number, str) or not isinstance(data, dict):
                self.wrong(_NO_NUMBER, "screening_number")
                continue
            if number:
                self.place = (f"subject {count} {printable(number)}",)
            if number in numbers:
                self.wrong(_SAME_NUMBER, "screening_number")
            numbers |= {number} - {""}
            yield FiledSubject(number, tuple(self._records(data)))

    def wrong(self, what: str, *where: str) -> None:
        """Keep a fault, at the subject or at a place within it."""
        self.faults[" ".join((*self.place, *map(printable, where)))] = what

    def _records(self, data: dict[str, Tree]) -> Iterator[FiledRecord]:
        known: set[EventKey] = set()
        for name, forms in data.items():
            key, event = self._event(name)
            if key is None or event is None:
                self.wrong(_NO_EVENT, name)
            elif key in known:
                self.wrong(_SAME_EVENT, name)
            elif not isinstance(forms, dict):
                self.wrong(_NO_FORMS, name)
            else:
                known.add(key)
                for form, content in forms.items():
                    yield from self._rows(key, event, form, content)

    def _event(self, written: str) -> tuple[EventKey | None, Event | None]:
        """The event of a name: `SE.SCR`, `SE.UNS#2`, and `SE.UNS` for the first of those that repeat."""
        oid, separator, instance = written.partition("#")
        known = self.study.events.get(oid)
        if known is None or (separator and not (known.repeating and _COUNT.fullmatch(instance))):
            return None, None
        return EventKey(oid, int(instance or known.repeating)), known

    def _rows(self, key: EventKey, event: Event, name: str, content: Tree) -> Iterator[FiledRecord]:
        """The records of one form: a list holds rows; beside what stands on the form itself they are its `rows`."""
        form = self.study.forms.get(name) if name in event.forms else None
        if form is None:
            self.wrong(_NO_FORM, key.written, name)
            return
        own: list[Tree] = [content]
        rows: Tree = []
        if form.repeating and isinstance(content, list):
            own, rows = [], content
        elif form.repeating and isinstance(content, dict) and "rows" in content:
            rest: Tree = {item: value for item, value in content.items() if item != "rows"}
            own, rows = [rest] if rest else [], content["rows"]
        if not isinstance(rows, list):
            self.wrong(_NO_ANSWERS, key.written, name, "rows")
            rows = []
        for row, answers in [*((0, each) for each in own), *enumerate(rows, 1)]:
            yield from self._record(key, form, row, answers)

    def _record(self, key: EventKey, form: Form, row: int, answers: Tree) -> Iterator[FiledRecord]:
        where = f"{form.oid}[{row}]" if row else form.oid
        if not isinstance(answers, dict):
            self.wrong(_NO_ANSWERS, key.written, where)
            return
        read = {}
        for name, value in answers.items():
            datum = _datum(form.items.get(name), value) if _ITEM.fullmatch(name) else _NO_ITEM
            if isinstance(datum, str):
                self.wrong(datum, key.written, where, name)
            else:
                read[name] = datum
        yield FiledRecord(key, form.oid, row, read)


def _datum(item: Item | None, value: Tree) -> Datum | str:
    """The value of one item, or what is wrong with its shape.

    A bare value is in the item's canonical unit; a mapping names its parts; a list holds the codes of one that takes
    several, joined as a `Datum` documents it.
    """
    parts = value if isinstance(value, dict) else {"v": value}
    if not parts.keys() <= _PARTS.keys() or any(isinstance(part, dict) for part in parts.values()):
        return _NO_VALUE
    texts: dict[str, Any] = {_PARTS[key]: part or None for key, part in parts.items()}
    for name, part in texts.items():
        if isinstance(part, list):
            if item is None or item.type is not ItemType.CODES or name != "text" or not all(map(_is_code, part)):
                return _NO_CODES
            texts[name] = " ".join(part)
    datum = Datum(**texts)
    if item is not None and item.type in _MEASURED and datum.text is not None and datum.unit is None:
        return Datum(datum.text, item.canonical, datum.comparator, datum.missing)
    return datum


def _is_code(entry: Tree) -> bool:
    return isinstance(entry, str) and bool(entry) and not any(map(str.isspace, entry))
