"""The trail as CSV: one line for each change, codes beside words, and a last line that says what was left out.

The columns are a contract: programs read them by name, new ones go to the end.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ecrf.exchange.csv_cells import cell
from ecrf.reads.trail_export import ActTaken, ChangeTaken, Extent

_OF_ACT = (
    "recorded_at", "site_time", "chain", "sequence", "study", "site", "subject", "event", "form", "record", "row",
    "study_version", "place", "actor_id", "actor", "role", "organisation", "action", "reason", "origin", "cause",
    "request_id", "hash",
)  # fmt: skip
_OF_CHANGE = (
    "change", "mark", "path", "item", "label", "old_value", "old_unit", "old_comparator", "old_missing", "old_text",
    "new_value", "new_unit", "new_comparator", "new_missing", "new_text", "change_reason",
)  # fmt: skip
COLUMNS = ("line", *_OF_ACT, *_OF_CHANGE)
"""`line` is change, act (an act without changes) or manifest; `old_text` and `new_text` are values as people read them,
`old_value` and the others as they are stored."""
_NOTHING = (None,) * len(_OF_CHANGE)
_BEGINNING = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it a spreadsheet takes UTF-8 for something else


def written(filters: object) -> str:
    """Filters as one text: `site=NJ01&form=HEM`; empty where nothing was chosen."""
    chosen = asdict(filters)  # type: ignore[call-overload]
    return "&".join(f"{name}={value}" for name, value in chosen.items() if value and name != "before")


def csv_of(acts: Iterable[ActTaken], wanted: Extent, by: str, at: datetime) -> Iterator[str]:
    """The lines, with the manifest of what they are behind the last one: a file without it is not whole."""
    digest, count, changes = hashlib.sha256(), 0, 0
    head = _BEGINNING + _line(COLUMNS)
    digest.update(head.encode())
    yield head
    for act in acts:
        count, changes = count + 1, changes + len(act.changes)
        lines = "".join(_lines(act))
        digest.update(lines.encode())
        yield lines
    counts = {"acts": count, "changes": changes, "acts_expected": wanted.acts, "acts_readable": wanted.among}
    said = {
        "filters": {name: value for name, value in asdict(wanted.filters).items() if value},
        "of": {"subject": wanted.of.subject, "record": wanted.of.record.id if wanted.of.record else ""},
        "until": _utc(wanted.until), "exported_by": by, "exported_at": _utc(at), **counts, "sha256": digest.hexdigest(),
    }  # fmt: skip
    manifest = dict.fromkeys(COLUMNS) | {"line": "manifest", "new_text": json.dumps(said, ensure_ascii=False)}
    yield _line(manifest.values())


def _line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([cell(None if each is None else str(each)) for each in cells])
    return line.getvalue()


def _lines(act: ActTaken) -> Iterator[str]:
    own = _of_act(act)
    if not act.changes:
        yield _line(("act", *own, *_NOTHING))
    for change in act.changes:
        yield _line(("change", *own, *_of_change(change)))


def _of_act(act: ActTaken) -> tuple[Any, ...]:
    row = act.row
    local = row.recorded_at.astimezone(ZoneInfo(row.timezone or "UTC"))
    return (
        _utc(row.recorded_at), local.isoformat(timespec="seconds"), row.chain, row.sequence, row.study, row.code,
        act.number, row.event, row.form, row.record, row.row, row.study_version, act.place, row.actor_id,
        row.actor_name, row.actor_role, row.actor_organisation, row.action, row.reason_code, row.origin,
        row.cause_sequence, row.request_id, row.hash.hex(),
    )  # fmt: skip


def _of_change(change: ChangeTaken) -> tuple[Any, ...]:
    row = change.row
    was = (row.was_value, row.was_unit, row.was_comparator, row.was_missing, change.was)
    now = (row.now_value, row.now_unit, row.now_comparator, row.now_missing, change.now)
    return (row.ordinal, row.mark, row.path, change.item, change.label, *was, *now, row.reason_code)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
