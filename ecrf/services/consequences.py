"""What a change brings about: computed values, stale marks and queries, as one act of the system with its cause."""

from collections.abc import Collection

from audit.entries import EntryKey
from ecrf.db import Model
from ecrf.models.queries import Query
from ecrf.models.records import Record
from ecrf.policy.actions import Action
from ecrf.policy.actors import SYSTEM
from ecrf.services import reconciling
from ecrf.services.casebooks import OpenCasebook
from ecrf.services.stale import marks_to_set
from ecrf.services.trail import Acts
from forms.casebook import RecordKey
from forms.datum import Datum
from forms.findings import Verdict
from forms.judge import ask


def follow(
    acts: Acts,
    book: OpenCasebook,
    verdict: Verdict,
    *,
    cause: EntryKey | None,
    anew: Collection[RecordKey] = (),
    queries: Collection[Query] = (),
) -> None:
    """Write the computed values, marks and queries of a verdict; nothing where nothing moved.

    The records `anew` were evaluated whole, so that no stale mark of theirs outlives its reason; `queries` moved
    already. What asks of the
    whole casebook is asked last, of the casebook as all else has left it.
    """
    moved: list[Model] = [*_derive(book, verdict), *marks_to_set(book, verdict, acts.at, anew)]
    asking = frozenset(each.check.id for each in book.compiled.questions) if book.asks else frozenset()
    settled = [finding for finding in verdict.findings if finding.check not in asking]
    followed = [*queries, *reconciling.reconcile(book, settled, acts.at)]
    if asking:
        book.open_queries += reconciling.opened_less_closed(book, followed)
        followed += reconciling.reconcile(book, ask(book.compiled, book.as_seen()), acts.at)
    if moved or followed:
        acts.add(SYSTEM, Action.CONSEQUENCES, [*moved, *followed], cause=cause)


def _derive(book: OpenCasebook, verdict: Verdict) -> list[Record]:
    """Put computed values into their records; a computed value moves no revision, for nobody typed it."""
    by_record: dict[RecordKey, dict[str, Datum]] = {}
    for derived in verdict.derived:
        by_record.setdefault(derived.record, {})[derived.item] = derived.value
    moved = []
    for key, values in by_record.items():
        record = book.records[key]
        document = {**record.data, **{item: datum.document() for item, datum in values.items()}}
        record.data = {item: parts for item, parts in document.items() if parts}
        moved.append(record)
    return moved
