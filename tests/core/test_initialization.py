"""The first guesses: what `init` stands for in the method `kmeans`."""

from __future__ import annotations

import math
from collections import Counter
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import palette_core as pc
from palette_core.arrays import Bytes, Floats
from palette_core.design import INITIALIZATIONS, METHODS
from palette_core.design.initialization import (
    INITIALIZERS,
    draw_plus_plus,
    initialize_centers,
    sample_points,
)
from palette_core.design.lloyd import Points, run_lloyd
from palette_core.design.variance_cut import cut_by_variance
from palette_core.image.histogram import ColorHistogram, ReducedHistogram

from .reference_metrics import weighted_histogram
from .strategies import SEEDS, colors

DRAWN = ["k-means++", "k-means++-single"]


def points_of(rgb: Bytes, seed: int) -> Points:
    return Points.from_histogram(weighted_histogram(rgb, seed).reduce(1000))


def rows_of(centers: NDArray[np.floating]) -> list[tuple[float, ...]]:
    return [tuple(row) for row in centers.tolist()]


def test_every_init_but_auto_is_a_start() -> None:
    assert ("auto", *INITIALIZERS) == tuple(INITIALIZATIONS)


@pytest.mark.parametrize("init", INITIALIZATIONS)
@given(rgb=colors(1), seed=SEEDS, count=st.integers(1, 40))
def test_as_many_centres_as_wanted_within_the_colours(
    init: str, rgb: Bytes, seed: int, count: int
) -> None:
    points = points_of(rgb, seed)
    centers = initialize_centers(init, points, count, np.random.default_rng(seed))
    assert 1 <= len(centers) <= count
    if init not in ("auto", "variance-cut"):  # which do not cut what gains next to nothing
        assert len(centers) == min(count, len(points))
    assert (centers >= rgb.min(axis=0) - 1e-3).all()
    assert (centers <= rgb.max(axis=0) + 1e-3).all()


@pytest.mark.parametrize("init", DRAWN)
@given(rgb=colors(1), seed=SEEDS, count=st.integers(1, 40))
def test_k_means_plus_plus_takes_different_points(
    init: str, rgb: Bytes, seed: int, count: int
) -> None:
    points = points_of(rgb, seed)
    centers = rows_of(initialize_centers(init, points, count, np.random.default_rng(seed)))
    assert len(set(centers)) == len(centers)
    assert set(centers) <= set(rows_of(points.rows[:, :3]))


@pytest.mark.parametrize("init", [*DRAWN, "random"])
def test_random_initializations_depend_on_the_seed(init: str, small_photo: Bytes) -> None:
    points = Points.from_histogram(ColorHistogram.unique(small_photo.reshape(-1, 3)).reduce(4096))
    one, again, other = (
        initialize_centers(init, points, 16, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_the_variance_cut_is_that_of_the_method(small_photo: Bytes) -> None:
    points = Points.from_histogram(ColorHistogram.unique(small_photo.reshape(-1, 3)).reduce(4096))
    for init in ("auto", "variance-cut"):
        guess = initialize_centers(init, points, 16, np.random.default_rng(0))
        assert np.array_equal(guess, cut_by_variance(points, 16))


def squares_to(points: Points, center: int) -> Floats:
    rows = points.rows[:, :3].astype(np.float64)
    return np.square(rows - rows[center]).sum(axis=1)


@given(rgb=colors(2), seed=SEEDS, count=st.integers(2, 12), candidates=st.integers(1, 5))
def test_of_the_candidates_the_best_is_taken(
    rgb: Bytes, seed: int, count: int, candidates: int
) -> None:
    points = points_of(rgb, seed)
    rows = points.rows[:, :3].astype(np.float64)
    centers = draw_plus_plus(points, count, np.random.default_rng(seed), candidates=candidates)
    chosen = [int(np.flatnonzero((rows == center).all(axis=1))[0]) for center in centers]
    # The same draws once more, looked at one by one.
    random = np.random.default_rng(seed)
    random.random(1)
    nearest = squares_to(points, chosen[0])
    for taken in chosen[1:]:
        upto = np.cumsum(points.weights * nearest)
        drawn = [int(np.sum(upto <= share * upto[-1])) for share in random.random(candidates)]
        errors = {
            c: float((points.weights * np.minimum(nearest, squares_to(points, c))).sum())
            for c in drawn
        }
        assert taken in errors
        assert errors[taken] <= min(errors.values()) * (1 + 1e-6)
        nearest = np.minimum(nearest, squares_to(points, taken))


@pytest.mark.parametrize(("init", "expected"), [("k-means++", 2 + 4), ("k-means++-single", 1)])
def test_the_number_of_candidates_grows_with_the_clusters(init: str, expected: int) -> None:
    points = points_of(np.random.default_rng(0).integers(0, 256, (300, 3), dtype=np.uint8), 0)
    assert int(math.log(60)) == 4
    centers = initialize_centers(init, points, 60, np.random.default_rng(0))
    same, fewer, more = (
        draw_plus_plus(points, 60, np.random.default_rng(0), candidates=expected + difference)
        for difference in (0, -1 if expected > 1 else 1, 2)
    )
    assert np.array_equal(centers, same)
    assert not np.array_equal(centers, fewer)
    assert not np.array_equal(centers, more)


def assert_frequency(count: int, chance: float, runs: int) -> None:
    """Check that a count is within five standard deviations of the expected one."""
    assert abs(count - runs * chance) < 5 * math.sqrt(runs * chance * (1 - chance))


def test_points_are_drawn_by_weight_and_squared_distance() -> None:
    places = np.array([[0, 0, 0], [1, 0, 0], [0, 3, 0], [0, 0, 7]], np.float64)
    weights = np.array([4.0, 3.0, 2.0, 1.0])
    points = Points.from_histogram(ReducedHistogram(places, weights))
    random = np.random.default_rng(5)
    runs = 20_000
    pairs = Counter(
        tuple(rows_of(draw_plus_plus(points, 2, random, candidates=1))) for _ in range(runs)
    )
    for one, other in permutations(range(4), 2):
        shares = weights * np.square(places - places[one]).sum(axis=1)
        chance = weights[one] / weights.sum() * shares[other] / shares.sum()
        assert_frequency(pairs[tuple(places[one]), tuple(places[other])], chance, runs)
    assert pairs.total() == runs


def test_a_point_is_never_drawn_twice() -> None:
    class Least(np.random.Generator):
        """Draws the least number there is."""

        def random(self, size: int) -> Floats:
            return np.zeros(size)

    places = np.array([[0, 0, 0], [1, 0, 0], [0, 3, 0], [0, 0, 7]], np.float64)
    points = Points.from_histogram(ReducedHistogram(places, np.ones(4)))
    random = Least(np.random.PCG64(0))
    centers = draw_plus_plus(points, 4, random, candidates=1)
    # The least number stands for the first point with a share, and centres have a share of 0.
    assert rows_of(centers) == rows_of(places)


def test_random_points_are_different_and_drawn_by_weight() -> None:
    weights = np.array([8.0, 4.0, 2.0, 1.0])
    points = Points.from_histogram(ReducedHistogram(np.arange(12.0).reshape(4, 3), weights))
    random = np.random.default_rng(6)
    runs = 20_000
    pairs = Counter(tuple(sample_points(points, 2, random).tolist()) for _ in range(runs))
    for one, other in permutations(range(4), 2):
        rest = weights.sum() - weights[one]
        chance = weights[one] / weights.sum() * weights[other] / rest
        assert_frequency(pairs[one, other], chance, runs)
    assert pairs.total() == runs


def test_of_ten_random_guesses_the_best_is_kept(small_photo: Bytes) -> None:
    points = Points.from_histogram(ColorHistogram.unique(small_photo.reshape(-1, 3)).reduce(4096))
    guess = initialize_centers("random", points, 12, np.random.default_rng(3))
    random = np.random.default_rng(3)
    drawn = [points.rows[sample_points(points, 12, random), :3] for _ in range(10)]
    results = [run_lloyd(points, centers.astype(np.float64), 3) for centers in drawn]
    errors = [clusters.squared_error for clusters in results]
    assert len(set(errors)) == 10
    assert np.array_equal(guess, results[int(np.argmin(errors))].means)


@pytest.mark.parametrize("init", DRAWN)
def test_far_clusters_are_all_hit(init: str) -> None:
    # Chances are beyond 99.99 % where the clusters are this small and this far apart.
    corners = np.array([[0, 0, 0], [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]])
    offsets = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    rgb = np.abs(corners[:, np.newaxis] - offsets).reshape(-1, 3).astype(np.uint8)
    points = Points.from_histogram(ColorHistogram.unique(rgb).reduce(100))
    for seed in range(50):
        centers = initialize_centers(init, points, 5, np.random.default_rng(seed))
        apart = np.abs(centers[:, np.newaxis] - corners).max(axis=-1)
        assert set(apart.argmin(axis=1)) == set(range(5))


@pytest.mark.parametrize("init", [*DRAWN, "random"])
def test_another_start_may_end_elsewhere_but_not_far(small_photo: Bytes, init: str) -> None:
    ours, other = (pc.quantize(small_photo, 64, effort="fast", init=i) for i in ("auto", init))
    assert other.palette != ours.palette
    errors = [pc.compare(small_photo, found.to_array()).mse for found in (ours, other)]
    assert errors[1] <= 1.3 * errors[0]


@pytest.mark.parametrize(
    ("method", "init"), [(name, init) for name in METHODS for init in METHODS[name].inits]
)
def test_lines_and_rare_colors_are_quantized(method: str, init: str) -> None:
    rng = np.random.default_rng(8)
    line = rng.integers(0, 256, (1, 500, 3), dtype=np.uint8)
    rare = np.zeros((40, 40, 3), np.uint8)  # most of it one colour
    rare[0, :30] = rng.integers(0, 256, (30, 3))
    for pixels in (line, line.reshape(-1, 1, 3), rare):
        for count in (1, 2, 20):
            quantized = pc.quantize(pixels, count, method=method, init=init)
            assert 1 <= len(quantized.palette) <= count
            assert quantized.indices.shape == pixels.shape[:2]
            assert quantized.indices.max() < len(quantized.palette)
    for few in ([[0, 0, 0]], [[0, 0, 0], [9, 9, 9]]):
        palette = pc.find_palette(np.array(few, np.uint8), 2, method=method, init=init)
        assert palette.colors.tolist() == few


@pytest.mark.parametrize("init", INITIALIZATIONS)
def test_more_effort_is_never_worse_from_any_start(drawn: Bytes, init: str) -> None:
    options: dict[str, Any] = {"init": init, "keep_exact": 0}
    errors = [
        pc.compare(drawn, pc.quantize(drawn, 16, effort=effort, **options).to_array()).mse
        for effort in ("fast", "balanced", "high")
    ]
    assert errors == sorted(errors, reverse=True)
