"""PNG files read chunk by chunk, after the specification, so that nothing is hidden by a reader."""

from __future__ import annotations

import struct
import zlib

import numpy as np

from palette_core.arrays import Bytes


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
        self.width, self.height, self.depth, self.kind = struct.unpack_from(
            ">IIBB", self.chunks[0][1]
        )
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
