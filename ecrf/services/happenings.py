"""What the acts of a transaction did, in numbers alone: never a name, an id or a value. Whoever counts takes it once it
is committed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from audit.entries import Change, Header
from ecrf.db import Model, db
from ecrf.models.queries import Query

ENTRY, REFUSED_VALUE, QUERY = "entry", "refused_value", "query"
_DONE = "happenings"

Happening = tuple[str, str, str]
"""Its kind with its two labels: an `ENTRY` with action and origin, a `REFUSED_VALUE` with action and origin, a `QUERY`
with what became of it (`opened`, `answered`, `closed`, `reopened`) and who asked (`check`, `person`)."""

_Row = tuple[Mapping[str, Any] | None, Mapping[str, Any]]


def note(entries: Iterable[tuple[Header, Sequence[Change]]], rows: Mapping[Model, _Row]) -> None:
    """Remember what is written: the entries, and of each row how it stood before and stands now."""
    done = db.session.info.setdefault(_DONE, Counter[Happening]())
    for header, changes in entries:
        done[ENTRY, header.action, header.origin] += 1
        refused = sum(change.kind == "datum" and change.mark == "refused" for change in changes)
        if refused:
            done[REFUSED_VALUE, header.action, header.origin] += refused
    done.update(_of_query(before, after) for row, (before, after) in rows.items() if _has_moved(row, before, after))


def taken(info: dict[Any, Any]) -> Counter[Happening]:
    """What a session remembers in its `info`, which it then forgets."""
    found: Counter[Happening] = info.pop(_DONE, Counter())
    return found


def _has_moved(row: Model, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> bool:
    return isinstance(row, Query) and (before or {}).get("state") != after["state"]


def _of_query(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Happening:
    new = {"open": "reopened" if before else "opened"}.get(after["state"], after["state"])
    return QUERY, new, "check" if after["check_id"] else "person"
