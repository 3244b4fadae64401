"""What must hold for every method that sees a histogram of unique colours, whatever it is."""

from __future__ import annotations

import functools
import subprocess
import sys
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import KMeans

import palette_core as pc
from palette_core import threads
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.design import EFFORTS, METHODS, DesignProblem, refine_exact
from palette_core.design.lloyd import Points, assign_points, run_lloyd
from palette_core.design.variance_cut import cut_by_variance
from palette_core.image.histogram import ColorHistogram

from .reference_metrics import palette_error, weighted_histogram
from .strategies import SEEDS, colors

OF_HISTOGRAMS = [name for name, method in METHODS.items() if not method.every_pixel]
WITH_STARTS = [(name, init) for name in OF_HISTOGRAMS for init in METHODS[name].inits]
CHEAP = tuple(EFFORTS)[:3]


def found(histogram: ColorHistogram, count: int, method: str = "kmeans", **options: str) -> Bytes:
    chosen: dict[str, Any] = options | {"space": SPACES[options.get("space", "srgb")]}
    return METHODS[method].solve(DesignProblem(histogram, count, **chosen)).colors


ADVERSARIAL = {
    "one colour with 99.99 % of the weight": ColorHistogram.unique(
        np.random.default_rng(0).integers(0, 256, (500, 3), dtype=np.uint8),
        np.where(np.arange(500) == 77, 5_000_000, 1),
    ),
    "two far clusters, one of one pixel": ColorHistogram.unique(
        np.vstack([np.random.default_rng(1).integers(0, 9, (400, 3)), [[255, 255, 255]]]).astype(
            np.uint8
        )
    ),
    "two colours": ColorHistogram.unique(np.array([[0, 0, 0], [0, 0, 1]], np.uint8), [1, 1e9]),
    "a line": ColorHistogram.unique(np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)),
    "neighbours": ColorHistogram.unique(
        np.stack(np.mgrid[100:107, 100:107, 100:107], axis=-1).reshape(-1, 3).astype(np.uint8)
    ),
    "noise": ColorHistogram.unique(
        np.random.default_rng(2).integers(0, 256, (20_000, 3), dtype=np.uint8)
    ),
}


@pytest.mark.parametrize(("method", "init"), WITH_STARTS)
@pytest.mark.parametrize("count", [1, 5, 256])
@pytest.mark.parametrize("name", ADVERSARIAL)
def test_palettes_of_adversarial_histograms(name: str, count: int, method: str, init: str) -> None:
    histogram = ADVERSARIAL[name]
    count = min(count, len(histogram))
    palette = found(histogram, count, method, init=init)
    assert 1 <= len(palette) <= count
    assert len(np.unique(palette, axis=0)) == len(palette)
    error = palette_error(histogram, palette)
    assert error <= 1.001 * scikit_learn_error(name, 1)  # one colour for everything
    if method in MOST_OF_SCIKIT_LEARNS:
        assert error <= MOST_OF_SCIKIT_LEARNS[method] * scikit_learn_error(name, count)


# How many times the error of scikit-learn's k-means a method may have. Median cut and Wu's method
# give a far colour no entry, and scikit-learn's batches may miss it.
MOST_OF_SCIKIT_LEARNS = {"kmeans": 1.25, "variance-cut": 1.5}


@functools.cache
def scikit_learn_error(name: str, count: int) -> float:
    histogram = ADVERSARIAL[name]
    kmeans = KMeans(count, n_init=1, random_state=0)
    kmeans.fit(histogram.colors.astype(float), sample_weight=histogram.weights)
    return palette_error(histogram, np.rint(kmeans.cluster_centers_).astype(np.uint8))


def test_a_far_lone_pixel_gets_its_entry() -> None:
    palette = found(ADVERSARIAL["two far clusters, one of one pixel"], 2)
    assert [255, 255, 255] in palette.tolist()


def test_the_heavy_colour_is_kept() -> None:
    histogram = ADVERSARIAL["one colour with 99.99 % of the weight"]
    heavy = histogram.colors[histogram.weights.argmax()].tolist()
    assert heavy in found(histogram, 16, effort="fast").tolist()


@given(rgb=colors(20), seed=SEEDS, count=st.integers(1, 40))
def test_entries_are_unique_used_and_no_more_than_wanted(rgb: Bytes, seed: int, count: int) -> None:
    histogram = weighted_histogram(rgb, seed)
    for effort in CHEAP:
        palette = found(histogram, count, effort=effort)
        assert len(np.unique(palette, axis=0)) == len(palette) <= count
        squares = np.square(histogram.colors[:, None].astype(int) - palette).sum(axis=-1)
        assert set(squares.argmin(axis=1)) == set(range(len(palette)))


@pytest.mark.parametrize("space", SPACES)
@given(rgb=colors(20), seed=SEEDS, count=st.integers(1, 40))
def test_more_effort_is_never_worse_and_none_is_worse_than_the_start(
    rgb: Bytes, seed: int, count: int, space: str
) -> None:
    histogram = weighted_histogram(rgb, seed)
    start = found(histogram, count, "variance-cut", space=space)
    palettes = [start, *(found(histogram, count, effort=effort, space=space) for effort in CHEAP)]
    errors = [palette_error(histogram, palette, SPACES[space]) for palette in palettes]
    precision = 0 if space == "srgb" else 1e-5
    assert all(later <= earlier * (1 + precision) for earlier, later in pairwise(errors))
    for palette in palettes:
        assert len(np.unique(palette, axis=0)) == len(palette) <= count


@pytest.mark.parametrize("space", ["oklab", "cielab"])
@pytest.mark.parametrize("count", [4, 32])
def test_a_palette_is_best_in_its_own_space(small_photo: Bytes, space: str, count: int) -> None:
    histogram = ColorHistogram.unique(small_photo.reshape(-1, 3))
    own, plain = (found(histogram, count, space=name) for name in (space, "srgb"))
    errors = [palette_error(histogram, palette, SPACES[space]) for palette in (own, plain)]
    assert errors[0] < errors[1]
    assert palette_error(histogram, plain) < palette_error(histogram, own)


def test_lightness_that_counts_more_gets_more_entries(small_photo: Bytes) -> None:
    plain, heavy = (
        pc.find_palette(small_photo, 16, space="oklab", lightness_weight=weight).colors
        for weight in (1, 10)
    )
    spread = [np.ptp(SPACES["oklab"].from_srgb(p)[:, 0]) for p in (plain, heavy)]
    chroma = [np.hypot(*SPACES["oklab"].from_srgb(p)[:, 1:].T).mean() for p in (plain, heavy)]
    assert spread[1] > spread[0]
    assert chroma[1] < chroma[0]


@given(rgb=colors(20), seed=SEEDS, count=st.integers(2, 40), factor=st.sampled_from([2, 3, 0.25]))
def test_scaling_all_weights_changes_nothing(
    rgb: Bytes, seed: int, count: int, factor: float
) -> None:
    histogram = weighted_histogram(rgb, seed)
    scaled = ColorHistogram(histogram.colors, histogram.weights * factor)
    count = min(count, len(histogram))
    for method, init in WITH_STARTS:
        one, other = (found(h, count, method, init=init) for h in (histogram, scaled))
        assert np.array_equal(one, other)


@given(rgb=colors(20), seed=SEEDS, count=st.integers(2, 40))
def test_the_order_of_the_pixels_changes_nothing(rgb: Bytes, seed: int, count: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(rgb)
    for method, init in WITH_STARTS:
        one, other = (pc.find_palette(p, count, method=method, init=init) for p in (rgb, shuffled))
        assert one == other


def test_best_can_be_stopped_while_it_searches(small_photo: Bytes) -> None:
    heard: list[float] = []

    def stop(fraction: float) -> None:
        heard.append(fraction)
        if fraction > 0.9:
            raise KeyboardInterrupt

    histogram = ColorHistogram.unique(small_photo.reshape(-1, 3))
    with pytest.raises(KeyboardInterrupt):
        METHODS["kmeans"].solve(DesignProblem(histogram, 8, effort="best", progress=stop))
    assert len(heard) > 50
    assert heard == sorted(heard)


# The parts


@given(size=st.integers(0, 50), block=st.integers(1, 20))
def test_blocks_cover_all_of_it_once(size: int, block: int) -> None:
    done = np.zeros(size, int)

    def work(piece: slice) -> None:
        done[piece] += 1
        assert 0 < piece.stop - piece.start <= block

    threads.for_each_block(work, size, block)
    assert (done == 1).all()


def test_what_a_thread_raises_is_raised() -> None:
    def fail(piece: slice) -> None:
        raise ZeroDivisionError(piece)

    with pytest.raises(ZeroDivisionError):
        threads.for_each_block(fail, 10, 1)


@given(rgb=colors(5), seed=SEEDS, count=st.integers(1, 30), steps=st.integers(0, 4))
def test_refinement_is_never_worse_and_returns_the_error(
    rgb: Bytes, seed: int, count: int, steps: int
) -> None:
    histogram = weighted_histogram(rgb, seed)
    start = np.unique(np.random.default_rng(seed).integers(0, 256, (count, 3)), axis=0)
    start = start.astype(np.uint8)
    polished = refine_exact.ExactRefiner(histogram).refine(start, count, steps)
    assert polished.squared_error == pytest.approx(
        palette_error(histogram, polished.palette), abs=1e-3
    )
    assert polished.squared_error <= palette_error(histogram, start) + 1e-3


def test_free_entries_go_where_the_error_is() -> None:
    rgb = np.array([[0, 0, 0], [10, 0, 0], [200, 0, 0], [250, 9, 9]], np.uint8)
    polished = refine_exact.ExactRefiner(ColorHistogram.unique(rgb)).refine(
        np.array([[100, 0, 0]], np.uint8), 4, 9
    )
    assert polished.squared_error == 0
    assert sorted(polished.palette.tolist()) == rgb.tolist()


def test_a_forked_process_starts_threads_of_its_own() -> None:
    code = """if True:
        import os, signal, sys
        from palette_core import threads
        threads.os.cpu_count = lambda: 2
        threads.for_each_block(lambda piece: None, 4, 1)
        child = os.fork()
        if not child:
            signal.alarm(10)
            threads.for_each_block(lambda piece: None, 4, 1)
            os._exit(0)
        sys.exit(os.waitpid(child, 0)[1])
    """
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False).returncode == 0


@given(rgb=colors(5), seed=SEEDS, count=st.integers(2, 30))
def test_assignments_are_nearest(rgb: Bytes, seed: int, count: int) -> None:
    points = Points.from_histogram(weighted_histogram(rgb, seed).reduce(1000))
    centers = np.random.default_rng(seed).uniform(0, 255, (count, 3))
    squares = np.square(points.rows[:, np.newaxis, :3] - centers).sum(axis=-1)
    labels = assign_points(points, centers)
    chosen = squares[np.arange(len(points)), labels]
    assert np.allclose(chosen, squares.min(axis=1), atol=0.1)


@given(rgb=colors(5), seed=SEEDS, count=st.integers(1, 30))
@settings(max_examples=20)
def test_the_cut_and_lloyd_lower_the_error(rgb: Bytes, seed: int, count: int) -> None:
    points = Points.from_histogram(weighted_histogram(rgb, seed).reduce(1000))
    centers = cut_by_variance(points, count)
    assert 1 <= len(centers) <= count
    first = run_lloyd(points, centers, 1)
    one_more = run_lloyd(points, first.means, 1)
    assert one_more.squared_error <= first.squared_error * (1 + 1e-6) + 1e-6
