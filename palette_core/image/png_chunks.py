"""The chunks that a PNG file is made of (PNG specification, third edition, section 5)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import TypeAlias

# Its type and its content.
Chunk: TypeAlias = tuple[bytes, bytes | memoryview]

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read_chunks(data: bytes) -> Iterator[Chunk]:
    """Iterate over the chunks of a PNG file up to `IEND`, without copying them.

    Raises
    ------
    ValueError
        If the file ends within a chunk or before `IEND`, or a checksum is wrong.
    """
    view = memoryview(data)
    start = len(SIGNATURE)
    name = b""
    while name != b"IEND":
        if start + 12 > len(data):
            raise ValueError("the PNG file ends too early; get a complete copy of it")
        length, name = struct.unpack_from(">I4s", data, start)
        end = start + 8 + length
        if end + 4 > len(data):
            raise ValueError("the PNG file ends too early; get a complete copy of it")
        (checksum,) = struct.unpack_from(">I", data, end)
        if zlib.crc32(view[start + 4 : end]) != checksum:
            raise ValueError(f"broken PNG file (wrong checksum of a chunk {name!r})")
        yield name, view[start + 8 : end]
        start = end + 4


def join_chunks(chunks: Iterable[Chunk]) -> bytes:
    """Return a PNG file of these chunks."""
    parts: list[bytes | memoryview] = [SIGNATURE]
    for name, content in chunks:
        checksum = zlib.crc32(content, zlib.crc32(name))
        parts += [struct.pack(">I", len(content)), name, content, struct.pack(">I", checksum)]
    return b"".join(parts)
