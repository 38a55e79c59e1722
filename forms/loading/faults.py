"""What is wrong with a study package: every fault with its place, collected and raised together."""

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 600
"""Characters of a fault's parts that are told."""


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a file of the package: the file relative to the package's folder, the line counted from 1."""

    file: str
    line: int


@dataclass(frozen=True, order=True)
class Fault:
    """One fault: where (file, line, path of the definition), what, and how to mend it."""

    file: str
    line: int
    path: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        said = f"{self.file}:{self.line}: {self.path}: {self.message}"
        return f"{said} ({self.hint})" if self.hint else said


class PackageFaults(Exception):
    """A package that cannot be loaded, with all that is wrong with it, in the order of its files and lines.

    `is_partial` says that a whole file could not be read, so that what refers to it could not be judged.
    """

    def __init__(self, faults: Iterable[Fault], *, is_partial: bool = False) -> None:
        self.is_partial = is_partial
        self.faults = tuple(sorted(set(faults), key=lambda fault: (fault.file, fault.line, fault.path, fault.message)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


class Report:
    """The faults found so far, and where each definition of the package stands.

    `is_partial` says that a whole file could not be read: what other files say of its definitions cannot be judged.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.is_partial = False
        self._places: dict[str, Mark] = {}

    def add(self, mark: Mark, path: str, message: str, hint: str | None = None) -> None:
        """Record one fault; a word of a megabyte is not printed whole."""
        self.faults.append(Fault(mark.file, mark.line, _short(path), _short(message), hint and _short(hint)))

    def place(self, path: str, mark: Mark) -> None:
        """Remember where a definition stands, for faults that are found only when all has been read."""
        self._places[path] = mark

    def add_at(self, path: str, message: str, hint: str | None = None, line: int = 1) -> None:
        """Record a fault at a remembered path (or its nearest known parent); `line` counts within a text of several."""
        mark = self.mark_of(path)
        self.add(Mark(mark.file, mark.line + line - 1), path, message, hint)

    def mark_of(self, path: str) -> Mark:
        """Where a definition stands, or its nearest known parent."""
        place = path
        while place not in self._places and "/" in place:
            place = place.rpartition("/")[0]
        return self._places.get(place, Mark("study.yaml", 1))
