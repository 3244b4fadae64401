"""The texts in PNG files (PNG specification, third edition, section 11.3.3)."""

from __future__ import annotations

import zlib

from .png_chunks import Chunk

# How long a compressed text may be: a small file can be made to fill the memory.
_MOST = 1 << 20


def text_chunk(keyword: str, text: str) -> Chunk:
    """Return a chunk with a text: of Latin letters where that is enough, else of any."""
    text = text.replace("\r\n", "\n").replace("\0", "")
    key = keyword.encode("latin-1")
    try:
        return b"tEXt", key + b"\0" + text.encode("latin-1")
    except UnicodeEncodeError:
        return b"iTXt", key + b"\0\0\0\0\0" + text.encode("utf-8", "replace")


def text_of(chunk: Chunk) -> tuple[str, str] | None:
    """Return the keyword and the text of a text chunk; None for another or a broken one."""
    name, content = chunk[0], bytes(chunk[1])
    key, separator, rest = content.partition(b"\0")
    if name not in (b"tEXt", b"zTXt", b"iTXt") or not separator:
        return None
    keyword = key.decode("latin-1")
    try:
        if name == b"tEXt":
            return keyword, rest.decode("latin-1")
        if name == b"zTXt":
            return keyword, _inflated(rest[1:]).decode("latin-1")
        compressed = rest[:1] == b"\1"
        _language, _translated, text = rest[2:].split(b"\0", 2)
        return keyword, (_inflated(text) if compressed else text).decode()
    except (zlib.error, ValueError):  # which a wrong encoding is too
        return None


def _inflated(data: bytes) -> bytes:
    stream = zlib.decompressobj()
    text = stream.decompress(data, _MOST)
    if stream.unconsumed_tail:
        raise ValueError
    return text
