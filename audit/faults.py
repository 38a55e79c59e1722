"""What verification finds: places where the trail or the data are not what they must be."""

from dataclasses import dataclass, field

MOST_FAULTS = 1000


@dataclass(frozen=True)
class Place:
    """Where something stands: in the trail by chain, sequence and ordinal, in the data by the end of its path.

    `column` is a column, or `<column>/<key>` within a document; `path` is the path of a change.
    """

    table: str
    chain: str | None = None
    sequence: int | None = None
    ordinal: int | None = None
    path: str | None = None
    id: str | None = None
    column: str | None = None

    def __str__(self) -> str:
        numbers = ".".join(str(number) for number in (self.sequence, self.ordinal) if number is not None)
        parts = (self.table, self.chain, numbers and f"#{numbers}", self.path, self.id, self.column)
        return "".join(map(_printed, " ".join(str(part) for part in parts if part)))


def _printed(character: str) -> str:
    """Whoever tampered may have named a place so that it breaks the line, or the terminal, that tells of it."""
    return character if character.isprintable() else ascii(character)[1:-1]


@dataclass(frozen=True)
class TrailFault:
    """One thing that is wrong, in a sentence, and where."""

    place: Place
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass(frozen=True)
class Report:
    """What a verification found, and over how much; `unknown` says why it could not tell.

    Of very many faults the first 1,000 are kept; `fault_count` counts all.
    """

    faults: tuple[TrailFault, ...] = ()
    fault_count: int = 0
    chains: int = 0
    entries: int = 0
    changes: int = 0
    rows: int = 0
    redacted: int = 0
    unknown: str | None = None

    @property
    def exit_code(self) -> int:
        """0: whole. 1: tampered. 2: cannot tell."""
        if self.fault_count:
            return 1
        return 2 if self.unknown else 0


@dataclass
class Findings:
    """A verification under way: its faults and its counts."""

    faults: list[TrailFault] = field(default_factory=list)
    fault_count: int = 0
    chains: int = 0
    entries: int = 0
    changes: int = 0
    rows: int = 0
    redacted: int = 0

    def add(self, place: Place, what: str) -> None:
        """Note a fault."""
        self.fault_count += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(TrailFault(place, what))

    def report(self, unknown: str | None = None) -> Report:
        """What has been found so far, as it is handed out."""
        return Report(
            tuple(self.faults), self.fault_count, self.chains, self.entries, self.changes, self.rows, self.redacted,
            unknown,
        )  # fmt: skip
