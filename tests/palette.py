"""A picture of a screen with at most 256 colours: a PNG of a browser, written again with a palette."""

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
Colour = bytes


def with_palette(png: bytes) -> bytes:
    """The same picture with its most frequent colours; the others become the nearest of them. 8-bit RGB or RGBA."""
    width, height, rows = _read(png)
    counted = Counter(colour for row in rows for colour in row)
    palette = [colour for colour, _ in counted.most_common(256)]
    place = {colour: index for index, colour in enumerate(palette)}
    for colour in counted.keys() - place.keys():
        place[colour] = min(range(len(palette)), key=lambda index: _distance(palette[index], colour))
    lines = b"".join(b"\0" + bytes(map(place.__getitem__, row)) for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _distance(one: Colour, other: Colour) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _read(png: bytes) -> tuple[int, int, list[list[Colour]]]:
    """Width, height and the colours of each row."""
    chunks = dict.fromkeys((b"IHDR", b"IDAT"), b"")
    at = len(_SIGNATURE)
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind in chunks:
            chunks[kind] += png[at + 8 : at + 8 + length]
        at += 12 + length
    width, height, depth, kind_of_colour, *_, interlaced = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, kind_of_colour in (2, 6), interlaced) == (8, True, 0), "not a picture of a browser"
    size = 3 if kind_of_colour == 2 else 4
    data = zlib.decompress(chunks[b"IDAT"])
    lines = _unfiltered(data, width * size, size)
    return width, height, [[bytes(line[x : x + 3]) for x in range(0, width * size, size)] for line in lines]


def _unfiltered(data: bytes, length: int, size: int) -> Iterator[bytearray]:
    """The bytes of each row, after the filters of PNG (specification, 9.2)."""
    above = bytearray(length)
    for start in range(0, len(data), length + 1):
        kind, line = data[start], bytearray(data[start + 1 : start + 1 + length])
        if kind == 2:
            line = bytearray((a + b) & 255 for a, b in zip(line, above, strict=True))
        elif kind:
            for x in range(length):
                left, corner = (line[x - size], above[x - size]) if x >= size else (0, 0)
                line[x] = (line[x] + _predicted(kind, left, above[x], corner)) & 255
        yield line
        above = line


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 1:
        return left
    if kind == 3:
        return (left + up) // 2
    near = {left: abs(up - corner), up: abs(left - corner), corner: abs(left + up - 2 * corner)}
    return min((left, up, corner), key=near.__getitem__)
