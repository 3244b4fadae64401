from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from palette_core.arrays import Bytes, Packed, unpack
from palette_core.color.morton import colors_of_codes, morton_codes, radix_argsort, sort_codes

from .strategies import SEEDS, colors


def interleave(color: list[int]) -> int:
    """Return the bits of a color in turns, from the highest bit of red to the lowest of blue."""
    bits = [f"{level:08b}" for level in color]
    return int("".join("".join(triple) for triple in zip(*bits, strict=True)), 2)


def draw_codes(count: int, seed: int, limit: int = 1 << 24) -> Packed:
    return np.random.default_rng(seed).integers(0, limit, count).astype(np.uint32)


@given(colors())
def test_codes_are_interleaved_bits(rgb: Bytes) -> None:
    assert morton_codes(rgb).tolist() == [interleave(color) for color in rgb.tolist()]


def test_every_color_has_its_own_code() -> None:
    rgb = unpack(np.arange(1 << 24))
    codes = morton_codes(rgb)
    assert codes.dtype == np.uint32
    assert np.bincount(codes, minlength=1 << 24).tolist() == [1] * (1 << 24)
    before = codes.copy()
    assert np.array_equal(colors_of_codes(codes), rgb)
    assert np.array_equal(codes, before)


@given(SEEDS)
def test_codes_are_sorted(seed: int) -> None:
    codes = draw_codes(seed % 3000, seed)
    ordered = sort_codes(codes)
    assert ordered.dtype == np.uint32
    assert ordered.tolist() == sorted(codes.tolist())


@pytest.mark.parametrize("limit", [1, 1 << 16, 1 << 17, 1 << 24])
def test_many_codes_are_sorted(limit: int) -> None:
    codes = draw_codes(300_000, limit, limit)
    assert np.array_equal(sort_codes(codes), np.sort(codes))


@given(SEEDS)
def test_equal_codes_stay_in_order(seed: int) -> None:
    codes = draw_codes(seed % 300, seed, 1 << 24) & np.uint32(0xFF00FF)
    expected = sorted(range(len(codes)), key=codes.tolist().__getitem__)
    assert radix_argsort(codes).tolist() == expected
