"""A picture keeps its colours when it is written again with a palette, by whatever filters its rows were written."""

import struct
import zlib

from tests.palette import with_palette


def test_a_picture_of_one_colour_keeps_it_under_every_filter() -> None:
    same, left, up = bytes([9, 8, 7] * 2), bytes([9, 8, 7, 0, 0, 0]), bytes(6)
    mean = bytes([9 - 4, 8 - 4, 7 - 3, 0, 0, 0])  # of the left and the upper one, rounded down
    rows = [(0, same), (1, left), (2, up), (3, mean), (4, up)]
    lines = b"".join(bytes([kind]) + row for kind, row in rows)
    picture = chunk(b"IHDR", header(2, 5, 2)) + chunk(b"IDAT", zlib.compress(lines))
    assert parts(with_palette(b"\x89PNG\r\n\x1a\n" + picture)) == {
        b"IHDR": header(2, 5, 3), b"PLTE": bytes([9, 8, 7]), b"IDAT": bytes(3) * 5, b"IEND": b"",
    }  # fmt: skip


def header(width: int, height: int, kind: int) -> bytes:
    return struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def parts(png: bytes) -> dict[bytes, bytes]:
    found, at = {}, 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        data = png[at + 8 : at + 8 + length]
        found[kind] = zlib.decompress(data) if kind == b"IDAT" else data
        at += 12 + length
    return found
