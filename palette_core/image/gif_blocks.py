"""The extension blocks of GIF files (GIF89a), which hold comments and XMP."""

from __future__ import annotations

from collections.abc import Iterator

COMMENT, APPLICATION = 0xFE, 0xFF
_EXTENSION, _IMAGE = 0x21, 0x2C
_XMP = b"XMP DataXMP"
# XMP is not divided into blocks. A reader that skips blocks lands somewhere in these bytes, and all
# of them lead to the end.
_XMP_END = bytes([1, *range(255, -1, -1), 0])


def extensions(gif: bytes) -> Iterator[tuple[int, bytes]]:
    """Return the label and the content of each extension, up to where the file is broken off.

    The content is that of all its blocks, an application's name included.
    """
    place = 13 + _table(gif[10:11])
    while place + 1 < len(gif):
        kind, label = gif[place], gif[place + 1]
        if kind == _EXTENSION:
            content, place = _blocks(gif, place + 2)
            yield label, content
        elif kind == _IMAGE:
            # Ten bytes of descriptor, a table of colours, and a byte before the pixels.
            place += 10 + _table(gif[place + 9 : place + 10]) + 1
            _, place = _blocks(gif, place, keep=False)
        else:
            return


def comments(gif: bytes) -> list[bytes]:
    """Return the comments of a GIF file."""
    return [content for label, content in extensions(gif) if label == COMMENT]


def xmp(gif: bytes) -> bytes:
    """Return the XMP packet of a GIF file; nothing if it has none."""
    start = gif.find(bytes([_EXTENSION, APPLICATION, len(_XMP)]) + _XMP)
    end = gif.find(_XMP_END, start)
    return gif[start + 3 + len(_XMP) : end] if 0 <= start < end else b""


def comment_block(comment: bytes) -> bytes:
    """Return a comment extension."""
    parts = [comment[start : start + 255] for start in range(0, len(comment), 255)]
    blocks = b"".join(bytes([len(part)]) + part for part in parts)
    return bytes([_EXTENSION, COMMENT]) + blocks + b"\0"


def xmp_block(packet: bytes) -> bytes:
    """Return an application extension with an XMP packet."""
    return bytes([_EXTENSION, APPLICATION, len(_XMP)]) + _XMP + packet + _XMP_END


def _table(flags: bytes) -> int:
    """Return the length of a table of colours."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _blocks(gif: bytes, place: int, *, keep: bool = True) -> tuple[bytes, int]:
    """Return the content of the blocks that begin at a place, and where they end."""
    parts = []
    while place < len(gif) and gif[place]:
        length = gif[place]
        if keep:
            parts.append(gif[place + 1 : place + 1 + length])
        place += 1 + length
    return b"".join(parts), place + 1
