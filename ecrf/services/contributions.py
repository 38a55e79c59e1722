"""What one row adds to the sums of its subject and its site: a function of that row alone, so that whatever a row was
before an act and is after it says by how much the act moves the sums."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ecrf.models.subjects import OUT_OF_COURSE
from ecrf.reads.judged import unjudged_items
from ecrf.reads.withholding import flags_by_study

Row = Mapping[str, Any]
Counts = Counter[tuple[str, str]]
"""How many of each measure in each bucket."""
Places = Counter[tuple[str, str, str, int]]
"""How many by event, form (empty: the visit itself), state, and whether the subject is not yet, or never was, enrolled
(visits alone: 0 or 1)."""


def of_site(table: str, row: Row | None) -> Counts:
    """What a row (None: one that is not there) adds to the tallies of its site."""
    if row is None or table not in _OF_SITE:
        return Counter()
    return Counter({key: number for key, number in _OF_SITE[table](row) if number})


def of_subject(table: str, row: Row | None) -> Counter[str]:
    """What a row adds to the columns of its subject's summary."""
    return Counter() if row is None or table not in _OF_SUBJECT else Counter(dict(_OF_SUBJECT[table](row)))


def of_place(table: str, row: Row | None) -> Places:
    """What a row adds to the tallies of the forms and visits of its site; a visit's row says the subject's `status`."""
    if row is None or table not in _OF_PLACE:
        return Counter()
    return Counter(dict(_OF_PLACE[table](row)))


def monday(moment: datetime) -> str:
    """The week of a moment, by its Monday in UTC."""
    day = moment.astimezone(UTC).date()
    return (day - timedelta(days=day.weekday())).isoformat()


Found = Iterator[tuple[tuple[str, str], int]]


def _record(row: Row) -> Found:
    if row["row"] == 0:
        yield ("forms", row["state"]), 1
    yield ("unjudged", ""), _unjudged(row)


def _query(row: Row) -> Found:
    if _would_unblind(row):
        return
    yield ("queries", row["state"]), 1
    yield ("asked", monday(row["opened_at"])), 1
    if row["state"] == "open":
        yield ("open_since", row["opened_at"].astimezone(UTC).date().isoformat()), 1
    if row["state"] == "closed":
        yield ("closed", monday(row["changed_at"])), 1


def _subject(row: Row) -> Found:
    yield ("subjects", row["status"]), 1


def _hold(row: Row) -> Found:
    of_subject = row["subject_id"] is not None  # what holds a whole site or study is asked where sums are read
    yield ("holds", row["kind"]), int(row["lifted_at"] is None and of_subject)


def _visit(row: Row) -> Found:
    yield ("visits", row["fate"]), 1
    if row["fate"] == "open" and row["last_on"] is not None:
        yield ("opens", row["first_on"].isoformat()), 1
        yield ("closes", row["last_on"].isoformat()), 1
    if row["took_place_on"] is not None and row["saved_on"] is not None:
        yield ("lag", f"{lag(row['took_place_on'], row['saved_on']):05}"), 1


def lag(took_place: date, saved: date) -> int:
    """Days from a visit to its first save; 0 where it was saved before its date, 99999 at most."""
    return min(99_999, max(0, (saved - took_place).days))


def _summary(row: Row) -> Found:
    yield ("locked", ""), row["locked"]
    if row["enrolled_on"] is not None:
        yield ("enrolled", row["enrolled_on"].isoformat()[:7]), 1


_OF_SITE = {
    "records": _record, "queries": _query, "subjects": _subject, "holds": _hold, "visit_summaries": _visit,
    "subject_summaries": _summary,
}  # fmt: skip
TABLES = frozenset(_OF_SITE)
"""The tables whose rows count at their site."""


def _record_of_subject(row: Row) -> Iterator[tuple[str, int]]:
    if row["row"] == 0 and row["state"] in ("in_progress", "complete", "not_done"):
        yield row["state"], 1
    yield "unjudged", _unjudged(row)


def _query_of_subject(row: Row) -> Iterator[tuple[str, int]]:
    if row["state"] in ("open", "answered") and not _would_unblind(row):
        yield f"{row['state']}_queries", 1


def _would_unblind(row: Row) -> bool:
    """Whether a query is on an item that would unblind, or of a check that reads one: no sum tells of it to anybody,
    for the sums are those of every reader."""
    flags = flags_by_study().get(row["study_id"])
    return flags is not None and (row["item"] in flags.restricted.oids or row["check_id"] in flags.restricted.checks)


def _form(row: Row) -> Iterator[tuple[tuple[str, str, str, int], int]]:
    if row["row"] == 0:
        yield (row["event"], row["form"], row["state"], 0), 1


def _begun_visit(row: Row) -> Iterator[tuple[tuple[str, str, str, int], int]]:
    yield (row["oid"], "", row["state"], int(row["status"] in OUT_OF_COURSE)), 1


_OF_PLACE = {"records": _form, "events": _begun_visit}
_OF_SUBJECT = {"records": _record_of_subject, "queries": _query_of_subject}


def _unjudged(row: Row) -> int:
    return len(unjudged_items(row))
