"""The root over all heads is that of RFC 6962, whatever the order they come in."""

import random
from hashlib import sha256

import pytest

from audit.merkle import Leaf, root_of


def heads(count: int) -> list[Leaf]:
    return [(f"subject:{number:03}", number + 1, sha256(str(number).encode()).digest()) for number in range(count)]


def by_the_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1: split at the largest power of two below the number."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + by_the_definition(leaves[:half]) + by_the_definition(leaves[half:])).digest()


@pytest.mark.parametrize("count", [*range(10), 16, 17, 31, 32, 33, 100])
def test_the_root_is_the_one_of_the_definition_in_any_order(count: int) -> None:
    leaves = [f"{chain}\n{sequence}\n{hash.hex()}".encode() for chain, sequence, hash in heads(count)]
    shuffled = random.Random(count).sample(heads(count), count)
    assert root_of(shuffled) == by_the_definition(leaves)


def test_every_part_of_a_head_moves_the_root() -> None:
    root, first = root_of(heads(5)), heads(5)[0]
    others = [("subject:x", *first[1:]), (first[0], 9, first[2]), (*first[:2], bytes(32))]
    assert all(root_of([other, *heads(5)[1:]]) != root for other in others)
    assert root_of(heads(4)) != root
