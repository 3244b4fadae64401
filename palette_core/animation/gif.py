"""Animated GIF (GIF89a), written frame by frame. Pillow compresses the indices.

Pillow's own writer keeps all frames in memory, and makes one of those that are alike.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..arrays import Bytes
from ..errors import ImageFileError
from ..image import gif_blocks
from ..image.metadata import Metadata
from .base import Box, IndexedFrame, box_of, changed

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST = 0xFFFF  # of what has 16 bits
_LAST_INDEX = 0xFF
_KEEP, _CLEAR = 1, 2  # what becomes of a frame before the next one
# Viewers show frames of 0 or 1/100 s for 10/100 s.
_SHORTEST = 2


def encode(frames: Iterable[IndexedFrame], plays: int, metadata: Metadata | None = None) -> bytes:
    """Write a GIF, as `Encoder` describes it. Its sides have at most 65535 pixels.

    Frames are as small as what changes, and pixels that do not change are transparent in them if
    this makes them smaller. Where one entry is transparent they are cleared and drawn anew, since a
    pixel cannot become transparent otherwise. A frame with another palette than the first one has a
    local colour table, and is drawn anew if the palette is not that of the frame before.
    """
    parts: list[bytes] = []
    clock = _Clock()
    frames = iter(frames)
    first = next(frames)
    _check_size(first.image)
    entries = len(first.image.getpalette() or ()) // 3
    before: Bytes | None = None  # of the frame before, if it has the same palette
    palette = first.image.getpalette()
    for image, duration in itertools.chain([first], frames):
        indices = np.asarray(image)
        transparent = image.info.get("transparency")
        delay = clock.tick(duration)
        if image.getpalette() != palette:
            palette, before = image.getpalette(), None
        is_local = palette != first.image.getpalette()
        if transparent is None:
            box = changed(before, indices)
            frame = _control(delay, None, _KEEP) + _pixels(image.crop(box), box, is_local)
            if before is not None and (hidden := _hide_unchanged(image, before, box)):
                control = _control(delay, hidden.transparent, _KEEP)
                frame = min(frame, control + _pixels(hidden.image, box, is_local), key=len)
                if not is_local:
                    entries = max(entries, hidden.transparent + 1)
        else:
            box = changed(None, indices) if before is None else box_of(indices != transparent)
            frame = _control(delay, transparent, _CLEAR) + _pixels(image.crop(box), box, is_local)
        parts.append(frame)
        before = indices
    head = [_header(first.image, entries, plays), *_metadata_blocks(metadata or Metadata())]
    return b"".join([*head, *parts, b";"])


class _Hidden(NamedTuple):
    """A part of a frame whose unchanged pixels are transparent, and the index of these."""

    image: Image
    transparent: int


def _hide_unchanged(image: Image, before: Bytes, box: Box) -> _Hidden | None:
    """Return the part of a frame in a box without its unchanged pixels.

    They get an index that no changed pixel has, if need be one after the palette. None if there is
    no unchanged pixel or no such index.
    """
    from PIL import Image as PillowImage

    left, top, right, bottom = box
    part = np.s_[top:bottom, left:right]
    indices = np.asarray(image)[part]
    is_changed = indices != before[part]
    palette = image.getpalette() or []
    is_free = np.bincount(indices[is_changed], minlength=len(palette) // 3 + 1) == 0
    transparent = int(np.argmax(is_free))
    if is_changed.all() or not is_free.any() or transparent > _LAST_INDEX:
        return None
    hidden = PillowImage.fromarray(np.where(is_changed, indices, np.uint8(transparent)))
    hidden.putpalette(palette + [0] * (3 * (transparent + 1) - len(palette)))
    return _Hidden(hidden, transparent)


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


def _check_size(image: Image) -> None:
    if max(image.size) > _MOST:
        raise ImageFileError(
            f"the image has {image.width} x {image.height} pixels, but the sides of a GIF "
            f"are at most {_MOST}; write a PNG"
        )


def _header(image: Image, entries: int, plays: int) -> bytes:
    """Return what precedes the frames, with a colour table of at least this many entries."""
    table = bytes(image.getpalette() or ())
    bits = max(1, (entries - 1).bit_length())
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


def _control(delay: int, transparent: int | None, disposal: int) -> bytes:
    """Return the block with the duration, transparency and disposal of a frame."""
    flags = disposal << 2 | (transparent is not None)
    return b"!\xf9\x04" + struct.pack("<BHBB", flags, delay, transparent or 0, 0)


def _pixels(image: Image, box: Box, is_local: bool) -> bytes:
    """Return the block with the pixels of a box, and the colour table if it is local."""
    from PIL.GifImagePlugin import getdata

    return b"".join(getdata(image, box[:2], interlace=0, include_color_table=is_local))
