"""Grids: the colours of hardware, chosen while a palette is designed and not after."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.hardware_grids import GRIDS, Grid
from palette_core.color.spaces import SPACES
from palette_core.design import EFFORTS
from palette_core.design.constraints import FeasibleSet
from palette_core.design.lloyd import Points, run_lloyd
from palette_core.image.histogram import ColorHistogram

from .reference_metrics import image_error, undithered_space
from .strategies import SEEDS, colors

CHEAP = tuple(EFFORTS)[:3]
NAMED: list[str | int] = [*GRIDS, 1, 2, 3, 6]
SPACED = [(space, grid) for space in SPACES for grid in ("rgb332", "rgb444", 2)]


def grid_of(name: str | int) -> Grid:
    return GRIDS[name] if isinstance(name, str) else Grid((name,) * 3)


def is_on(grid: Grid, rgb: Bytes) -> bool:
    return all(np.isin(rgb[:, axis], grid.levels[axis]).all() for axis in range(3))


def snapped(rgb: Bytes, count: int, grid: Grid, space: str, **options: Any) -> Bytes:
    """Design without the grid, and move the entries there afterwards."""
    palette = pc.find_palette(rgb, count, space=space, **options).colors
    compared = undithered_space(space)
    nearest = grid.find_nearest(compared.from_srgb(palette), compared)
    return np.unique(nearest, axis=0)


# The grid


def test_levels_are_those_that_displays_show() -> None:
    assert GRIDS["rgb332"].levels[0].tolist() == [0, 36, 73, 109, 146, 182, 219, 255]
    assert GRIDS["rgb332"].levels[2].tolist() == [0, 85, 170, 255]
    assert GRIDS["rgb444"].levels[1].tolist() == list(range(0, 256, 17))
    assert [len(levels) for levels in GRIDS["rgb565"].levels] == [32, 64, 32]
    assert GRIDS["rgb555"].levels[0][[1, 30]].tolist() == [8, 247]
    assert Grid((8, 8, 8)).levels[0].tolist() == list(range(256))
    assert [GRIDS[name].size for name in GRIDS] == [256, 4096, 32768, 65536]


@given(rgb=colors(), name=st.sampled_from(NAMED))
def test_in_srgb_the_nearest_is_the_nearest(rgb: Bytes, name: str | int) -> None:
    grid = grid_of(name)
    found = grid.find_nearest(rgb, SPACES["srgb"])
    assert is_on(grid, found)
    for axis, levels in enumerate(grid.levels):
        apart = np.abs(rgb[:, axis, np.newaxis].astype(int) - levels.astype(int))
        assert np.array_equal(np.abs(rgb[:, axis].astype(int) - found[:, axis]), apart.min(axis=1))


@pytest.mark.parametrize("space", list(SPACES))
@given(rgb=colors(), name=st.sampled_from(NAMED))
def test_what_is_on_it_stays(space: str, rgb: Bytes, name: str | int) -> None:
    grid = grid_of(name)
    once = grid.find_nearest(SPACES[space].from_srgb(rgb), SPACES[space])
    assert is_on(grid, once)
    assert np.array_equal(grid.find_nearest(SPACES[space].from_srgb(once), SPACES[space]), once)


@pytest.mark.parametrize("name", ["rgb332", "rgb444"])
@pytest.mark.parametrize("space", list(SPACES))
def test_the_nearest_is_hardly_farther_than_that_of_all(space: str, name: str) -> None:
    compared, grid = undithered_space(space), GRIDS[name]
    rgb = np.random.default_rng(8).integers(0, 256, (500, 3), dtype=np.uint8)
    found = grid.find_nearest(compared.from_srgb(rgb), compared)
    points, ours, every = (
        compared.from_srgb(some).astype(np.float64)
        for some in (rgb, found, np.array(list(product(*grid.levels)), np.uint8))
    )
    least = sum(np.square(every - point).sum(axis=1).min() for point in points)
    assert np.square(ours - points).sum() <= 1.006 * least


# What is promised


@pytest.mark.parametrize(("space", "name"), SPACED)
@given(rgb=colors(20), seed=SEEDS, count=st.integers(1, 30))
@settings(max_examples=8)
def test_never_worse_than_to_move_entries_there_afterwards(
    rgb: Bytes, seed: int, count: int, space: str, name: str | int
) -> None:
    errors = []
    for effort in CHEAP:
        options: dict[str, Any] = {"effort": effort, "seed": seed, "keep_exact": 0}
        ours = pc.find_palette(rgb, count, grid=name, space=space, **options).colors
        assert is_on(grid_of(name), ours)
        assert len(np.unique(ours, axis=0)) == len(ours) <= count
        errors.append(image_error(rgb, ours, space))
        after = snapped(rgb, count, grid_of(name), space, **options)
        assert errors[-1] <= image_error(rgb, after, space) * (1 + 1e-5)
    assert all(later <= earlier * (1 + 1e-5) for earlier, later in pairwise(errors))


@pytest.mark.parametrize("space", ["srgb", "oklab"])
@pytest.mark.parametrize("name", ["rgb332", "rgb444"])
def test_it_is_much_better_where_entries_would_coincide(
    picture: Bytes, name: str, space: str
) -> None:
    # Sixty-four good entries are fewer on the grid; what that frees is of use elsewhere.
    after = snapped(picture, 64, GRIDS[name], space)
    ours = pc.find_palette(picture, 64, grid=name, space=space).colors
    assert image_error(picture, ours, space) < 0.99 * image_error(picture, after, space)
    assert len(ours) >= len(after)
    assert len(ours) > len(after) or name != "rgb332"


def test_the_best_effort_too(small_photo: Bytes) -> None:
    for name in GRIDS:
        ours = pc.find_palette(small_photo, 16, grid=name, effort="best").colors
        after = snapped(small_photo, 16, GRIDS[name], "srgb", effort="best")
        assert image_error(small_photo, ours) <= image_error(small_photo, after)


def test_all_pixels_get_their_nearest_entry(picture: Bytes) -> None:
    for space in ("srgb", "oklab"):
        quantized = pc.quantize(picture, 16, grid="rgb332", space=space)
        again = pc.map_pixels(picture, quantized.palette, space=space)
        assert np.array_equal(quantized.indices, again.indices)
        assert pc.find_palette(picture, 16, grid="rgb332", space=space) == quantized.palette


@pytest.mark.parametrize("space", list(SPACES))
def test_a_grid_of_no_more_colours_than_are_wanted_is_used_whole(
    picture: Bytes, space: str
) -> None:
    ours = pc.find_palette(picture, 256, grid="rgb332", space=space, effort="fast").colors
    every = np.array(list(product(*GRIDS["rgb332"].levels)), np.uint8)
    if space == "srgb":
        assert image_error(picture, ours) == image_error(picture, every)
    nearest = image_error(picture, every, space)
    assert image_error(picture, ours, space) <= 1.01 * nearest


def test_few_colours_get_the_nearest_ones() -> None:
    few = np.array([[1, 1, 1], [2, 2, 2], [250, 250, 250]], np.uint8)
    assert pc.find_palette(few, 3, grid="rgb332").hex == ("#000000", "#ffffff")


def test_eight_bits_are_all_there_is(picture: Bytes) -> None:
    free, eight = (pc.find_palette(picture, 16, grid=grid) for grid in (None, 8))
    assert image_error(picture, eight.colors) <= image_error(picture, free.colors)


def test_a_locked_colour_is_what_it_is(small_photo: Bytes) -> None:
    for space in ("srgb", "oklab"):
        palette = pc.find_palette(
            small_photo, 16, grid="rgb444", locked=["#010203@4", "#7f7f7f"], space=space
        )
        assert palette.hex[4] == "#010203"
        assert palette.hex[0] == "#7f7f7f"
        assert is_on(GRIDS["rgb444"], np.delete(palette.colors, [0, 4], axis=0))
        assert len(set(palette.hex)) == 16


@given(rgb=colors(20), seed=SEEDS, count=st.integers(3, 20))
@settings(max_examples=8)
def test_locked_colours_on_a_grid_cost_no_more_than_either_alone(
    rgb: Bytes, seed: int, count: int
) -> None:
    locked = np.random.default_rng(seed).integers(0, 256, (2, 3)).astype(np.uint8)
    grid = GRIDS["rgb332"]
    for effort in CHEAP:
        options: dict[str, Any] = {"effort": effort, "keep_exact": 0}
        ours = pc.find_palette(rgb, count, locked=locked, grid="rgb332", **options)
        fewer = pc.find_palette(rgb, count - 2, grid="rgb332", **options).colors
        assert image_error(rgb, ours.colors) <= image_error(rgb, np.concatenate([fewer, locked]))
        free = pc.find_palette(rgb, count, locked=locked, **options).colors[2:]
        after = grid.find_nearest(free, SPACES["srgb"])
        assert image_error(rgb, ours.colors) <= image_error(rgb, np.concatenate([after, locked]))


def test_a_place_that_is_left_over_holds_a_colour_of_the_grid() -> None:
    palette = pc.find_palette(np.zeros((1, 1, 3), np.uint8), 4, grid="rgb332", locked=["#000000@2"])
    assert palette.hex == ("#000055", "#000055", "#000000")


# The parts


@pytest.mark.parametrize("space", ["srgb", "oklab"])
def test_steps_end_on_the_grid_and_tell_the_true_error(small_photo: Bytes, space: str) -> None:
    feasible = FeasibleSet(SPACES[space], grid=GRIDS["rgb444"])
    cells = ColorHistogram.unique(small_photo.reshape(-1, 3)).reduce(1000)
    points = Points.from_histogram(cells, SPACES[space])
    clusters = run_lloyd(points, points.rows[::90, :3].astype(np.float64), 4, feasible)
    rgb = SPACES[space].to_srgb(clusters.centers)
    assert is_on(GRIDS["rgb444"], rgb)
    apart = points.rows[:, :3] - clusters.centers[clusters.labels]
    expected = (points.weights * np.square(apart).sum(axis=1)).sum()
    assert clusters.squared_error == pytest.approx(expected, rel=1e-4)
