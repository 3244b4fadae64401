"""PNG files written bit by bit, and read chunk by chunk, so that nothing is hidden by a reader."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palette_core.arrays import Bytes

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


class PngFile:
    """A PNG file.

    Attributes
    ----------
    chunks : list of (bytes, bytes)
        The names and contents, in their order; their checksums are right.
    depth : int
        Bits a pixel.
    entries : list of (int, int, int)
        All of the palette, if there is one.
    transparent : list of int
        The entries whose alpha is not 255.
    """

    def __init__(self, data: bytes) -> None:
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        self.chunks: list[tuple[bytes, bytes]] = []
        place = 8
        while place < len(data):
            length, name = struct.unpack_from(">I4s", data, place)
            content = data[place + 8 : place + 8 + length]
            (check,) = struct.unpack_from(">I", data, place + 8 + length)
            assert zlib.crc32(name + content) == check
            self.chunks.append((name, content))
            place += 12 + length
        self.names = [name.decode() for name, _ in self.chunks]
        self.width, self.height, self.depth = struct.unpack_from(">IIB", self.chunks[0][1])
        table = b"".join(self.all_of("PLTE"))
        self.entries = [tuple(table[at : at + 3]) for at in range(0, len(table), 3)]
        alpha = self.content("tRNS") if "tRNS" in self.names else b""
        self.transparent = [index for index, level in enumerate(alpha) if level != 255]

    def content(self, name: str) -> bytes:
        """Return the content of the only chunk of a name."""
        (found,) = self.all_of(name)
        return found

    def all_of(self, name: str) -> list[bytes]:
        return [content for one, content in self.chunks if one == name.encode()]

    @property
    def indices(self) -> Bytes:
        """The index of every pixel, where no row is filtered: (H, W)."""
        raw = zlib.decompress(b"".join(self.all_of("IDAT")))
        rows = np.frombuffer(raw, np.uint8).reshape(self.height, -1)
        assert not rows[:, 0].any()
        bits = np.unpackbits(rows[:, 1:], axis=1).reshape(self.height, -1, self.depth)
        return np.packbits(bits, axis=2)[:, : self.width, 0] >> (8 - self.depth)

    def colors(self) -> Bytes:
        """Return the pixels, those that are transparent as 0: (H, W, 4)."""
        table = np.array([(*entry, 255) for entry in self.entries], np.uint8)
        table[self.transparent] = 0
        return table[self.indices]
