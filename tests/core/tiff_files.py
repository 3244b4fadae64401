"""TIFF files written bit by bit from revision 6.0 of the specification."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

NONE, LZW, DEFLATE, PACK_BITS = 1, 5, 8, 32773
MIN_IS_WHITE, MIN_IS_BLACK, RGB, INDEXED, CMYK, CIE_LAB, ICC_LAB = 0, 1, 2, 3, 5, 8, 9
UNSIGNED, SIGNED, FLOAT = 1, 2, 3
SHORT, LONG, RATIONAL, UNDEFINED = 3, 4, 5, 7


@dataclass
class Tiff:
    """How to write a file."""

    bits: int
    photometric: int
    sample_format: int = UNSIGNED
    order: str = "<"
    compression: int = NONE
    predictor: int = 1
    is_planar: bool = False
    tile: tuple[int, int] | None = None  # width and length
    rows_per_strip: int = 4
    extra: Sequence[int] = ()
    tags: dict[int, tuple[int, Sequence[int] | bytes]] = field(default_factory=dict)

    def write(self, samples: NDArray[Any]) -> bytes:
        """Return the file of (H, W, C) samples."""
        height, width, channels = samples.shape
        parts = [samples[..., c : c + 1] for c in range(channels)] if self.is_planar else [samples]
        segments = [self._compress(self._encode(s)) for part in parts for s in self._segments(part)]
        tags: dict[int, tuple[int, Sequence[int] | bytes]] = {
            256: (LONG, [width]),
            257: (LONG, [height]),
            258: (SHORT, [self.bits] * channels),
            259: (SHORT, [self.compression]),
            262: (SHORT, [self.photometric]),
            277: (SHORT, [channels]),
            284: (SHORT, [2 if self.is_planar else 1]),
            317: (SHORT, [self.predictor]),
            339: (SHORT, [self.sample_format] * channels),
        }
        if self.extra:
            tags[338] = SHORT, self.extra
        starts = list(np.cumsum([8, *(len(s) for s in segments[:-1])]).tolist())
        sizes = [len(s) for s in segments]
        if self.tile:
            tags |= {322: (LONG, self.tile[:1]), 323: (LONG, self.tile[1:])}
            tags |= {324: (LONG, starts), 325: (LONG, sizes)}
        else:
            tags[278] = LONG, [self.rows_per_strip]
            tags |= {273: (LONG, starts), 279: (LONG, sizes)}
        return self._file(b"".join(segments), tags | self.tags)

    def _file(self, body: bytes, tags: dict[int, tuple[int, Sequence[int] | bytes]]) -> bytes:
        body += bytes(len(body) % 2)
        start = 8 + len(body)
        behind = start + 2 + 12 * len(tags) + 4
        entries, values = struct.pack(f"{self.order}H", len(tags)), b""
        for name, (kind, content) in sorted(tags.items()):
            letter = {SHORT: "H", LONG: "I", RATIONAL: "I", UNDEFINED: "B"}[kind]
            packed = struct.pack(f"{self.order}{len(content)}{letter}", *content)
            count = len(content) // 2 if kind == RATIONAL else len(content)
            if len(packed) > 4:
                place = behind + len(values)
                values += packed + bytes(len(packed) % 2)
                packed = struct.pack(f"{self.order}I", place)
            entries += struct.pack(f"{self.order}HHI", name, kind, count) + packed.ljust(4, b"\0")
        magic = b"II*\0" if self.order == "<" else b"MM\0*"
        header = magic + struct.pack(f"{self.order}I", start)
        return header + body + entries + bytes(4) + values

    def _segments(self, samples: NDArray[Any]) -> Iterator[NDArray[Any]]:
        """Iterate over the strips or the tiles, these padded."""
        height, width = samples.shape[:2]
        if self.tile is None:
            for top in range(0, height, self.rows_per_strip):
                yield samples[top : top + self.rows_per_strip]
            return
        across, down = self.tile
        padded = np.pad(samples, ((0, -height % down), (0, -width % across), (0, 0)))
        for top in range(0, height, down):
            for left in range(0, width, across):
                yield padded[top : top + down, left : left + across]

    def _encode(self, samples: NDArray[Any]) -> bytes:
        rows = samples.reshape(len(samples), -1)
        if self.sample_format == FLOAT:
            dtype = np.dtype(f"{self.order}f{self.bits // 8}")
            if self.predictor == 3:
                return self._float_differences(rows.astype(dtype.newbyteorder(">")), samples)
            return rows.astype(dtype).tobytes()
        if self.predictor == 2:
            step = samples.shape[2]
            rows = rows.astype(np.int64)
            rows[:, step:] -= rows[:, :-step].copy()
            rows %= 2**self.bits
        if self.bits in (16, 32):
            return rows.astype(f"{self.order}u{self.bits // 8}").tobytes()
        bits = rows[..., np.newaxis] >> np.arange(self.bits)[::-1] & 1
        return np.packbits(bits.reshape(len(rows), -1).astype(np.uint8), axis=1).tobytes()

    def _float_differences(self, rows: NDArray[Any], samples: NDArray[Any]) -> bytes:
        """Return rows of which the high bytes come first, as differences (Adobe, note 3)."""
        found = b""
        for row in rows:
            planes = np.frombuffer(row.tobytes(), np.uint8).reshape(-1, self.bits // 8).T.ravel()
            step = samples.shape[2]
            moved = planes.astype(np.int64)
            moved[step:] -= planes[:-step]
            found += (moved % 256).astype(np.uint8).tobytes()
        return found

    def _compress(self, data: bytes) -> bytes:
        if self.compression == DEFLATE:
            return zlib.compress(data)
        if self.compression == PACK_BITS:  # literal runs alone
            runs = [data[i : i + 128] for i in range(0, len(data), 128)]
            return b"".join(bytes([len(run) - 1]) + run for run in runs)
        if self.compression == LZW:  # a new table before its codes would get longer
            codes = [c for i in range(0, len(data), 200) for c in (256, *data[i : i + 200])]
            bits = np.array([*codes, 257])[:, np.newaxis] >> np.arange(9)[::-1] & 1
            return np.packbits(bits.astype(np.uint8)).tobytes()
        return data
