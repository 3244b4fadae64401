from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes, Mask
from palette_core.color.spaces import SPACES
from palette_core.dither import DITHERS
from palette_core.dither.adaptive import find_flat_pixels
from palette_core.dither.base import DitherProblem
from palette_core.dither.cell_lookup import CellLookup
from palette_core.dither.error_diffusion import ErrorDiffusion
from palette_core.dither.exact_areas import find_exact_areas
from palette_core.dither.ordered import OrderedDither
from palette_core.dither.two_color_mix import find_mixes
from palette_core.image.threshold_matrices import Ranks, bayer, blue_noise
from palette_core.mapping.lookup_table import find_unique_colors
from palette_core.mapping.nearest_entry import NearestEntryFinder
from tools import make_blue_noise

from .strategies import SEEDS, colors, images

DITHERING = [name for name in DITHERS if name != "none"]
KERNELS = [name for name in DITHERS if isinstance(DITHERS[name], ErrorDiffusion)]
ORDERED = [name for name in DITHERS if isinstance(DITHERS[name], OrderedDither)]
EVERY_DITHER = pytest.mark.parametrize("name", DITHERING)
EVERY_ORDERED = pytest.mark.parametrize("name", ORDERED)


def mask_of(name: str) -> Ranks:
    dither = DITHERS[name]
    assert isinstance(dither, OrderedDither)
    return dither.threshold_matrix()


ANY_DITHER = st.sampled_from(DITHERING)
ANY_SPACE = st.sampled_from(list(SPACES))


@given(
    name=ANY_DITHER,
    space=ANY_SPACE,
    pixels=images(),
    palette=colors(1, 256),
    strength=st.sampled_from([0.0, 0.37, 1.0]),
    adaptive=st.booleans(),
)
@settings(max_examples=40)
def test_any_dithering_of_any_image_is_valid_and_repeatable(
    name: str, space: str, pixels: Bytes, palette: Bytes, strength: float, adaptive: bool
) -> None:
    options: dict[str, Any] = {
        "space": space, "dither": name, "dither_strength": strength, "dither_adaptive": adaptive,
    }  # fmt: skip
    found = pc.map_pixels(pixels, palette, **options)
    assert found.indices.dtype == np.uint8
    assert found.indices.shape == pixels.shape[:2]
    assert found.indices.max() < len(palette)

    again = pc.map_pixels(pixels, palette, **options)
    assert np.array_equal(again.indices, found.indices)

    opaque = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    assert np.array_equal(pc.map_pixels(opaque, palette, **options).indices, found.indices)

    if strength == 0:
        undithered = pc.map_pixels(pixels, palette, space=space)
        assert np.array_equal(found.indices, undithered.indices)


@EVERY_DITHER
@pytest.mark.parametrize("space", SPACES)
def test_dithering_brings_the_local_mean_nearer(name: str, space: str, photo: Bytes) -> None:
    pixels = photo[:160, 200:440]
    palette = pc.find_palette(pixels, 8)
    plain = pc.map_pixels(pixels, palette, space=space)
    found = pc.map_pixels(pixels, palette, space=space, dither=name)
    assert 0.05 < (found.indices != plain.indices).mean() < 0.95

    def local_means(rgb: Bytes) -> np.ndarray[Any, np.dtype[np.float32]]:
        coordinates = SPACES[space].from_srgb(rgb.reshape(-1, 3))
        return np.asarray(coordinates.reshape(20, 8, 30, 8, 3).mean(axis=(1, 3)))

    target = local_means(pixels)
    before, after = (np.square(local_means(q.to_array()) - target).sum() for q in (plain, found))
    assert after < 0.95 * before


@EVERY_DITHER
@given(pixels=images(channels=4), palette=colors(1, 20), seed=SEEDS, adaptive=st.booleans())
@settings(max_examples=8)
def test_transparent_pixels_do_not_change_the_dithering(
    name: str, pixels: Bytes, palette: Bytes, seed: int, adaptive: bool
) -> None:
    other = pixels.copy()
    hidden = other[..., 3] == 0
    rng = np.random.default_rng(seed)
    other[hidden, :3] = rng.integers(0, 256, (int(hidden.sum()), 3), dtype=np.uint8)
    one, two = (
        pc.map_pixels(p, palette, dither=name, dither_adaptive=adaptive) for p in (pixels, other)
    )
    assert np.array_equal(one.indices, two.indices)
    assert not one.indices[hidden].any()


@pytest.mark.parametrize("name", KERNELS)
def test_no_error_crosses_transparent_pixels(name: str, small_photo: Bytes) -> None:
    alpha = np.full(small_photo.shape[:2], 255, np.uint8)
    alpha[:, 40:43] = 0
    pixels = np.dstack([small_photo, alpha])
    other = pixels.copy()
    other[:, :40, :3] = 255 - other[:, :40, :3]
    palette = pc.find_palette(small_photo, 6)
    one, two = (pc.map_pixels(p, palette, dither=name).indices for p in (pixels, other))
    assert np.array_equal(one[:, 43:], two[:, 43:])
    assert not np.array_equal(one[:, :40], two[:, :40])


@EVERY_DITHER
@pytest.mark.parametrize("space", SPACES)
def test_colors_in_the_palette_do_not_change(name: str, space: str, drawn: Bytes) -> None:
    # One grey next to the other: they share the cells of the look-up table.
    grey = np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 3, axis=1)
    ramp = np.random.default_rng(1).permutation(grey)[np.newaxis].repeat(3, axis=0)
    options: dict[str, Any] = {"space": space, "dither": name, "dither_strength": 1}
    assert np.array_equal(pc.map_pixels(ramp, grey, **options).to_array(), ramp)
    # Where not all of the picture is in it, what comes before the others is left alone. The curve
    # of Riemersma's dithering goes back to the upper rows, and the search looks ahead.
    if name not in ("riemersma", "dbs"):
        mixed = np.concatenate([ramp, drawn[:5, :10].repeat(26, axis=1)[:, :256]])
        assert np.array_equal(pc.map_pixels(mixed, grey, **options).to_array()[:3], ramp)
    few = pc.quantize(drawn[:8, :8], 200, space=space, dither=name)
    assert np.array_equal(few.to_array(), drawn[:8, :8])


@EVERY_DITHER
@pytest.mark.parametrize("share", [0.25, 0.5, 0.7])
def test_the_mean_of_a_flat_patch_is_its_colour(name: str, share: float) -> None:
    palette = np.array([[60, 80, 40], [140, 120, 200]])
    color = np.rint(palette[0] + share * (palette[1] - palette[0])).astype(np.uint8)
    patch = np.broadcast_to(color, (64, 64, 3))
    found = pc.map_pixels(patch, palette, dither=name, dither_strength=1).to_array()
    reached = (found == palette[1]).all(axis=-1).mean()
    # Atkinson's kernel loses a quarter of the error, and a small mask has few levels.
    tolerance = {"atkinson": 0.12}.get(name, 0.04)
    if name in ORDERED:
        tolerance = max(tolerance, 0.5 / mask_of(name).size + 0.01)
    assert reached == pytest.approx(share, abs=tolerance)


@pytest.mark.parametrize("name", KERNELS)
def test_errors_do_not_accumulate(name: str) -> None:
    # Greys can never make up for saturated colours; behind them a grey area is as it should be.
    pixels = np.zeros((40, 120, 3), np.uint8)
    pixels[:, :60] = (0, 0, 255)
    pixels[:, 60:] = 128
    palette = np.repeat(np.array([[0], [128], [255]]), 3, axis=1)
    found = pc.map_pixels(pixels, palette, dither=name, dither_strength=1).indices
    assert (found[:, 75:] == 1).all()


def test_loose_colours_cannot_be_dithered() -> None:
    loose = np.arange(30, dtype=np.uint8).reshape(10, 3)
    with pytest.raises(pc.PixelsError, match=r"a list of colours cannot be dithered.* \(H, W, 3\)"):
        pc.quantize(loose, 4, dither="floyd-steinberg")
    with pytest.raises(pc.PixelsError, match="a list of colours cannot be dithered"):
        pc.map_pixels(loose, [[0, 0, 0]], dither="bayer-4")


@EVERY_DITHER
def test_progress_rises_and_may_stop_the_work(name: str, small_photo: Bytes) -> None:
    reported: list[float] = []
    palette = pc.find_palette(small_photo, 5)
    pc.map_pixels(small_photo, palette, dither=name, progress=reported.append)
    assert reported == sorted(reported)
    assert (reported[0], reported[-1]) == (0.0, 1.0)
    assert len(reported) > 2

    class StoppedError(Exception):
        pass

    def stop(fraction: float) -> None:
        if fraction > 0:
            raise StoppedError

    with pytest.raises(StoppedError):
        pc.map_pixels(small_photo, palette, dither=name, progress=stop)


def test_the_books_script_can_be_dithered(small_photo: Bytes) -> None:
    plain = pc.quantize(small_photo, 6, method="sklearn-kmeans")
    found = pc.quantize(small_photo, 6, method="sklearn-kmeans", dither="floyd-steinberg")
    assert found.palette == plain.palette
    expected = pc.map_pixels(small_photo, plain.palette, dither="floyd-steinberg")
    assert np.array_equal(found.indices, expected.indices)


# The table of error diffusion


@given(palette=colors(1, 256), space=ANY_SPACE, weight=st.sampled_from([0.2, 1.0, 5.0]))
@settings(max_examples=15)
def test_cell_lookup_is_exact_for_entries_and_near_for_others(
    palette: Bytes, space: str, weight: float
) -> None:
    finder = NearestEntryFinder(palette, SPACES[space].with_lightness_weight(weight))
    cells = CellLookup(finder)

    def find(rgb: Bytes) -> Bytes:
        lanes = cells.lanes(np.column_stack([rgb, np.zeros(len(rgb), np.uint8)]))
        found = np.empty(len(rgb), np.complex128)
        cells.make_lookup(len(rgb))(lanes.reshape(-1), found)
        return found.view(np.float32)[3::4].astype(np.uint8)

    assert np.array_equal(palette[find(palette)], palette)
    rgb = np.random.default_rng(0).integers(0, 256, (500, 3), dtype=np.uint8)
    if finder.hue_penalties.any():
        # Hues cost neutral colours something beside the distance, and colours next to them in part.
        rgb = rgb[np.hypot(*SPACES["oklab"].from_srgb(rgb).T[1:]) > 0.06 * SPACES["oklab"].scale]
    points = finder.space.from_srgb(rgb)
    apart = np.linalg.norm(points[:, np.newaxis] - finder.entries, axis=-1)
    chosen = apart[np.arange(len(rgb)), find(rgb)]
    low, high = SPACES[space].bounds
    # A cell is 1/64 of the bounds wide; with square roots, twice that at the bright end.
    cell = (high - low) / 64 * (2 if space == "linear" else 1)
    diagonal = np.linalg.norm(finder.space.apply_lightness_weight(np.diag(cell).astype(np.float32)))
    assert (chosen <= apart.min(axis=1) + diagonal).all()


# Ordered dithering


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
    space=ANY_SPACE,
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


# Flat areas


@pytest.fixture
def textured_and_flat() -> tuple[Bytes, Bytes, Mask]:
    """Return an image of texture and flat areas, a palette, and where areas are exactly in it."""
    rng = np.random.default_rng(4)
    pixels = rng.integers(60, 200, (60, 90, 3), dtype=np.uint8)
    palette = np.array([[200, 40, 40], [128, 128, 128], [134, 128, 128], [60, 160, 90]], np.uint8)
    pixels[10:40, 20:50] = palette[1]
    pixels[40:56, 30:70] = palette[3]
    pixels[5:30, 60:80] = (164, 84, 84)  # flat, but not in the palette
    pixels[56:59, 2] = palette[0]  # a line is no area
    is_exact = np.zeros(pixels.shape[:2], np.bool_)
    is_exact[10:40, 20:50] = is_exact[40:56, 30:70] = True
    return pixels, palette, is_exact


@EVERY_DITHER
@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("space", SPACES)
def test_flat_areas_in_a_colour_of_the_palette_do_not_change(
    name: str, space: str, adaptive: bool, textured_and_flat: tuple[Bytes, Bytes, Mask]
) -> None:
    pixels, palette, is_exact = textured_and_flat
    for strength in (0.75, 1.0):
        found = pc.map_pixels(
            pixels, palette, space=space, dither=name, dither_strength=strength,
            dither_adaptive=adaptive,
        )  # fmt: skip
        assert np.array_equal(found.to_array()[is_exact], pixels[is_exact])
    if not adaptive:
        assert len(np.unique(found.indices[10:25, 65:75])) > 1


def test_exact_areas_equal_a_plain_loop(
    textured_and_flat: tuple[Bytes, Bytes, Mask],
) -> None:
    pixels, palette, is_exact = textured_and_flat
    assert np.array_equal(find_exact_areas(pixels, palette, None), is_exact)
    assert find_exact_areas(pixels[:, :18], palette, None) is None
    assert find_exact_areas(pixels[:1], palette, None) is None
    opaque = np.random.default_rng(2).random(is_exact.shape) < 0.7
    expected = np.zeros(is_exact.shape, np.bool_)
    for y, x in np.ndindex(59, 89):
        square = np.s_[y : y + 2, x : x + 2]
        expected[square] |= (is_exact & opaque)[square].all() and not np.ptp(
            pixels[square].reshape(4, 3), axis=0
        ).any()
    assert np.array_equal(find_exact_areas(pixels, palette, opaque), expected)


@pytest.mark.parametrize("name", KERNELS)
def test_exact_areas_change_nothing_around_them(
    name: str, textured_and_flat: tuple[Bytes, Bytes, Mask]
) -> None:
    pixels, palette, is_exact = textured_and_flat
    finder = NearestEntryFinder(palette, SPACES["oklab"])
    diffused = DITHERS[name](DitherProblem(rgb=pixels, finder=finder, strength=1.0))
    found = pc.map_pixels(pixels, palette, space="oklab", dither=name, dither_strength=1.0).indices
    assert np.array_equal(found[~is_exact], diffused[~is_exact])
    assert not np.array_equal(found, diffused)


@EVERY_DITHER
@pytest.mark.parametrize("width", [256, 1024])
def test_a_gradient_through_the_palette_gets_no_step(name: str, width: int) -> None:
    ramp = np.repeat((np.arange(width) * 256 // width).astype(np.uint8)[:, np.newaxis], 3, axis=1)
    pixels = ramp[np.newaxis].repeat(64, axis=0)
    levels = np.array([0, 85, 170, 255])
    palette = np.repeat(levels[:, np.newaxis], 3, axis=1)
    found = pc.map_pixels(pixels, palette, space="srgb", dither=name, dither_strength=1.0)
    # Means over 1/16 of the range; Atkinson's kernel loses a quarter of the error.
    side = width // 16
    means = found.to_array()[..., 0].reshape(64, 16, side).mean(axis=(0, 2))
    expected = pixels[..., 0].reshape(64, 16, side).mean(axis=(0, 2))
    assert np.abs(means - expected).max() < {"atkinson": 12}.get(name, 6)


# Adaptive dithering


@EVERY_DITHER
def test_flat_areas_close_to_the_palette_are_left_alone(name: str) -> None:
    palette = np.array([[0, 0, 0], [120, 120, 120], [255, 255, 255]])
    pixels = np.full((80, 80, 3), 122, np.uint8)
    pixels[:, 60:] = np.linspace(130, 250, 20).astype(np.uint8)[:, np.newaxis]
    found = pc.map_pixels(pixels, palette, dither=name, dither_adaptive=True, dither_strength=1)
    assert (found.indices[:, :59] == 1).all()
    assert set(np.unique(found.indices[:, 60:])) >= {1, 2}
    everywhere = pc.map_pixels(pixels, palette, dither=name, dither_strength=1).indices
    # Ordered dithering would leave so close a colour alone, and Atkinson's kernel loses its error.
    if name in KERNELS and name != "atkinson":
        assert len(np.unique(everywhere[:, :59])) > 1


def test_flat_pixels_equal_a_plain_loop(drawn: Bytes) -> None:
    finder = NearestEntryFinder(pc.find_palette(drawn, 12).colors, SPACES["oklab"])
    mapped = finder.find_nearest_of_pixels(drawn)
    opaque = np.ones(mapped.shape, bool)
    opaque[30:33, 30:33] = False
    found = find_flat_pixels(drawn, finder, mapped, opaque, find_unique_colors(drawn))
    space = SPACES["oklab"]
    points = space.from_srgb(drawn.reshape(-1, 3)).reshape(drawn.shape)
    close = np.linalg.norm(points - finder.entries[mapped], axis=-1) <= 4.5
    for y, x in np.ndindex(mapped.shape):
        around = np.s_[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2]
        expected = (close & opaque)[around].all() and (mapped[around] == mapped[y, x]).all()
        assert found[y, x] == expected
    assert 0 < found.sum() < found.size
