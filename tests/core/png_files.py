"""PNG files written bit by bit: any depth, colour type, interlacing and chunk."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

GREY, RGB, INDEXED, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, INDEXED: 1, GREY_ALPHA: 2, RGBA: 4}
# The colour types and depths that there are.
PNG_KINDS = [
    *((GREY, depth) for depth in (1, 2, 4, 8, 16)),
    *((RGB, depth) for depth in (8, 16)),
    *((INDEXED, depth) for depth in (1, 2, 4, 8)),
    *((GREY_ALPHA, depth) for depth in (8, 16)),
    *((RGBA, depth) for depth in (8, 16)),
]
# The first column and row of each pass of Adam7, and the steps to the next ones.
PASSES = [
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
]


def write_png(
    samples: NDArray[Any],
    depth: int,
    color_type: int,
    chunks: Sequence[tuple[bytes, bytes]] = (),
    *,
    interlaced: bool = False,
) -> bytes:
    """Return a PNG of (H, W, C) whole numbers, with other chunks before the pixels."""
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, interlaced)
    pixels = compressed(samples, depth, interlaced=interlaced)
    every = [(b"IHDR", header), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in every)


def compressed(samples: NDArray[Any], depth: int, *, interlaced: bool = False) -> bytes:
    """Return the data of an image."""
    images = [samples]
    if interlaced:
        images = [samples[y::down, x::across] for x, y, across, down in PASSES]
    return zlib.compress(b"".join(_rows(image, depth) for image in images if image.size))


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(samples: NDArray[Any], depth: int) -> bytes:
    flat = samples.reshape(len(samples), -1)
    bits = (flat[..., np.newaxis] >> np.arange(depth)[::-1] & 1).astype(np.uint8)
    packed = np.packbits(bits.reshape(len(flat), -1), axis=1)
    return np.insert(packed, 0, 0, axis=1).tobytes()  # the filter 0


def gama(gamma: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(gamma * 100_000))


def chrm(*white_and_primaries: float) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *(round(100_000 * xy) for xy in white_and_primaries))


def iccp(profile: bytes) -> tuple[bytes, bytes]:
    return b"iCCP", b"profile\0\0" + zlib.compress(profile)
