"""What a backup says of itself: a manifest beside the copy, with the hash of every file and the state of the trail."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import file_digest
from pathlib import Path
from typing import Any

from audit.merkle import Leaf, root_of

FORMAT = 1
MANIFEST, HEADS = "manifest.json", "heads.json"
_KINDS = ("sqlite", "postgresql")


class BackupFault(Exception):
    """A backup cannot be made, is not whole or cannot be restored. The sentence says why, and nothing was changed."""


@dataclass(frozen=True)
class State:
    """What stands in a database at one moment: its migration, the rows of each table, the heads of all chains."""

    revision: str
    rows: Mapping[str, int]
    heads: tuple[Leaf, ...]

    @property
    def root(self) -> str:
        """The root over the heads, in hex."""
        return root_of(self.heads).hex()


@dataclass(frozen=True)
class Manifest:
    """The manifest: `root` is the RFC 6962 root over the heads, `files` the SHA-256 of each file by its name."""

    id: str
    made_at: str
    version: str
    database: str
    revision: str
    rows: dict[str, int]
    chains: int
    root: str
    files: dict[str, str]
    format: int = FORMAT

    @property
    def copy(self) -> str:
        """The name of the file that holds the database."""
        return next(name for name in self.files if name != HEADS)


def write(folder: Path, manifest: Manifest, state: State) -> Manifest:
    """Write the heads and the manifest into a folder that holds the copy; the manifest then names every file."""
    heads = [[chain, sequence, hash.hex()] for chain, sequence, hash in sorted(state.heads)]
    _private(folder / HEADS, json.dumps(heads, separators=(",", ":")))
    files = {path.name: sha256_of(path) for path in sorted(folder.iterdir())}
    whole = replace(manifest, files=files)
    _private(folder / MANIFEST, json.dumps(asdict(whole), indent=1))
    return whole


def read(folder: Path) -> Manifest:
    """The manifest of a backup, once each file is what it says; raises `BackupFault`."""
    manifest = _parsed(folder)
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise BackupFault(f"{name} is missing from the backup")
        if sha256_of(path) != expected:
            raise BackupFault(f"{name} is not the file that was backed up: its SHA-256 differs")
    if root_of(heads_in(folder)).hex() != manifest.root:
        raise BackupFault(f"{HEADS} does not have the root that the manifest names")
    return manifest


def heads_in(folder: Path) -> tuple[Leaf, ...]:
    """The heads of all chains as they were when the backup was made."""
    try:
        found = json.loads((folder / HEADS).read_text("utf-8"))
        return tuple((str(chain), int(sequence), bytes.fromhex(hash)) for chain, sequence, hash in found)
    except (OSError, LookupError, ValueError, TypeError, RecursionError) as fault:
        raise BackupFault(f"{HEADS} cannot be read") from fault


def expect_state(manifest: Manifest, heads: tuple[Leaf, ...], state: State, what: str) -> None:
    """The database (`what` names it) holds what the backup says; the first difference is a `BackupFault`."""
    if state.revision != manifest.revision:
        raise BackupFault(f"{what} is of migration {state.revision}, the backup of {manifest.revision}")
    for table in sorted(manifest.rows.keys() | state.rows.keys()):
        there, said = state.rows.get(table), manifest.rows.get(table)
        if there != said:
            raise BackupFault(f"{what} has {there} rows in {table}, the backup {said}")
    if sorted(state.heads) != sorted(heads):
        raise BackupFault(f"{what} has other heads of its chains than the backup")


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _parsed(folder: Path) -> Manifest:
    try:
        said: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        if not all(isinstance(said[part], dict) for part in ("files", "rows")):
            raise TypeError(MANIFEST)
        manifest = Manifest(**said)
        named = set(manifest.files)
    except (OSError, ValueError, TypeError, RecursionError) as fault:
        raise BackupFault(f"{folder} holds no backup: its {MANIFEST} cannot be read") from fault
    if manifest.format != FORMAT or manifest.database not in _KINDS:
        raise BackupFault(f"{MANIFEST} is of a form that this version does not know")
    if len(named) != 2 or HEADS not in named or any(Path(name).name != name for name in named):
        raise BackupFault(f"{MANIFEST} does not name the copy and {HEADS}, and these alone")
    return manifest


def _private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, "utf-8")
