"""Subjects from YAML or JSON files: the shape of `subjects[]` in a study's specification, read without interpretation.

Every scalar stays the text it is in the file (`24.0` is not `24`), as if somebody had typed it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ecrf.errors import BadInput
from ecrf.messages import N_, Message
from forms.casebook import EventKey
from forms.datum import Datum
from forms.definitions import Item, ItemType, Study

_PARTS = {"v": "text", "u": "unit", "q": "comparator", "nd": "missing"}
_LONGEST_COUNT = 4
_MEASURED = (ItemType.LAB, ItemType.QUANTITY)


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
    """The subjects of a file, one or a list; raises `BadInput` naming what cannot be read."""
    try:
        content = _content(path)
    except RecursionError:
        raise _unreadable("it is nested too deeply") from None
    except (OSError, UnicodeDecodeError, ValueError, yaml.YAMLError) as fault:
        raise _unreadable(str(fault)) from fault
    subjects = content if isinstance(content, list) else [content]
    return [_subject(each, study) for each in subjects]


def _content(path: Path) -> Any:
    text = path.read_text("utf-8")
    if path.suffix == ".json":
        return json.loads(text, parse_float=str, parse_int=str, object_pairs_hook=_once)
    return yaml.load(text, _Loader)  # noqa: S506 - builds nothing but strings, lists and mappings


class _Loader(yaml.BaseLoader):
    """Strings, lists and mappings, in which a key stands once and nothing refers to anything else: written out, a few
    lines of aliases of aliases are more than any memory holds."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """The next node, if it is written here."""
        if self.check_event(yaml.AliasEvent):
            raise ValueError("aliases (& and *) are not read; write the value out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        """The mapping, all of it: of two values under one key, one would be lost."""
        _once((str(key.value), None) for key, _ in node.value)
        return super().construct_mapping(node, deep)


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key} is written twice")
        found[key] = value
    return found


def _unreadable(why: str) -> BadInput:
    return BadInput({"file": Message(N_("The file cannot be read: %(why)s"), {"why": why[:300]})})


def _subject(content: Any, study: Study) -> FiledSubject:
    if not isinstance(content, dict) or not isinstance(content.get("data"), dict):
        raise _unreadable("a subject is a mapping with screening_number and data")
    number = content.get("screening_number", "")
    if isinstance(number, dict | list):
        raise _unreadable("a screening number is one text")
    return FiledSubject(str(number), tuple(_records(content["data"], study)))


def _records(data: Mapping[str, Any], study: Study) -> Iterator[FiledRecord]:
    for event_name, forms in data.items():
        event = _event(str(event_name), study)
        if not isinstance(forms, dict):
            raise _unreadable(f"{event_name} holds no forms")
        for form, content in forms.items():
            for row, answers in _rows(study, str(form), content):
                yield FiledRecord(event, str(form), row, _answers(study, str(form), answers))


def _rows(study: Study, form: str, content: Any) -> Iterator[tuple[int, Any]]:
    """The answers of one form by row: a list holds rows; beside what stands on the form itself they are its `rows`."""
    rows = content
    if isinstance(content, dict) and "rows" in content and form in study.forms and study.forms[form].repeating:
        own = {name: value for name, value in content.items() if name != "rows"}
        yield from [(0, own)] if own else []
        rows = content["rows"]
    elif not isinstance(content, list):
        yield 0, content
        return
    if not isinstance(rows, list):
        raise _unreadable(f"the rows of {form} are a list")
    yield from enumerate(rows, 1)


def _event(written: str, study: Study) -> EventKey:
    oid, _, instance = written.partition("#")
    known = study.events.get(oid)
    if known is None:
        raise _unreadable(f"no event {written}")
    if instance and not (instance.isascii() and instance.isdecimal() and len(instance) <= _LONGEST_COUNT):
        raise _unreadable(f"no event {written}")
    return EventKey(oid, int(instance or known.repeating))


def _answers(study: Study, form: str, answers: Any) -> dict[str, Datum]:
    if form not in study.forms:
        raise _unreadable(f"no form {form}")
    if not isinstance(answers, dict):
        raise _unreadable(f"{form} holds no answers")
    items = study.forms[form].items
    return {str(name): _datum(items.get(str(name)), value) for name, value in answers.items()}


def _datum(item: Item | None, value: Any) -> Datum:
    """A bare value is in the item's canonical unit; a mapping names its parts."""
    if isinstance(value, dict):
        if not value.keys() <= _PARTS.keys() or any(isinstance(part, dict | list) for part in value.values()):
            raise _unreadable(f"a value has the parts v, u, q and nd, not {', '.join(map(str, value))}")
        datum = Datum(**{_PARTS[key]: _text(part) for key, part in value.items()})
    elif isinstance(value, list):
        raise _unreadable("a value is one text, several codes with spaces between them")
    else:
        datum = Datum(_text(value))
    if item is not None and item.type in _MEASURED and datum.text is not None and datum.unit is None:
        return Datum(datum.text, item.canonical, datum.comparator, datum.missing)
    return datum


def _text(value: Any) -> str | None:
    return None if value is None or value in ("", "null", "~") else str(value)
