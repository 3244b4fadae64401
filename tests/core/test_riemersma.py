"""Riemersma dithering: a Hilbert curve, and errors that are passed on along it."""

from __future__ import annotations

import numpy as np
import pytest

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.dither.cell_lookup import CellLookup
from palette_core.dither.riemersma import hilbert_curve
from palette_core.mapping.nearest_entry import NearestEntryFinder


@pytest.mark.parametrize("shape", [(1, 1), (8, 8), (16, 64), (64, 16), (1, 9), (13, 50), (50, 13)])
def test_the_curve_visits_every_pixel_once(shape: tuple[int, int]) -> None:
    curve = hilbert_curve(*shape)
    assert np.array_equal(np.sort(curve), np.arange(shape[0] * shape[1]))
    steps = np.abs(np.diff(np.stack(np.divmod(curve, shape[1])), axis=1)).sum(axis=0)
    if min(shape) & (min(shape) - 1) == 0:  # the curves end at the border of the image
        assert (steps == 1).all()
    assert (steps == 1).sum() >= 0.7 * len(steps)


def test_the_smallest_curves_are_hilberts() -> None:
    assert hilbert_curve(2, 2).tolist() == [0, 2, 3, 1]
    expected = [
        [0, 3, 4, 5],
        [1, 2, 7, 6],
        [14, 13, 8, 9],
        [15, 12, 11, 10],
    ]
    order = np.argsort(hilbert_curve(4, 4)).reshape(4, 4)
    assert np.array_equal(order, expected) or np.array_equal(order.T, expected)


def one_by_one(rgb: Bytes, finder: NearestEntryFinder, strength: float) -> Bytes:
    """Return the entries by the definition, one pixel after the other."""
    cells = CellLookup(finder)
    lanes = cells.lanes(np.dstack([rgb, rgb[..., :1]]).reshape(-1, 4)).astype(np.float64)
    entries = cells.lanes(np.column_stack([finder.palette, finder.palette[:, :1]]))
    weights = (1 / 16) ** (np.arange(16) / 15)
    weights *= strength / weights.sum()
    look_up, errors = cells.make_lookup(1), [np.zeros(4)] * 16
    found = np.zeros(len(lanes), np.uint8)
    for pixel in hilbert_curve(*rgb.shape[:2]):
        total = sum(weight * error for weight, error in zip(weights, errors, strict=True))
        color = np.clip(lanes[pixel] + total, cells.low, cells.high).astype(np.float32)
        entry = np.empty(1, np.complex128)
        look_up(color, entry)
        found[pixel] = entry.view(np.float32)[3]
        errors = [color - entries[found[pixel]], *errors[:-1]]
    return found.reshape(rgb.shape[:2])


@pytest.mark.parametrize("strength", [0.4, 1.0])
def test_it_equals_a_plain_loop(small_photo: Bytes, strength: float) -> None:
    # Rounding differs, and pieces after the first begin with errors of only 64 pixels.
    palette = pc.find_palette(small_photo, 12).colors
    finder = NearestEntryFinder(palette, SPACES["oklab"])
    for rgb, allowed in ((small_photo[:20, :50], 0.01), (small_photo, 0.15)):
        found = pc.map_pixels(
            rgb, palette, space="oklab", dither="riemersma", dither_strength=strength
        )
        expected = one_by_one(rgb, finder, strength)
        assert (found.indices != expected).mean() <= allowed
