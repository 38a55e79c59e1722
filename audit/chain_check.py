"""Whether one chain is whole: every hash recomputed, every pointer followed, nothing missing and nothing added."""

from audit.faults import Findings, Place
from audit.hashing import SCHEMA, commitment, entry_hash, genesis
from audit.reading import ChangeRead, EntryRead, HeadRead

Position = tuple[int, int]


class ChainCheck:
    """Reads a chain's entries in order; `latest` is then what its paths were last set to."""

    def __init__(self, chain: str, findings: Findings) -> None:
        self.latest: dict[str, ChangeRead] = {}
        self._chain = chain
        self._findings = findings
        self._sequence, self._recorded_at, self._hash = 0, 0, beginning(chain)
        self._gone: dict[Position, str] = {}
        self._redacted: dict[Position, str] = {}

    def read(self, entry: EntryRead) -> None:
        """Check one entry against those before it."""
        self._findings.entries += 1
        self._findings.changes += len(entry.changes)
        for change in entry.changes:
            self._read_change(change)
        for what in self._wrongs(entry):
            self._findings.add(Place("trail_entries", self._chain, entry.sequence), what)
        self._sequence, self._hash = entry.sequence, entry.hash
        self._recorded_at = entry.recorded_at if isinstance(entry.recorded_at, int) else self._recorded_at

    def finish(self, head: HeadRead | None) -> None:
        """Check that the chain ends where its head says, and that values are gone only where they were redacted."""
        place = Place("trail_heads", self._chain)
        if head is None:
            self._findings.add(place, "the head of the chain is missing")
        elif (head.sequence, head.recorded_at, head.hash) != (self._sequence, self._recorded_at, self._hash):
            said = f"the head says #{head.sequence}, the chain ends at #{self._sequence}"
            self._findings.add(place, f"{said} or with another time or hash")
        self._compare_redactions()

    def _wrongs(self, entry: EntryRead) -> list[str]:
        wrongs = []
        if entry.sequence != self._sequence + 1:
            wrongs.append(f"it comes after #{self._sequence}: entries are missing or double")
        if entry.previous_hash != self._hash:
            wrongs.append("it does not follow the entry before it: its previous hash is another one's")
        if not isinstance(entry.recorded_at, int) or entry.recorded_at < self._recorded_at:
            wrongs.append("it is older than the entry before it")
        if entry.header["schema"] != SCHEMA:
            wrongs.append(f"its schema {entry.header['schema']} is unknown")
        elif not _is_hashed(entry):
            wrongs.append("its hash is not that of its columns and its changes: one of them was altered")
        return wrongs

    def _read_change(self, change: ChangeRead) -> None:
        position = (change.sequence, change.ordinal)
        if change.salt is None:
            self._gone[position] = change.path
        elif not _is_committed(change):
            self._fault("trail_values", change, "its value, path or salt is not what the entry committed to")
        if change.mark == "set":
            before = self.latest.get(change.path)
            expected = (before.sequence, before.ordinal) if before else (None, None)
            if (change.predecessor_sequence, change.predecessor_ordinal) != expected:
                self._fault("trail_changes", change, "it does not point to the change before it of the same path")
            self.latest[change.path] = change
        elif change.mark == "redacted" and change.predecessor_sequence is not None:
            self._redacted[(change.predecessor_sequence, change.predecessor_ordinal or 0)] = change.path

    def _compare_redactions(self) -> None:
        self._findings.redacted += len(self._gone)
        for (sequence, ordinal), path in self._gone.items():
            if self._redacted.get((sequence, ordinal)) != path:
                place = Place("trail_values", self._chain, sequence, ordinal, path)
                self._findings.add(place, "its value is gone, and no redaction names it")
        for (sequence, ordinal), path in self._redacted.items():
            if (sequence, ordinal) not in self._gone:
                place = Place("trail_values", self._chain, sequence, ordinal, path)
                self._findings.add(place, "its value was redacted and is there")

    def _fault(self, table: str, change: ChangeRead, what: str) -> None:
        self._findings.add(Place(table, self._chain, change.sequence, change.ordinal, change.path), what)


def beginning(chain: str) -> bytes:
    """The hash before a chain's first entry; nothing, which no entry follows, where the chain's name is no text."""
    try:
        return genesis(chain)
    except (AttributeError, ValueError):
        return b""


def _is_hashed(entry: EntryRead) -> bool:
    try:
        told = [
            (
                change.ordinal, change.mark, change.path, change.row, change.reason_code, change.commitment.hex(),
                change.predecessor_sequence, change.predecessor_ordinal,
            )
            for change in entry.changes
        ]  # fmt: skip
        return entry_hash(entry.header, told, entry.previous_hash) == entry.hash
    except (TypeError, ValueError, AttributeError):  # a column holds what it never could have held
        return False


def _is_committed(change: ChangeRead) -> bool:
    try:
        return change.commitment == commitment(
            change.salt or b"", change.path, change.row, change.kind, change.value, change.unit, change.comparator,
            change.missing,
        )  # fmt: skip
    except (TypeError, ValueError, AttributeError):
        return False
