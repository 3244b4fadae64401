"""Palettes for dithering: what is mixed of them is nearer to the colours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.arrays import Bytes, Floats
from palette_core.color.hardware_grids import GRIDS
from palette_core.color.spaces import SPACES
from palette_core.design import METHODS
from palette_core.design.constraints import Constraints, FeasibleSet
from palette_core.design.dither_aware import (
    _SOLVER_STEPS,
    _best_mixes,
    _linear_system,
    _mix_error,
    _Mixes,
    adapt_to_dithering,
)
from palette_core.design.lloyd import Points
from palette_core.design.solving import solve
from palette_core.design.warm_start import restore_entries
from palette_core.image.histogram import ColorHistogram, ReducedHistogram

from .strategies import SEEDS, colors, images, locks

NOISE = 0.15


def _means(pixels: Bytes) -> Floats:
    height, width = (side // 8 for side in pixels.shape[:2])
    whole = pixels[: 8 * height, : 8 * width].astype(np.float64)
    return whole.reshape(height, 8, width, 8, 3).mean(axis=(1, 3))


def _cast(before: Bytes, after: Bytes) -> float:
    return float(np.square(_means(before) - _means(after)).mean())


def _random_points(count: int, seed: int) -> Points:
    random = np.random.default_rng(seed)
    return Points.from_histogram(
        ReducedHistogram(random.uniform(0, 255, (count, 3)), random.uniform(1, 9, count))
    )


def _errors(points: Points, entries: Floats, mixes: _Mixes) -> Floats:
    """Return the error of every point for its mix."""
    share = mixes.share[:, np.newaxis]
    mix = entries[mixes.nearest] * (1 - share) + entries[mixes.mate] * share
    apart = np.square(entries[mixes.nearest] - entries[mixes.mate]).sum(axis=1)
    missed = np.square(points.rows[:, :3] - mix).sum(axis=1)
    found: Floats = missed + NOISE * mixes.share * (1 - mixes.share) * apart
    return found


def _least_errors(points: Points, entries: Floats, noise: float) -> Floats:
    """Return the least error of every point over all pairs of entries, and many shares."""
    shares = np.linspace(0, 1, 201)[:, np.newaxis, np.newaxis]
    best = np.full(len(points), np.inf)
    for one in entries:
        for other in entries:
            mix = one * (1 - shares) + other * shares
            missed = np.square(points.rows[:, :3] - mix).sum(axis=-1)
            apart = np.square(one - other).sum()
            best = np.minimum(
                best, (missed + (noise * shares * (1 - shares) * apart)[..., 0]).min(axis=0)
            )
    return best


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("dither", ["floyd-steinberg", "blue-noise"])
def test_a_photo_keeps_its_colors_better(space: str, dither: str) -> None:
    photo = load_sample_image("flower.jpg")
    plain = pc.find_palette(photo, 16, space=space)
    before = pc.map_pixels(photo, plain, space=space, dither=dither)
    after = pc.quantize(photo, 16, space=space, dither=dither)
    assert len(after.palette) == 16
    assert _cast(photo, after.to_array()) < 0.9 * _cast(photo, before.to_array())


def test_find_palette_and_quantize_return_the_same_palette() -> None:
    photo = load_sample_image("china.jpg")[::4, ::4]
    options: dict[str, Any] = {"space": "oklab", "dither": "stucki", "dither_strength": 0.5}
    found = pc.find_palette(photo, 12, **options)
    assert found == pc.quantize(photo, 12, **options).palette
    assert found != pc.find_palette(photo, 12, space="oklab")
    # No neighbours are needed for that.
    options["visual_masking"] = 0
    found = pc.find_palette(photo, 12, **options)
    assert pc.find_palette(photo.reshape(-1, 3), 12, **options) == found


def test_strength_0_does_not_change_the_palette() -> None:
    photo = load_sample_image("china.jpg")[::4, ::4]
    found = pc.find_palette(photo, 12, dither="burkes", dither_strength=0)
    assert found == pc.find_palette(photo, 12, space="oklab")


@pytest.mark.parametrize("method", [name for name in METHODS if name != "kmeans"])
def test_other_methods_do_not_adapt_their_palettes(method: str) -> None:
    photo = load_sample_image("china.jpg")[::8, ::8]
    options: dict[str, Any] = {"method": method, "space": "oklab"}
    found = pc.find_palette(photo, 8, dither="floyd-steinberg", **options)
    assert found == pc.find_palette(photo, 8, **options)


def test_large_flat_areas_keep_their_colors() -> None:
    """Two large flat areas and a narrow gradient: the flat ones are in the palette, exactly."""
    pixels = np.empty((90, 256, 3), np.uint8)
    pixels[:40] = (200, 30, 60)
    pixels[40:80] = (20, 120, 90)
    pixels[80:] = np.arange(256, dtype=np.uint8)[:, np.newaxis]
    quantized = pc.quantize(pixels, 8, dither="floyd-steinberg")
    missed = np.abs(quantized.to_array()[:80].astype(int) - pixels[:80])
    assert (missed <= 2).all()


# Under rules

LOCKED = ("#000000", "#ffffff", "#e02020", "#1040c0")


@pytest.mark.parametrize("rules", [{"locked": LOCKED}, {"grid": "rgb565"}])
@pytest.mark.parametrize("count", [16, 64])
def test_a_photo_keeps_its_colors_better_under_rules(rules: dict[str, Any], count: int) -> None:
    photo = load_sample_image("china.jpg")[::2, ::2]
    options: dict[str, Any] = {"space": "oklab", "dither": "floyd-steinberg"}
    plain = pc.find_palette(photo, count, space="oklab", **rules)
    before = pc.map_pixels(photo, plain, **options)
    after = pc.quantize(photo, count, **options, **rules)
    assert _cast(photo, after.to_array()) < 0.9 * _cast(photo, before.to_array())


@settings(max_examples=60, deadline=None)
@given(data=st.data(), pixels=images(), count=st.integers(1, 16), start_seed=st.none() | SEEDS)
def test_locks_and_grids_are_kept(
    data: st.DataObject, pixels: Bytes, count: int, start_seed: int | None
) -> None:
    locked = data.draw(st.just([]) | locks(count))
    grid = data.draw(st.none() | st.sampled_from(sorted(GRIDS)))
    start = None
    if start_seed is not None:
        start = np.random.default_rng(start_seed).permutation(pixels.reshape(-1, 3))[:count]
    space = data.draw(st.sampled_from(sorted(SPACES)))
    options: dict[str, Any] = {"locked": locked, "grid": grid, "start": start, "space": space}
    found = list(pc.find_palette(pixels, count, dither="burkes", **options))
    fixed = {color for color, _ in locked}
    others = [color for color in found if color not in fixed]
    assert len(found) <= count
    for color, index in locked:
        assert color in found if index is None else found[index] == color
    if start is None:
        assert len(set(others)) == len(others)
    if grid is not None:
        levels = GRIDS[grid].levels
        assert all(level in levels[axis] for color in others for axis, level in enumerate(color))


@settings(max_examples=60, deadline=None)
@given(
    rgb=colors(30),
    seed=SEEDS,
    count=st.integers(2, 20),
    space=st.sampled_from(sorted(SPACES)),
    grid=st.none() | st.sampled_from(sorted(GRIDS)),
    strength=st.floats(0.01, 1),
)
def test_adaptation_never_raises_its_error(
    rgb: Bytes, seed: int, count: int, space: str, grid: str | None, strength: float
) -> None:
    locked = np.random.default_rng(seed).integers(0, 256, (count // 6, 3)).astype(np.uint8)
    options: dict[str, Any] = {"locked": locked, "grid": grid, "space": space, "effort": "fast"}
    palette = np.unique(pc.find_palette(rgb, count, **options).colors, axis=0)
    rules = Constraints(np.unique(locked, axis=0), GRIDS[grid] if grid else None)
    histogram = ColorHistogram.unique(rgb)
    moved = adapt_to_dithering(palette, histogram, SPACES[space], strength, rules)
    assert len(np.unique(moved, axis=0)) == len(moved) <= len(palette)
    if len(palette) > 1:
        points = Points.from_histogram(histogram.reduce(len(histogram)), SPACES[space])
        noise = 1 - (1 - NOISE) * min(strength / 0.75, 1)
        both = (SPACES[space].from_srgb(some).astype(np.float64) for some in (palette, moved))
        errors = [_mix_error(points, e, _best_mixes(points, e, noise), noise) for e in both]
        assert errors[1] <= errors[0] * (1 + 1e-9)


@pytest.mark.parametrize("dither", ["floyd-steinberg", "blue-noise"])
def test_few_colors_stay_exact_with_locked_colors(dither: str) -> None:
    few = np.random.default_rng(1).integers(0, 256, (10, 3)).astype(np.uint8)
    pixels = few[np.arange(400).reshape(20, 20) % 10]
    quantized = pc.quantize(pixels, 14, locked=LOCKED, dither=dither, space="oklab")
    assert np.array_equal(quantized.to_array(), pixels)


# With an earlier palette


@pytest.mark.parametrize("count", [16, 64])
def test_the_same_picture_keeps_its_palette(small_photo: Bytes, count: int) -> None:
    options: dict[str, Any] = {"space": "oklab", "dither": "floyd-steinberg"}
    before = pc.find_palette(small_photo, count, **options)
    again = pc.find_palette(small_photo, count, start=before, **options)
    assert (again.colors != before.colors).any(axis=1).sum() <= max(1, count // 20)
    # It is for dithering: without, more entries are no means and are given up.
    plain = pc.find_palette(small_photo, count, start=before, space="oklab", visual_masking=0)
    assert (plain.colors != before.colors).any(axis=1).sum() > max(1, count // 20)


def test_a_tile_in_another_colour_moves_few_entries(small_photo: Bytes) -> None:
    options: dict[str, Any] = {"space": "oklab", "dither": "floyd-steinberg"}
    before = pc.find_palette(small_photo, 64, **options)
    after = small_photo.copy()
    after[:20, :30] = (220, 0, 220)
    kept = pc.find_palette(after, 64, start=before, **options)
    assert 1 <= (kept.colors != before.colors).any(axis=1).sum() <= 6
    fresh = pc.find_palette(after, 64, **options)
    assert (fresh.colors != before.colors).any(axis=1).sum() > 32
    anew, old = (
        _cast(after, pc.map_pixels(after, palette, **options).to_array())
        for palette in (fresh, kept)
    )
    assert old < 1.5 * anew


def test_what_is_kept_of_a_palette_without_dithering_does_not_move(small_photo: Bytes) -> None:
    before = pc.find_palette(small_photo, 32, space="oklab")
    again = pc.find_palette(small_photo, 32, space="oklab", start=before, dither="stucki")
    assert again == before


def test_entries_are_restored_if_the_cost_is_low() -> None:
    feasible = FeasibleSet(locked=np.array([[9, 9, 9]], np.uint8))
    entries = np.array([[9, 9, 9], [100, 0, 0], [104, 0, 0], [0, 50, 0], [0, 0, 200]], float)
    start = np.array([[9, 9, 9], [101, 0, 0], [0, 58, 0], [0, 0, 202]], np.uint8)
    # A tenth of the error, divided by the entries, is 10: one unit costs the second entry 0.5, two
    # cost the last one 8, and eight would cost the fourth 32.
    weights = np.array([1.0, 0.5, 0.5, 0.5, 2.0])
    around, centers = restore_entries(start, entries, weights, 500.0, feasible)
    assert {tuple(color) for color in around.locked.tolist()} == {
        (9, 9, 9),
        (101, 0, 0),
        (0, 0, 202),
    }
    assert np.array_equal(centers[: around.locked_count], around.locked)
    assert centers[around.locked_count :].tolist() == [[104, 0, 0], [0, 50, 0]]


def test_mixes_are_the_best_of_all() -> None:
    points = _random_points(300, 1)
    entries = np.random.default_rng(2).uniform(0, 255, (7, 3))
    found = _errors(points, entries, _best_mixes(points, entries, NOISE))
    best = _least_errors(points, entries, NOISE)
    # One of the two is the nearest entry here; that is the best pair for nearly all points.
    assert np.median(found - best) <= 0.01
    assert (found * points.weights).sum() <= 1.05 * (best * points.weights).sum()


@pytest.mark.parametrize("fixed", [0, 2])
@pytest.mark.parametrize("moved", range(5))
def test_entries_are_the_best_for_their_mixes(moved: int, fixed: int) -> None:
    points = _random_points(200, 3)
    start = np.random.default_rng(4).uniform(0, 255, (5, 3))
    mixes = _best_mixes(points, start, NOISE)
    matrix, sums = _linear_system(points, mixes, len(start), NOISE)
    best = solve(matrix, sums, start, fixed, _SOLVER_STEPS)
    assert np.array_equal(best[:fixed], start[:fixed])
    if moved < fixed:
        return
    least = _errors(points, best, mixes) @ points.weights
    for axis in range(3):
        for step in (-0.5, 0.5):
            other = best.copy()
            other[moved, axis] += step
            assert _errors(points, other, mixes) @ points.weights > least


def test_one_entry_and_few_points() -> None:
    histogram = ColorHistogram.unique(np.array([[0, 0, 0], [9, 9, 9]], np.uint8))
    one = np.array([[4, 4, 4]], np.uint8)
    assert np.array_equal(adapt_to_dithering(one, histogram, SPACES["srgb"], 1.0), one)
