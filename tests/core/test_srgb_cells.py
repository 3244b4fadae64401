"""Nearest entries of cells and of pixels, compared with a search among all entries."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_core.arrays import Bytes, Packed, pack, unpack
from palette_core.mapping import nearest_srgb
from palette_core.mapping.nearest_srgb import map_srgb_pixels
from palette_core.mapping.srgb_cells import (
    CELLS,
    find_cell_corners,
    find_cells,
    find_nearest_in_cells,
)

from .reference_metrics import brute_force
from .strategies import SEEDS, colors


def colors_of_cells(cells: Packed) -> Bytes:
    """Return all colors of cells, (C, 512, 3), in the order of the results."""
    levels = range(8)
    offsets = [(red, green, blue) for red in levels for green in levels for blue in levels]
    return find_cell_corners(cells)[:, np.newaxis] + np.array(offsets, np.uint8)


def draw_cells(seed: int, count: int) -> Packed:
    rng = np.random.default_rng(seed)
    return np.sort(rng.choice(CELLS, count, replace=False)).astype(np.uint32)


@given(palette=colors(1, 256), seed=SEEDS, count=st.sampled_from([1, 7, 60]))
def test_nearest_entries_of_cells_are_exact(palette: Bytes, seed: int, count: int) -> None:
    cells = draw_cells(seed, count)
    found = find_nearest_in_cells(cells, palette)
    assert found.dtype == np.uint8
    assert np.array_equal(found, brute_force(colors_of_cells(cells), palette))


@given(seed=SEEDS, spread=st.integers(1, 12), count=st.sampled_from([2, 40, 256]))
def test_entries_close_together_compete_in_many_cells(seed: int, spread: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    palette = (120 + rng.integers(0, spread, (count, 3))).astype(np.uint8)
    cells = np.union1d(draw_cells(seed, 20), find_cells(palette[:20]))
    found = find_nearest_in_cells(cells, palette)
    assert np.array_equal(found, brute_force(colors_of_cells(cells), palette))


@pytest.mark.parametrize("entries", [1, 2, 256])
def test_every_cell_has_the_nearest_entries(entries: int) -> None:
    palette = np.random.default_rng(entries).integers(0, 256, (entries, 3), dtype=np.uint8)
    cells = np.arange(CELLS, dtype=np.uint32)
    found = find_nearest_in_cells(cells, palette)
    sample = cells[::97]
    assert np.array_equal(found[sample], brute_force(colors_of_cells(sample), palette))
    assert len(np.unique(pack(find_cell_corners(cells)))) == CELLS


def test_no_cells_have_no_entries() -> None:
    cells = find_cells(np.empty((0, 3), np.uint8))
    assert find_nearest_in_cells(cells, np.zeros((9, 3), np.uint8)).shape == (0, 512)


@given(colors())
def test_colors_are_in_cells_of_8_levels(rgb: Bytes) -> None:
    corners = find_cell_corners(find_cells(rgb))
    assert sorted(map(tuple, corners)) == sorted(set(map(tuple, rgb // 8 * 8)))


# Pixels are mapped by the cells of a sample of them first, which misses colors of these.
RANDOM = np.random.default_rng(0)
PICTURES = {
    "noise": RANDOM.integers(0, 256, (1000, 1500, 3), dtype=np.uint8),
    "stripes": np.broadcast_to(RANDOM.integers(0, 256, (12, 3), np.uint8), (131072, 12, 3)),
    "a rare color": np.vstack([np.full((1599999, 3), 250, np.uint8), [[7, 7, 7]]]).astype(np.uint8),
    "all colors": unpack(np.arange(0, 1 << 24, 9)),
    "a dominant entry 128": np.full((1500, 1000, 3), 128, np.uint8),
    "noise in a tenth of the pixels": np.where(
        RANDOM.random((3000, 1000, 1)) < 0.1,
        RANDOM.integers(0, 256, (3000, 1000, 3), np.uint8),
        np.uint8(90),
    ),
}


@pytest.mark.parametrize("entries", [3, 256])
@pytest.mark.parametrize("name", PICTURES)
def test_pixels_with_colors_that_a_sample_misses(name: str, entries: int) -> None:
    rgb = PICTURES[name]
    levels = np.random.default_rng(entries).integers(0, 256, (entries, 3), dtype=np.uint8)
    greys = np.repeat(np.arange(256, dtype=np.uint8), 3).reshape(256, 3)
    palette = greys if "128" in name else levels
    found = map_srgb_pixels(rgb, palette)
    assert found.dtype == np.uint8
    assert found.shape == rgb.shape[:-1]
    # Equal colors have equal entries, and one pixel of each of many colors is compared.
    packed = pack(rgb).ravel()
    order = np.argsort(packed, kind="stable")
    ordered, entries_of = packed[order], found.ravel()[order]
    is_same = ordered[1:] == ordered[:-1]
    assert (entries_of[1:] == entries_of[:-1])[is_same].all()
    sample = np.flatnonzero(np.append(True, ~is_same))
    sample = sample[:: 1 + len(sample) // 20000]
    assert np.array_equal(entries_of[sample], brute_force(unpack(ordered[sample]), palette))


@pytest.mark.parametrize("layout", ["RGBA", "BGR", "cropped", "read-only"])
def test_pixels_in_any_layout(layout: str, photo: Bytes) -> None:
    padded = np.dstack([photo, photo[..., :1]])
    rgb = {
        "RGBA": padded[..., :3],
        "BGR": photo[..., ::-1],
        "cropped": photo[5:, 3:-4],
        "read-only": np.frombuffer(photo.tobytes(), np.uint8).reshape(photo.shape),
    }[layout]
    palette = photo[::61, ::83].reshape(-1, 3)[:256]
    with mock.patch.object(nearest_srgb, "_TABLE_MIN_PIXELS", 0):
        found = map_srgb_pixels(rgb, palette)
    assert np.array_equal(found, brute_force(rgb, palette))
