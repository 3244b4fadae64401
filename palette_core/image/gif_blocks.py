"""Extension blocks of GIF files (GIF89a), with comments and XMP."""

from __future__ import annotations

from collections.abc import Iterator

_EXTENSION, _IMAGE = 0x21, 0x2C
_COMMENT, _APPLICATION = 0xFE, 0xFF  # kinds of extensions
_XMP_BEGINNING = bytes([_EXTENSION, _APPLICATION, 11]) + b"XMP DataXMP"
# XMP is not divided into blocks. A reader that skips blocks lands on one of these bytes, and each
# leads to the end.
_XMP_END = bytes([1, *range(255, -1, -1), 0])


def comments(gif: bytes) -> Iterator[bytes]:
    """Iterate over the comments of a GIF file, up to where it is truncated."""
    position = 13 + _color_table_length(gif[10:11])
    while position + 1 < len(gif):
        kind, label = gif[position], gif[position + 1]
        if kind == _EXTENSION:
            content, position = _read_blocks(gif, position + 2)
            if label == _COMMENT:
                yield content
        elif kind == _IMAGE:
            # The pixels follow a descriptor of ten bytes, a colour table, and one more byte.
            position += 10 + _color_table_length(gif[position + 9 : position + 10]) + 1
            _, position = _read_blocks(gif, position, with_content=False)
        else:
            return


def xmp(gif: bytes) -> bytes:
    """Return the XMP packet of a GIF file; an empty one if it has none."""
    start = gif.find(_XMP_BEGINNING)
    end = gif.find(_XMP_END, start)
    return gif[start + len(_XMP_BEGINNING) : end] if 0 <= start < end else b""


def comment_block(comment: bytes) -> bytes:
    """Return a comment extension."""
    parts = [comment[start : start + 255] for start in range(0, len(comment), 255)]
    blocks = b"".join(bytes([len(part)]) + part for part in parts)
    return bytes([_EXTENSION, _COMMENT]) + blocks + b"\0"


def xmp_block(packet: bytes) -> bytes:
    """Return an application extension with an XMP packet."""
    return _XMP_BEGINNING + packet + _XMP_END


def _color_table_length(flags: bytes) -> int:
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _read_blocks(gif: bytes, position: int, *, with_content: bool = True) -> tuple[bytes, int]:
    """Return the content of the blocks from a position on, and the position of their end."""
    parts = []
    while position < len(gif) and gif[position]:
        length = gif[position]
        if with_content:
            parts.append(gif[position + 1 : position + 1 + length])
        position += 1 + length
    return b"".join(parts), position + 1
