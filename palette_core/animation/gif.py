"""Animated GIF (GIF89a), written frame by frame. Pillow compresses the indices.

Pillow's own writer keeps all frames in memory, and makes one of those that are alike.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from ..errors import ImageFileError
from ..image import gif_blocks
from ..image.metadata import Metadata
from .base import IndexedFrame, box_of, changed

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST = 0xFFFF  # of what has 16 bits
_KEEP, _CLEAR = 1, 2  # what becomes of a frame before the next one
# Viewers show frames of 0 or 1/100 s for 10/100 s.
_SHORTEST = 2


def encode(frames: Iterable[IndexedFrame], plays: int, metadata: Metadata | None = None) -> bytes:
    """Write a GIF, as `Encoder` describes it.

    Frames are as small as what changes. Where one entry is transparent they are cleared and drawn
    anew, since a pixel cannot become transparent otherwise.

    Raises
    ------
    ImageFileError
        If a side is longer than 65535 pixels.
    """
    parts: list[bytes] = []
    clock = _Clock()
    before = None
    for image, duration in frames:
        indices = np.asarray(image)
        transparent = image.info.get("transparency")
        if before is None:
            parts.append(_header(image, plays))
            parts += _metadata_blocks(metadata or Metadata())
        if transparent is None or before is None:
            box = changed(before, indices)
        else:
            box = box_of(indices != transparent)
        parts += [_control(clock.tick(duration), transparent), _pixels(image.crop(box), box[:2])]
        before = indices
    return b"".join([*parts, b";"])


class _Clock:
    """A clock that rounds durations to 1/100 s, as GIF needs it, without adding up the errors."""

    def __init__(self) -> None:
        self.due = 0.0
        self.told = 0

    def tick(self, duration: float) -> int:
        """Return the duration in 1/100 s of a frame with this duration in milliseconds."""
        self.due += duration / 10
        shortest = _SHORTEST if duration > 10 else 0
        delay = min(max(round(self.due) - self.told, shortest), _MOST)
        self.told += delay
        return delay


def _header(image: Image, plays: int) -> bytes:
    if max(image.size) > _MOST:
        raise ImageFileError(
            f"the image has {image.width} x {image.height} pixels, but the sides of a GIF "
            f"are at most {_MOST}; write a PNG"
        )
    table = bytes(image.getpalette() or ())
    bits = max(1, (len(table) // 3 - 1).bit_length())
    screen = struct.pack("<HHBBB", *image.size, 0xF0 | (bits - 1), 0, 0)
    return b"GIF89a" + screen + table.ljust(3 << bits, b"\0") + _loop(plays)


def _metadata_blocks(metadata: Metadata) -> list[bytes]:
    blocks = []
    if comment := metadata.comment():
        blocks.append(gif_blocks.comment_block(comment.encode()))
    if metadata.xmp:
        blocks.append(gif_blocks.xmp_block(metadata.xmp))
    return blocks


def _loop(plays: int) -> bytes:
    """Return the Netscape extension with the number of repeats; empty for a single play."""
    if plays == 1:
        return b""
    repeats = min(plays - 1, _MOST) if plays else 0
    return b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<HB", repeats, 0)


def _control(delay: int, transparent: int | None) -> bytes:
    """Return the block with the duration, transparency and disposal of a frame."""
    flags = _KEEP << 2 if transparent is None else _CLEAR << 2 | 1
    return b"!\xf9\x04" + struct.pack("<BHBB", flags, delay, transparent or 0, 0)


def _pixels(image: Image, place: tuple[int, int]) -> bytes:
    from PIL.GifImagePlugin import getdata

    return b"".join(getdata(image, place, interlace=0))
