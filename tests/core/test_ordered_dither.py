"""Ordered dithering, and the threshold matrices."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.dither import DITHERS
from palette_core.dither.base import DitherProblem
from palette_core.dither.ordered import OrderedDither
from palette_core.dither.two_color_mix import find_mixes
from palette_core.image.threshold_matrices import Ranks, bayer, blue_noise
from palette_core.mapping.nearest_entry import NearestEntryFinder
from tools import make_blue_noise

from .strategies import SEEDS, colors, images

ORDERED = [name for name in DITHERS if isinstance(DITHERS[name], OrderedDither)]
EVERY_ORDERED = pytest.mark.parametrize("name", ORDERED)


def mask_of(name: str) -> Ranks:
    dither = DITHERS[name]
    assert isinstance(dither, OrderedDither)
    return dither.threshold_matrix()


@EVERY_ORDERED
@given(pixels=images(), palette=colors(2, 40), seed=SEEDS)
@settings(max_examples=10)
def test_ordered_dithering_of_a_pixel_does_not_depend_on_others(
    name: str, pixels: Bytes, palette: Bytes, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    edited = rng.random(pixels.shape[:2]) < 0.5
    other = np.where(edited[..., np.newaxis], rng.integers(0, 256, pixels.shape), pixels)
    one, two = (
        pc.map_pixels(p.astype(np.uint8), palette, dither=name).indices for p in (pixels, other)
    )
    assert np.array_equal(one[~edited], two[~edited])


@EVERY_ORDERED
def test_the_threshold_matrix_is_repeated_over_the_image(name: str, photo: Bytes) -> None:
    palette = pc.find_palette(photo, 16)
    found = pc.map_pixels(photo, palette, dither=name).indices
    # A part that begins where a repetition does is the same as in the whole.
    side = math.lcm(*(len(mask_of(name)) for name in ORDERED))
    part = pc.map_pixels(photo[side:, side:], palette, dither=name).indices
    assert np.array_equal(part, found[side:, side:])


@pytest.mark.parametrize(
    ("ranks", "message"),
    [
        ([[0, 1, 2]], r"of 'odd' has the shape \(1, 3\); use a square"),
        ([0, 1, 2, 3], r"the shape \(4,\); use a square"),
        (np.empty((0, 0)), r"the shape \(0, 0\); use a square"),
        ([[4, 9, 2], [3, 5, 7], [8, 1, 6]], "not contain the rank 0; use every rank from 0 to 8"),
        ([[0, 1], [1, 3]], "not contain the rank 2; use every rank from 0 to 3 once"),
    ],
)
def test_a_threshold_matrix_has_every_rank_once(ranks: Any, message: str, drawn: Bytes) -> None:
    dither = OrderedDither(
        name="odd", label="", summary="", threshold_matrix=lambda: np.asarray(ranks)
    )
    finder = NearestEntryFinder(np.array([[0, 0, 0], [255, 255, 255]], np.uint8), SPACES["srgb"])
    with pytest.raises(ValueError, match=message):
        dither(DitherProblem(rgb=drawn, finder=finder, strength=1.0))


@given(
    rgb=colors(),
    palette=colors(1, 17),  # so that all others are mates
    space=st.sampled_from(list(SPACES)),
    strength=st.sampled_from([0.2, 0.75, 1.0]),
)
def test_mixes_are_the_best_of_two(rgb: Bytes, palette: Bytes, space: str, strength: float) -> None:
    # The cost below knows nothing of the protection of neutral colours.
    plain = dataclasses.replace(SPACES[space], needs_neutral_protection=False)
    finder = NearestEntryFinder(palette, plain)
    (found,) = find_mixes(rgb, finder, strength)
    assert sorted(found.indices.tolist()) == list(range(len(rgb)))
    rgb = rgb[found.indices]
    assert np.array_equal(found.nearest, finder.find_nearest(rgb))
    assert ((found.share >= 0) & (found.share <= 0.5)).all()

    entries = finder.entries.astype(np.float64)
    points = SPACES[space].from_srgb(rgb).astype(np.float64)
    near = entries[found.nearest]

    def cost(mates: np.ndarray[Any, np.dtype[np.float64]], share: Any) -> Any:
        missed = points - near - share[:, np.newaxis] * (mates - near)
        apart = np.square(mates - near).sum(axis=-1)
        return np.square(missed).sum(axis=1) + (1 - 0.95 * strength) * share * (1 - share) * apart

    reached = cost(entries[found.mate], found.share)
    slack = 1e-3 * np.square(points - near).sum(axis=1) + 1e-2
    for mate in entries:
        for share in np.linspace(0, 0.5, 6):
            assert (reached <= cost(mate, np.full(len(rgb), share)) + slack).all()


@pytest.mark.parametrize("side", [2, 4, 8, 16])
def test_bayer_matrices_contain_every_rank_once(side: int) -> None:
    ranks = bayer(side)
    assert sorted(ranks.ravel().tolist()) == list(range(side * side))
    assert bayer(2).tolist() == [[0, 2], [3, 1]]
    # The first quarter of the ranks is on a grid.
    y, x = np.nonzero(ranks < side * side // 4)
    assert not (y % 2).any()
    assert not (x % 2).any()


@pytest.mark.parametrize("level", [0.1, 0.25, 0.5, 0.8])
def test_blue_noise_has_no_low_frequencies(level: float) -> None:
    ranks = blue_noise()
    assert ranks.shape == (128, 128)
    assert np.array_equal(np.sort(ranks, axis=None), np.arange(128 * 128))
    dots = (ranks < level * ranks.size).astype(float)
    power = np.abs(np.fft.fft2(dots - dots.mean())) ** 2
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(128), np.fft.fftfreq(128)))
    low = (frequency > 0) & (frequency < 0.1)
    assert power[low].mean() < 0.1 * power.mean()


def test_the_tool_makes_the_stored_blue_noise() -> None:
    assert np.array_equal(make_blue_noise.blue_noise(make_blue_noise.SIDE), blue_noise())
