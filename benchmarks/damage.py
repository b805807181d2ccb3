"""Files damaged by lot: bits, ends, pieces, the numbers of headers, and odd values in JSON.

Each way takes a random.Random, what a file holds, and what another holds, from which pieces may come.
"""

import json
import struct
import zlib
from collections.abc import Iterator
from random import Random
from typing import Any

PNG = b"\x89PNG\r\n\x1a\n"
HEADER = 96  # bytes in which most formats tell sizes
EXTREMES = (0, 1, 7, 255, 10_000, 65_535, 100_000, 2**24, 2**31 - 1, 2**31, 2**32 - 1, 2**53, 2**63 - 1, 2**64 - 1)
ODD = (
    *("NaN", "Infinity", "-Infinity", "1e999", "1e30", "-1", "0", "1", "2", "0.5", "-0.0", "9" * 5000, "true", "null"),
    *('""', '"3"', '"../../x"', '"\\u001b[2J"', '"\\ud800"', '"' + "x" * 100_000 + '"', "[", "1 2", ""),
    *("[]", "{}", "[1, 2]", "[[1], 2]", '{"a": 1}', "[" * 200 + "]" * 200, "[" * 100_000 + "]" * 100_000),
    '{"a":' * 50_000 + "1" + "}" * 50_000,
)


def damaged(draw: Random, content: bytes, other: bytes) -> bytes:
    """A file damaged in one way to three, at times with its checksums made right again."""
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        content = draw.choice(WAYS)(draw, content, other)
    return sealed(content) if draw.random() < 0.7 else content


def flipped(draw: Random, content: bytes, other: bytes) -> bytes:
    """With some bits turned, anywhere or in the header."""
    changed = bytearray(content)
    within = min(len(changed), draw.choice((HEADER, len(content))))
    for _ in range(draw.choice((1, 2, 20)) if within else 0):
        changed[draw.randrange(within)] ^= 1 << draw.randrange(8)
    return bytes(changed)


def cut(draw: Random, content: bytes, other: bytes) -> bytes:
    """Without its end, or without a piece."""
    start = draw.randrange(len(content) + 1)
    return content[:start] + (content[start + draw.randrange(1, 64) :] if draw.random() < 0.4 else b"")


def spliced(draw: Random, content: bytes, other: bytes) -> bytes:
    """With a piece of another file, put in or over what was there."""
    start, length, at = draw.randrange(len(other) + 1), draw.randrange(1, 200), draw.randrange(len(content) + 1)
    piece = other[start : start + length]
    return content[:at] + piece + content[at + draw.choice((0, len(piece))) :]


def inflated(draw: Random, content: bytes, other: bytes) -> bytes:
    """With an extreme number in the header, of one to eight bytes in either order."""
    width = draw.choice((1, 2, 4, 8))
    at = draw.randrange(max(1, min(HEADER, len(content)) - width))
    number = (draw.choice(EXTREMES) % 2 ** (8 * width)).to_bytes(width, draw.choice(("big", "little")))
    return content[:at] + number + content[at + width :]


def blotted(draw: Random, content: bytes, other: bytes) -> bytes:
    """With a run of one byte, or of noise, in it or behind it."""
    length, at = draw.choice((1, 4, 50, 2000)), draw.randrange(len(content) + 1)
    run = draw.choice((bytes(length), b"\xff" * length, draw.randbytes(length)))
    return content + run if draw.random() < 0.2 else content[:at] + run + content[at + length :]


WAYS = (flipped, cut, spliced, inflated, inflated, blotted)


def sealed(content: bytes) -> bytes:
    """A PNG whose chunks have the checksums of what they hold now; anything else as it is."""
    if not content.startswith(PNG):
        return content
    parts, at = [PNG], len(PNG)
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        end = min(at + 8 + length, len(content) - 4)
        parts += [content[at:end], struct.pack(">I", zlib.crc32(content[at + 4 : end]))]
        at = end + 4
    return b"".join([*parts, content[at:]])


def odd_json(draw: Random, value: Any) -> bytes:
    """A JSON text in which one to three places hold an odd value, or are gone; at times the text itself is damaged."""
    value = json.loads(json.dumps(value))
    marks = {}
    for number in range(draw.choice((1, 1, 2, 3))):
        parent, key = draw.choice([*_places(value)] or [([value], 0)])
        if draw.random() < 0.15 and isinstance(parent, dict):
            del parent[key]
        else:
            parent[key] = mark = f"odd value {number}"
            marks[mark] = draw.choice(ODD)
    text = json.dumps(value)
    for mark, odd in marks.items():
        text = text.replace(json.dumps(mark), odd)
    content = draw.choice(("", "", "", "\ufeff")).encode() + text.encode()
    return damaged(draw, content, content) if draw.random() < 0.2 else content


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value: what holds it, and its key or number there."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])
