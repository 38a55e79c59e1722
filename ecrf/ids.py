"""Ids of rows: UUIDv7 as text (RFC 9562), so that keys made in the order of time also sort in it."""

import secrets
import time
import uuid


def is_id(text: str) -> bool:
    """Whether a text is an id as we write them."""
    try:
        return str(uuid.UUID(text)) == text and uuid.UUID(text).version == 7
    except ValueError:
        return False


def new_id() -> str:
    """A new UUIDv7 of 36 characters: 48 bits of milliseconds, then 74 bits by chance."""
    milliseconds = time.time_ns() // 1_000_000
    chance = secrets.randbits(74)
    value = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76 | (chance >> 62) << 64 | 0b10 << 62 | chance & (1 << 62) - 1
    return str(uuid.UUID(int=value))
