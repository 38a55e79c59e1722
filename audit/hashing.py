"""What the trail's hashes are made of. The first byte keeps one kind of hash from being taken for another:
0x00 entry, 0x02 commitment, 0x03 beginning of a chain; 0x01 is the node of a Merkle tree (RFC 6962)."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from audit.canonical import flat_json

SCHEMA = 1
"""The form in which entries of today are hashed; a later form gets a later number, and this one stays verifiable."""

ChangeRow = tuple[object, ...]
"""ordinal, mark, path, row, reason_code, commitment in hex, predecessor_sequence, predecessor_ordinal."""

_quoted = json.encoder.encode_basestring


def genesis(chain: str) -> bytes:
    """The hash before a chain's first entry."""
    return sha256(b"\x03" + chain.encode()).digest()


def commitment(
    salt: bytes,
    path: str,
    row: int | None,
    kind: str,
    value: str | None,
    unit: str | None,
    comparator: str | None,
    missing: str | None,
) -> bytes:
    """SHA-256(0x02 ‖ salt ‖ canonical JSON of what changed): says nothing of the value once value and salt are gone."""
    committed = (
        f'{{"comparator":{"null" if comparator is None else _quoted(comparator)},"kind":{_quoted(kind)},'
        f'"missing":{"null" if missing is None else _quoted(missing)},"path":{_quoted(path)},'
        f'"row":{"null" if row is None else row},"unit":{"null" if unit is None else _quoted(unit)},'
        f'"value":{"null" if value is None else _quoted(value)}}}'
    )
    return sha256(b"\x02" + salt + committed.encode()).digest()


def entry_hash(header: Mapping[str, object], changes: Sequence[ChangeRow], previous: bytes) -> bytes:
    """SHA-256(0x00 ‖ canonical JSON of every column of the entry and of its changes ‖ hash of the entry before).

    `header` holds the columns of `trail_entries` but for the two hashes, `recorded_at` in microseconds since 1970.
    """
    return sha256(b"\x00" + flat_json({**header, "changes": changes}).encode() + previous).digest()
