"""The search: what it promises, and each part that makes it find more than Lloyd's algorithm."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from palette_core.arrays import Bytes, Floats
from palette_core.design import swap_search as module
from palette_core.design.lloyd import Clustering, Points, run_lloyd
from palette_core.design.swap_search import search_swaps
from palette_core.design.variance_cut import cut_by_variance
from palette_core.image.histogram import ColorHistogram, ReducedHistogram
from palette_core.progress import no_progress


@pytest.fixture
def points(small_photo: Bytes) -> Points:
    return Points.from_histogram(ColorHistogram.unique(small_photo.reshape(-1, 3)).reduce(2048))


def run(points: Points, centers: Floats, rounds: int, seed: int = 0) -> Floats:
    return search_swaps(points, centers, rounds, 3, np.random.default_rng(seed), no_progress)


def error(points: Points, centers: Floats) -> float:
    return run_lloyd(points, centers, 1).squared_error


@pytest.mark.parametrize("count", [3, 16, 64])
def test_it_is_not_worse_than_its_start(points: Points, count: int) -> None:
    good = run(points, cut_by_variance(points, count), 40)
    # One more round begins with a large batch, which a settled state does not gain from.
    again = run(points, good, 1)
    assert error(points, again) <= run_lloyd(points, good, 3).squared_error * (1 + 1e-9)


def test_it_leaves_an_optimum_that_is_only_local() -> None:
    # Eight pairs of points, and eight centres in four of them.
    pairs = np.array(list(product((20, 230), repeat=3)), np.float64)
    offsets = np.array([[0, -6, 0], [0, 6, 0]])
    points = Points.from_histogram(
        ReducedHistogram((pairs[:, np.newaxis] + offsets).reshape(-1, 3), np.ones(16))
    )
    stuck = (pairs[:4, np.newaxis] + offsets).reshape(-1, 3)
    stuck[-1] = [230, 125, 125]
    assert run_lloyd(points, stuck, 20).squared_error > 1000
    assert error(points, run(points, stuck, 12)) == pytest.approx(36, abs=1e-3)


def test_mergers_are_the_cheapest_ones(points: Points) -> None:
    clusters = run_lloyd(points, cut_by_variance(points, 20), 2)
    costs, partners, merged = module._find_mergers(clusters, 0)  # noqa: SLF001
    for one in range(20):
        prices = {
            other: (
                clusters.weights[one]
                * clusters.weights[other]
                / (clusters.weights[one] + clusters.weights[other])
                * np.square(clusters.means[one] - clusters.means[other]).sum()
            )
            for other in range(20)
            if other != one
        }
        cheapest = min(prices, key=lambda other: prices[other])
        assert partners[one] == cheapest
        assert costs[one] == pytest.approx(prices[cheapest], rel=1e-6)
        pair = [one, cheapest]
        mean = np.average(clusters.means[pair], axis=0, weights=clusters.weights[pair])
        assert merged[one] == pytest.approx(mean)


def test_a_cut_goes_across_the_principal_axis_and_tells_its_gain() -> None:
    # Long in green and blue together, across which no single channel cuts as well.
    along = np.linspace(-60, 60, 31)
    line = np.stack([np.full(31, 100), 128 + along, 128 + along], axis=1)
    wide = line + np.array([[12, 0, 0], [-12, 0, 0]])[np.arange(31) % 2]
    points = Points.from_histogram(ReducedHistogram(wide, np.ones(31)))
    whole = run_lloyd(points, wide.mean(axis=0, keepdims=True), 1)
    chosen, gains, left, right = module.find_cuts(points, whole, 1)
    assert chosen.tolist() == [0]
    halves = error(points, np.concatenate([left, right]))
    assert gains[0] == pytest.approx(whole.squared_error - halves, rel=0.05)
    assert abs(left[0, 1] - right[0, 1]) > 50
    assert abs(left[0, 0] - right[0, 0]) < 5


def test_empty_clusters_are_moved_first(points: Points) -> None:
    start = cut_by_variance(points, 12)
    start[:2] = [[-900, -900, -900], [-990, -990, -990]]
    clusters: Clustering = run_lloyd(points, start, 1)
    assert (clusters.weights[:2] == 0).all()
    assert (run_lloyd(points, run(points, start, 6), 1).weights > 0).all()
