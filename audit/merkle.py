"""The root over many hashes, by RFC 6962: one number that says what the heads of all chains were at one moment."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

Leaf = tuple[str, int, bytes]
"""A chain, the sequence of its head and the head's hash."""


def root_of(heads: Iterable[Leaf]) -> bytes:
    """The root of the tree over heads in the order of their chains' names; of none, the SHA-256 of nothing."""
    return _root([_leaf(*head) for head in sorted(heads)])


def _leaf(chain: str, sequence: int, hash: bytes) -> bytes:
    return sha256(b"\x00" + f"{chain}\n{sequence}\n{hash.hex()}".encode()).digest()


def _root(hashes: Sequence[bytes]) -> bytes:
    """Bottom up: a node without a neighbour rises as it is, which is the tree of RFC 6962, section 2.1."""
    if not hashes:
        return sha256(b"").digest()
    level = list(hashes)
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        level = above + level[len(above) * 2 :]
    return level[0]
