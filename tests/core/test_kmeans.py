from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.design import EFFORTS, METHODS, DesignProblem
from palette_core.design.constraints import ALL_COLORS
from palette_core.image.histogram import ColorHistogram
from palette_core.mapping.nearest_srgb import find_nearest_srgb

from .strategies import images


@given(images())
def test_one_colour_is_the_mean_of_all_pixels(pixels: Bytes) -> None:
    # Of all pixels, not of the unique colours: the weights count.
    (found,) = pc.find_palette(pixels, 1, keep_exact=0)
    mean = pixels.reshape(-1, 3).mean(axis=0)
    assert np.abs(found - mean).max() <= 0.5 + 1e-6


def test_clear_clusters_are_found() -> None:
    rng = np.random.default_rng(4)
    middles = np.array([[20, 20, 20], [200, 30, 40], [40, 220, 60], [70, 80, 230]])
    pixels = middles[rng.integers(0, 4, (40, 40))] + rng.integers(-3, 4, (40, 40, 3))
    found = pc.find_palette(pixels.astype(np.uint8), 4, effort="best").colors.astype(int)
    apart = np.abs(found[:, np.newaxis] - middles).max(axis=-1)
    assert (apart.min(axis=0) <= 1).all()


@pytest.mark.parametrize("count", [2, 16, 64])
def test_unique_colours_lose_nothing_to_all_pixels(small_photo: Bytes, count: int) -> None:
    ours, script = (
        pc.compare(small_photo, pc.quantize(small_photo, count, method=method).to_array()).mse
        for method in ("kmeans", "sklearn-kmeans")
    )
    # Both end in local optima, of which neither is the better one by principle.
    assert ours <= 1.1 * script


@pytest.mark.parametrize("name", ["small_photo", "flower"])
def test_more_effort_is_not_worse(name: str, request: pytest.FixtureRequest) -> None:
    pixels = request.getfixturevalue(name)
    errors = [
        pc.compare(pixels, pc.quantize(pixels, 16, effort=effort, keep_exact=0).to_array()).mse
        for effort in EFFORTS
    ]
    assert all(later <= earlier for earlier, later in pairwise(errors))


@pytest.mark.parametrize("effort", EFFORTS)
def test_the_design_has_no_duplicates_and_its_labels_are_the_nearest(
    drawn: Bytes, effort: str
) -> None:
    histogram = ColorHistogram.unique(drawn.reshape(-1, 3))
    design = METHODS["kmeans"].solve(DesignProblem(histogram, 64, effort=effort))
    assert np.array_equal(design.assignments, find_nearest_srgb(histogram.colors, design.colors))
    assert len(np.unique(design.colors, axis=0)) == len(design.colors) <= 64


def test_centres_that_round_to_one_colour_are_one_entry() -> None:
    centers = np.array([[9.8, 20.0, 30.0], [40.0, 50.0, 60.0], [10.2, 20.3, 29.9]])
    assert ALL_COLORS.round_to_palette(centers).tolist() == [[10, 20, 30], [40, 50, 60]]
