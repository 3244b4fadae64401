"""The Z-order curve through the colour cube, along which neighbours are similar (Morton, 1966)."""

from __future__ import annotations

from functools import cache

import numpy as np

from ..arrays import Bytes, Indices, Packed, pack, unpack

# Codes and packed colours are converted in halves of this number of bits, by two tables.
_HALF_BITS = 12
_HALF = np.uint32((1 << _HALF_BITS) - 1)
# The bit of a code that each bit of a packed colour becomes, and the reverse.
_CODE_BITS = tuple(3 * (bit % 8) + bit // 8 for bit in range(24))
_COLOR_BITS = tuple(8 * (bit % 3) + bit // 3 for bit in range(24))
# They are converted in blocks that stay in the cache.
_BLOCK = 1 << 15
# Colours are sorted by 16 bits within each value of the others.
_LOW_BITS = 16


def morton_codes(colors: Bytes) -> Packed:
    """Return the positions of colours along the curve, (N, 3) to (N,): their 24 bits interleaved.

    If the colour cube is divided into cubes with sides of 2^s levels, the codes of one cube differ
    only in their lowest 3 s bits. So its colours follow each other along the curve.
    """
    codes = pack(colors)
    _convert(codes, _make_tables(_CODE_BITS))
    return codes


def colors_of_codes(codes: Packed) -> Bytes:
    """Return the colours at positions along the curve, (N,) to (N, 3): see `morton_codes`."""
    packed = codes.copy()
    _convert(packed, _make_tables(_COLOR_BITS))
    return unpack(packed)


def sort_codes(codes: Packed) -> Packed:
    """Return 24-bit integers, (N,), in ascending order.

    Notes
    -----
    NumPy sorts integers of up to 16 bits by radix. So they are distributed by their upper 8 bits
    first. Sorting 32-bit integers takes from half as long to eight times as long, depending on the
    processor and the version of NumPy.
    """
    upper = (codes >> np.uint32(_LOW_BITS)).astype(np.uint8)
    low = codes.astype(np.uint16)[np.argsort(upper, kind="stable")]
    counts = np.bincount(upper, minlength=256)
    ends = np.cumsum(counts)
    for start, end in zip((ends - counts).tolist(), ends.tolist(), strict=True):
        low[start:end].sort(kind="stable")
    ordered: Packed = np.repeat(np.arange(256, dtype=np.uint32) << np.uint32(_LOW_BITS), counts)
    ordered |= low
    return ordered


def radix_argsort(packed: Packed) -> Indices:
    """Return the indices that sort 24-bit integers, (N,); equal integers stay in order.

    Notes
    -----
    NumPy sorts integers of up to 16 bits by radix. Two of these sorts, by the lowest 8 bits and
    then by the others, take a third of the time of one sort of 32-bit integers.
    """
    by_low = np.argsort(packed.astype(np.uint8), kind="stable")
    by_high = np.argsort((packed >> np.uint32(8)).astype(np.uint16)[by_low], kind="stable")
    return by_low[by_high]


def _convert(words: Packed, tables: tuple[Packed, Packed]) -> None:
    """Convert 24-bit integers, (N,), in place, by tables for their upper and lower halves."""
    upper, lower = tables
    for start in range(0, len(words), _BLOCK):
        block = words[start : start + _BLOCK]
        # With "clip" NumPy does not check the indices, all of which are valid.
        converted = upper.take(block >> np.uint32(_HALF_BITS), mode="clip")
        block &= _HALF
        np.bitwise_or(converted, lower.take(block, mode="clip"), out=block)


@cache
def _make_tables(positions: tuple[int, ...]) -> tuple[Packed, Packed]:
    """Return tables for the upper and lower halves, (4096,), that move every bit to a position."""
    values = np.arange(1 << _HALF_BITS, dtype=np.uint32)
    upper, lower = np.zeros_like(values), np.zeros_like(values)
    for bit in range(_HALF_BITS):
        is_set = values >> np.uint32(bit) & np.uint32(1)
        lower |= is_set << np.uint32(positions[bit])
        upper |= is_set << np.uint32(positions[bit + _HALF_BITS])
    return upper, lower
