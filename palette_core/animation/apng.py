"""Animated PNG (PNG specification, third edition), assembled from PNG files of the frames."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterable

import numpy as np

from ..image.indexed_png import encode as encode_still
from ..image.metadata import Metadata
from ..image.png_chunks import Chunk, join_chunks, read_chunks
from .base import Box, IndexedFrame, changed

_MOST = 0xFFFF
_MOST_PLAYS = 2**31 - 1
# A frame stays until the next one replaces its colour and opacity.
_STAY, _REPLACE = 0, 0


def encode(frames: Iterable[IndexedFrame], plays: int, metadata: Metadata | None = None) -> bytes:
    """Write an APNG, as `Encoder` describes it. Frames are the rows in which anything changes."""
    numbers = itertools.count()
    before = None
    head: list[Chunk] = []
    body: list[Chunk] = []
    for image, duration in frames:
        indices = np.asarray(image)
        # Whole rows: FFmpeg misplaces narrower frames that have less than 8 bits a pixel.
        _, top, _, bottom = changed(before, indices)
        box = 0, top, image.width, bottom
        still = encode_still(image.crop(box), metadata if before is None else None)
        chunks = list(read_chunks(still))
        pixels = b"".join(content for name, content in chunks if name == b"IDAT")
        body.append((b"fcTL", _control(next(numbers), box, duration)))
        if before is None:
            head = [chunk for chunk in chunks if chunk[0] not in (b"IDAT", b"IEND")]
            body.append((b"IDAT", pixels))
        else:
            body.append((b"fdAT", struct.pack(">I", next(numbers)) + pixels))
        before = indices
    count = sum(name == b"fcTL" for name, _ in body)
    head.insert(1, (b"acTL", struct.pack(">II", count, min(plays, _MOST_PLAYS))))
    return join_chunks([*head, *body, (b"IEND", b"")])


def _control(number: int, box: Box, duration: float) -> bytes:
    """Return the chunk with a frame's position and duration."""
    from fractions import Fraction

    left, top, right, bottom = box
    seconds = min(duration / 1000, _MOST)
    delay = Fraction(seconds).limit_denominator(int(min(_MOST, _MOST / max(seconds, 1))))
    return struct.pack(
        ">5I2H2B",
        *(number, right - left, bottom - top, left, top),
        *(delay.numerator, delay.denominator),
        *(_STAY, _REPLACE),
    )
