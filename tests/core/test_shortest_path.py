from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_core.ordering.shortest_path import find_short_path

from .strategies import SEEDS

Points = NDArray[np.float64]


def points(count: int, seed: int) -> Points:
    return np.random.default_rng(seed).random((count, 3))


def length(path: Points) -> float:
    return float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())


def shortest(given_points: Points) -> float:
    """Try all paths from the first point on."""
    rest = range(1, len(given_points))
    return min(length(given_points[[0, *others]]) for others in itertools.permutations(rest))


@given(count=st.integers(0, 60), seed=SEEDS)
def test_every_point_once_from_the_first_on(count: int, seed: int) -> None:
    path = find_short_path(points(count, seed))
    assert sorted(path.tolist()) == list(range(count))
    assert count == 0 or path[0] == 0


@given(count=st.integers(1, 60), seed=SEEDS)
def test_it_is_never_longer_than_the_given_order(count: int, seed: int) -> None:
    # Points along a curve, where the given order is hard to beat, and anywhere.
    there = points(count, seed)
    for given_points in (there, there[np.argsort(there[:, 0])], np.sort(there, axis=0)):
        found = given_points[find_short_path(given_points)]
        assert length(found) <= length(given_points) * (1 + 1e-12)


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7])
def test_of_few_points_it_is_the_shortest_path_or_nearly(count: int) -> None:
    ratios = []
    for seed in range(40):
        given_points = points(count, seed)
        ratios.append(length(given_points[find_short_path(given_points)]) / shortest(given_points))
    assert min(ratios) > 1 - 1e-12
    assert max(ratios) < 1.1
    assert np.mean(np.array(ratios) < 1 + 1e-12) >= 0.9


def test_points_on_a_line_are_walked_along() -> None:
    line = np.zeros((50, 3))
    line[1:, 1] = np.random.default_rng(1).permutation(np.arange(1, 50))
    assert line[find_short_path(line), 1].tolist() == list(range(50))
