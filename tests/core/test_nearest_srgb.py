from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from palette_core.arrays import Bytes
from palette_core.mapping import nearest_srgb
from palette_core.mapping.nearest_srgb import map_srgb_pixels, nearest

from .strategies import colors, images

# Whether map_colors goes through its look-up table depends on the count of pixels alone.
NEVER, ALWAYS = 1 << 40, 1


def brute_force(rgb: Bytes, palette: Bytes) -> NDArray[np.intp]:
    """Measure every distance in whole numbers; argmin takes the lowest index of ties."""
    rows = rgb.reshape(-1, 3).astype(np.int64)
    blocks = [
        np.square(rows[start : start + 8192, np.newaxis] - palette).sum(axis=-1).argmin(axis=1)
        for start in range(0, len(rows), 8192)
    ]
    return np.concatenate(blocks).reshape(rgb.shape[:-1])


def test_the_oracle() -> None:
    palette = np.array([[0, 0, 0], [10, 0, 0], [10, 0, 0]], np.uint8)
    rgb = np.array([[4, 0, 0], [5, 0, 0], [6, 0, 0]], np.uint8)
    assert brute_force(rgb, palette).tolist() == [0, 0, 1]


@given(colors(), colors(1, 256))
def test_nearest_is_exact_and_ties_go_to_the_lowest_index(rgb: Bytes, palette: Bytes) -> None:
    found = nearest(rgb, palette)
    assert found.dtype == np.uint8
    assert np.array_equal(found, brute_force(rgb, palette))


@pytest.mark.parametrize("threshold", [NEVER, ALWAYS])
@given(rgb=images(), palette=colors(1, 256))
def test_with_and_without_the_table(threshold: int, rgb: Bytes, palette: Bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nearest_srgb, "_TABLE_PAYS", threshold)
        found = map_srgb_pixels(rgb, palette)
    assert found.dtype == np.uint8
    assert np.array_equal(found, brute_force(rgb, palette))


@pytest.mark.parametrize("count", [1, 2, 3, 255, 256])
def test_blocks_fit_together(count: int) -> None:
    # More rows than one block of distances holds, and not a multiple of it.
    rng = np.random.default_rng(count)
    rgb = rng.integers(0, 256, (2 * (1 << 17) // max(count, 16) + 7, 3), dtype=np.uint8)
    palette = rng.integers(0, 256, (count, 3), dtype=np.uint8)
    assert np.array_equal(nearest(rgb, palette), brute_force(rgb, palette))


@pytest.mark.parametrize("pixels", [(1 << 16) - 1, 1 << 16, 300 * 300])
def test_both_sides_of_the_real_threshold(pixels: int) -> None:
    rng = np.random.default_rng(pixels)
    rgb = rng.integers(0, 256, (1, pixels, 3), dtype=np.uint8)
    palette = rng.integers(0, 256, (37, 3), dtype=np.uint8)
    assert np.array_equal(map_srgb_pixels(rgb, palette), brute_force(rgb, palette))


def test_a_whole_photo(photo: Bytes) -> None:
    palette = np.random.default_rng(1).integers(0, 256, (16, 3), dtype=np.uint8)
    assert np.array_equal(map_srgb_pixels(photo, palette), brute_force(photo, palette))


@given(colors(1, 256))
def test_a_palette_maps_to_itself(palette: Bytes) -> None:
    found = nearest(palette, palette)
    assert np.array_equal(palette[found], palette)
    assert (found <= np.arange(len(palette))).all()
