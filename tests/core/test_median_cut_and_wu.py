"""The methods `median-cut` and `wu` beside slow, plain versions of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_core.arrays import Bytes
from palette_core.design import METHODS, DesignProblem
from palette_core.image.histogram import ColorHistogram

from .strategies import SEEDS, colors

# Colours with their weights.
Bins = list[tuple[tuple[int, ...], float]]

BOTH = pytest.mark.parametrize("method", ["median-cut", "wu"])


def found(method: str, histogram: ColorHistogram, count: int) -> Bytes:
    return METHODS[method].solve(DesignProblem(histogram, count)).colors


def bins_of(histogram: ColorHistogram) -> Bins:
    rows = zip(histogram.colors.tolist(), histogram.weights.tolist(), strict=True)
    return [(tuple(color), weight) for color, weight in rows]


def weight_of(bins: Bins) -> float:
    return sum(weight for _, weight in bins)


def mean_of(bins: Bins) -> list[float]:
    return [sum(color[c] * weight for color, weight in bins) / weight_of(bins) for c in range(3)]


def error_of(bins: Bins) -> float:
    mean = mean_of(bins)
    return sum(
        weight * sum((level - middle) ** 2 for level, middle in zip(color, mean, strict=True))
        for color, weight in bins
    )


def cuts(bins: Bins, axes: Iterator[int] | range) -> Iterator[tuple[Bins, Bins]]:
    """Yield all cuts across axes that leave something on both sides."""
    for axis in axes:
        for level in sorted({color[axis] for color, _ in bins})[:-1]:
            yield (
                [entry for entry in bins if entry[0][axis] <= level],
                [entry for entry in bins if entry[0][axis] > level],
            )


def plain_median_cut(bins: Bins, count: int) -> list[Bins]:
    boxes = [bins]
    while len(boxes) < count and any(len(box) > 1 for box in boxes):
        heaviest = max((box for box in boxes if len(box) > 1), key=weight_of)
        sides = [
            max(color[c] for color, _ in heaviest) - min(color[c] for color, _ in heaviest)
            for c in range(3)
        ]
        axis = sides.index(max(sides))
        halves = min(
            cuts(heaviest, range(axis, axis + 1)),
            key=lambda pair: abs(weight_of(pair[0]) - weight_of(pair[1])),
        )
        boxes.remove(heaviest)
        boxes.extend(halves)
    return boxes


def plain_wu(bins: Bins, count: int) -> list[Bins]:
    """Cut boxes of the single colours: what a grid does whose cells hold one colour each."""
    boxes = [bins]
    while len(boxes) < count and any(len(box) > 1 for box in boxes):
        worst = max((box for box in boxes if len(box) > 1), key=error_of)
        halves = min(cuts(worst, range(3)), key=lambda p: error_of(p[0]) + error_of(p[1]))
        boxes.remove(worst)
        boxes.extend(halves)
    return boxes


def entries_of(boxes: list[Bins]) -> list[list[int]]:
    means = np.rint([mean_of(box) for box in boxes]).astype(int)
    return np.unique(means, axis=0).tolist()


def drawn_histogram(levels: int, size: int, seed: int) -> ColorHistogram:
    """Draw colours with weights without ties, so that every choice has one answer."""
    rng = np.random.default_rng(seed)
    rgb = rng.integers(0, levels, (size, 3)) + rng.integers(0, 256 - levels, 3)
    weights = rng.permutation(1_000_000)[:size] + 1
    return ColorHistogram.unique(rgb.astype(np.uint8), weights)


@given(seed=SEEDS, size=st.integers(2, 60), count=st.integers(1, 12))
def test_median_cut_is_the_plain_one(seed: int, size: int, count: int) -> None:
    histogram = drawn_histogram(200, size, seed)
    expected = entries_of(plain_median_cut(bins_of(histogram), count))
    assert sorted(found("median-cut", histogram, count).tolist()) == expected


@given(seed=SEEDS, size=st.integers(2, 60), count=st.integers(1, 12))
def test_wu_is_the_plain_one_where_each_cell_holds_one_colour(
    seed: int, size: int, count: int
) -> None:
    # The grid spans the colours, so that a narrow range has a cell for every level.
    histogram = drawn_histogram(32, size, seed)
    palette = found("wu", histogram, count).tolist()
    assert sorted(palette) == entries_of(plain_wu(bins_of(histogram), count))


@given(seed=SEEDS, count=st.integers(1, 12))
def test_wu_cuts_between_cells_of_eight_levels(seed: int, count: int) -> None:
    # Each colour is the lowest corner of its cell, and the cube's own corners make it the range.
    rng = np.random.default_rng(seed)
    rgb = rng.integers(0, 31, (40, 3)) * 8
    rgb = np.vstack([rgb, [[0, 0, 0], [255, 255, 255]]]).astype(np.uint8)
    histogram = ColorHistogram.unique(rgb, rng.permutation(1_000_000)[:42] + 1)
    palette = found("wu", histogram, count).tolist()
    assert sorted(palette) == entries_of(plain_wu(bins_of(histogram), count))


def test_wu_never_parts_the_colours_of_a_cell() -> None:
    cell = np.array(list(product((0, 7), repeat=3)), np.uint8)
    rgb = np.vstack([cell, [[255, 255, 255]]]).astype(np.uint8)
    palette = found("wu", ColorHistogram.unique(rgb), 5)
    assert palette.tolist() == [[4, 4, 4], [255, 255, 255]]


def test_wu_finds_one_pixel_beside_a_thousand_million() -> None:
    rgb = np.array([[0, 0, 0], [0, 0, 200]], np.uint8)
    assert found("wu", ColorHistogram.unique(rgb, [1e9, 1]), 2).tolist() == rgb.tolist()


@BOTH
@given(rgb=colors(2), seed=SEEDS, count=st.integers(1, 40))
def test_weights_need_not_be_whole_numbers(method: str, rgb: Bytes, seed: int, count: int) -> None:
    # Shares as small as a pixel's of a thousand million.
    weights = 10.0 ** -np.random.default_rng(seed).uniform(0, 9, len(rgb))
    histogram = ColorHistogram.unique(rgb, weights)
    palette = found(method, histogram, count)
    assert 1 <= len(palette) <= count
    assert (palette >= histogram.colors.min(axis=0)).all()
    assert (palette <= histogram.colors.max(axis=0)).all()


@BOTH
def test_every_cut_is_reported(method: str, drawn: Bytes) -> None:
    heard: list[float] = []
    histogram = ColorHistogram.unique(drawn.reshape(-1, 3))
    METHODS[method].solve(DesignProblem(histogram, 20, progress=heard.append))
    assert heard == sorted(heard)
    assert len(heard) == 20
