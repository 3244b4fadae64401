"""Chunks of PNG files, and the texts in them (PNG specification, third edition, 5 and 11.3.3)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import TypeAlias

# The type and the content of a chunk.
Chunk: TypeAlias = tuple[bytes, bytes | memoryview]

# The greatest length of a compressed text: a small file could fill the memory.
_MAX_TEXT = 1 << 20

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def read_chunks(data: bytes) -> Iterator[Chunk]:
    """Iterate over the chunks of a PNG file up to `IEND`, without copying them.

    A file that ends before, or within a chunk, is a `ValueError`, as is a wrong checksum.
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
            raise ValueError(
                f"broken PNG file (wrong checksum of chunk {name!r}); get another copy of it"
            )
        yield name, view[start + 8 : end]
        start = end + 4


def join_chunks(chunks: Iterable[Chunk]) -> bytes:
    """Return a PNG file of these chunks."""
    parts: list[bytes | memoryview] = [SIGNATURE]
    for name, content in chunks:
        checksum = zlib.crc32(content, zlib.crc32(name))
        parts += [struct.pack(">I", len(content)), name, content, struct.pack(">I", checksum)]
    return b"".join(parts)


def comment_chunk(text: str) -> Chunk:
    """Return a text chunk with a comment, in Latin-1 if possible and in UTF-8 otherwise."""
    text = text.replace("\r\n", "\n").replace("\0", "")
    try:
        return b"tEXt", b"Comment\0" + text.encode("latin-1")
    except UnicodeEncodeError:
        return b"iTXt", b"Comment\0\0\0\0\0" + text.encode("utf-8", "replace")


def read_text(chunk: Chunk) -> tuple[str, str] | None:
    """Return the keyword and the text of a text chunk; None for other and broken chunks."""
    name, content = chunk[0], bytes(chunk[1])
    key, separator, rest = content.partition(b"\0")
    if name not in (b"tEXt", b"zTXt", b"iTXt") or not separator:
        return None
    keyword = key.decode("latin-1")
    try:
        if name == b"tEXt":
            return keyword, rest.decode("latin-1")
        if name == b"zTXt":
            return keyword, _inflate(rest[1:]).decode("latin-1")
        compressed = rest[:1] == b"\1"
        _language, _translated, text = rest[2:].split(b"\0", 2)
        return keyword, (_inflate(text) if compressed else text).decode()
    except (zlib.error, ValueError):  # UnicodeDecodeError is a ValueError
        return None


def _inflate(data: bytes) -> bytes:
    stream = zlib.decompressobj()
    text = stream.decompress(data, _MAX_TEXT)
    if stream.unconsumed_tail:
        raise ValueError
    return text
