from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes, unpack
from palette_core.color.morton import morton_codes
from palette_core.image.histogram import ColorHistogram

from .strategies import SEEDS, colors

# Of which many are equal, one after the other.
RUNS = np.random.default_rng(0).integers(0, 4, (500, 3), np.uint8).repeat(9, axis=0) * 85


@given(colors())
@example(RUNS)
def test_unique_colours_and_their_counts(rgb: Bytes) -> None:
    histogram = ColorHistogram.unique(rgb)
    expected, counts = np.unique(rgb, axis=0, return_counts=True)
    order = np.lexsort(histogram.colors.T[::-1])
    assert np.array_equal(histogram.colors[order], expected)
    assert np.array_equal(histogram.weights[order], counts)
    assert histogram.colors.dtype == np.uint8
    assert histogram.weights.dtype == np.float64
    assert len(histogram) == len(expected)


@given(colors())
def test_every_pixel_has_a_bin_in_picture_order(rgb: Bytes) -> None:
    histogram = ColorHistogram.every_pixel(rgb)
    assert np.array_equal(histogram.colors, rgb)
    assert histogram.weights.tolist() == [1] * len(rgb)
    assert len(histogram) == len(rgb)


@given(colors(), colors(), SEEDS)
def test_merging_is_counting_all_of_it(one: Bytes, other: Bytes, seed: int) -> None:
    weights = np.random.default_rng(seed).integers(0, 5, len(one) + len(other))
    merged = ColorHistogram.unique(one, weights[: len(one)]) + ColorHistogram.unique(
        other, weights[len(one) :]
    )
    expected = ColorHistogram.unique(np.vstack([one, other]), weights)
    assert np.array_equal(merged.colors, expected.colors)
    assert np.array_equal(merged.weights, expected.weights)


@given(colors(), SEEDS)
def test_weights_of_pixels(rgb: Bytes, seed: int) -> None:
    counts = np.random.default_rng(seed).integers(0, 4, len(rgb))
    weighted = ColorHistogram.unique(rgb, counts)
    repeated = ColorHistogram.unique(np.repeat(rgb, counts, axis=0))
    assert np.array_equal(weighted.colors, repeated.colors)
    assert np.array_equal(weighted.weights, repeated.weights)


@pytest.mark.parametrize("weighted", [False, True])
def test_counting_in_a_table_equals_sorting(weighted: bool, photo: Bytes) -> None:
    rgb = photo.reshape(-1, 3)
    weights = np.arange(len(rgb)) % 3 if weighted else None
    by_sorting = ColorHistogram.unique(rgb, weights)
    # Many times the pixels are counted in a table.
    times = 1 + (1 << 20) // len(rgb)
    repeated = None if weights is None else np.tile(weights, times)
    in_table = ColorHistogram.unique(np.tile(rgb, (times, 1)), repeated)
    assert np.array_equal(in_table.colors, by_sorting.colors)
    assert np.array_equal(in_table.weights, times * by_sorting.weights)
    assert in_table.weights.dtype == np.float64


@pytest.mark.parametrize("count", [1, 1 << 18, 1 << 21])
def test_one_color_has_one_bin(count: int) -> None:
    found = ColorHistogram.unique(np.full((count, 3), 7, np.uint8))
    assert found.colors.tolist() == [[7, 7, 7]]
    assert found.weights.tolist() == [count]


def test_all_colors_are_counted() -> None:
    found = ColorHistogram.unique(unpack(np.arange(1 << 24)[::-1]))
    assert len(found) == 1 << 24
    assert (found.weights == 1).all()


@given(rgb=colors(), seed=SEEDS, cells=st.integers(1, 400))
def test_reducing_keeps_the_sums(rgb: Bytes, seed: int, cells: int) -> None:
    weights = np.exp2(np.random.default_rng(seed).integers(0, 20, len(rgb)))
    full = ColorHistogram.unique(rgb, weights)
    means, sums = full.reduce(cells)
    assert len(means) <= max(cells, 512)
    assert sums.sum() == full.weights.sum()
    total = full.weights @ full.colors
    assert np.allclose(sums @ means, total, rtol=1e-12)
    if cells >= len(full):
        assert np.array_equal(means, full.colors)


def test_heavy_neighbours_are_cells_of_their_own(small_photo: Bytes) -> None:
    rgb = small_photo.reshape(-1, 3)
    heavy = np.array([[100, 100, 100], [103, 103, 103]], np.uint8)
    full = ColorHistogram.unique(np.vstack([rgb, np.repeat(heavy, 100_000, axis=0)]))
    means = full.reduce(600).means.tolist()
    assert [100, 100, 100] in means
    assert [103, 103, 103] in means


@given(colors())
def test_unique_colours_go_along_the_curve(rgb: Bytes) -> None:
    codes = morton_codes(ColorHistogram.unique(rgb).colors)
    assert np.array_equal(codes, np.sort(codes))


def test_the_order_of_the_bins_does_not_change_the_reduction(small_photo: Bytes) -> None:
    full = ColorHistogram.unique(small_photo.reshape(-1, 3))
    order = np.random.default_rng(0).permutation(len(full))
    shuffled = ColorHistogram(full.colors[order], full.weights[order])
    for cells in (1, 520, 2000):
        assert cells < len(full)
        for one, other in zip(full.reduce(cells), shuffled.reduce(cells), strict=True):
            assert np.array_equal(one, other)


def test_rounding_lets_no_colour_count_twice() -> None:
    # Here it ranks some cubes before those around them.
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 256, (2000, 3), dtype=np.uint8)
    full = ColorHistogram.unique(rgb, 10.0 ** -rng.uniform(0, 15, 2000))
    assert full.reduce(1900).weights.sum() == pytest.approx(full.weights.sum(), rel=1e-9)


@pytest.mark.parametrize(
    "weights", [[1, 2], [[1], [2], [3]], [1, -1, 2], [1, np.nan, 2], [1, np.inf, 2], 1]
)
def test_bad_weights_are_refused(weights: list[float]) -> None:
    with pytest.raises(pc.PixelsError, match=r"\(3,\) is needed; give one finite number"):
        ColorHistogram.unique(np.zeros((3, 3), np.uint8), weights)


def test_weights_of_nothing_leave_nothing() -> None:
    assert len(ColorHistogram.unique(np.zeros((3, 3), np.uint8), [0, 0, 0])) == 0
