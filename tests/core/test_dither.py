"""Dithering by every algorithm: what holds for all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.dither import DITHERS
from palette_core.dither.cell_lookup import CellLookup
from palette_core.dither.error_diffusion import ErrorDiffusion
from palette_core.dither.ordered import OrderedDither
from palette_core.mapping.nearest_entry import NearestEntryFinder

from .reference_metrics import are_same
from .strategies import SEEDS, colors, images

DITHERING = [name for name in DITHERS if name != "none"]
KERNELS = [name for name in DITHERS if isinstance(DITHERS[name], ErrorDiffusion)]
EVERY_DITHER = pytest.mark.parametrize("name", DITHERING)
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


@pytest.mark.parametrize("name", DITHERS)
@given(pixels=images(channels=4), palette=colors(1, 20), seed=SEEDS, adaptive=st.booleans())
@settings(max_examples=8)
def test_transparent_pixels_change_neither_palette_nor_dithering(
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
    assert are_same(*(pc.quantize(p, 5, dither=name) for p in (pixels, other)))


@pytest.mark.parametrize(("name", "width"), [*((name, 3) for name in KERNELS), ("dbs", 10)])
def test_no_error_crosses_transparent_pixels(name: str, width: int, small_photo: Bytes) -> None:
    alpha = np.full(small_photo.shape[:2], 255, np.uint8)
    alpha[:, 40 : 40 + width] = 0
    pixels = np.dstack([small_photo, alpha])
    other = pixels.copy()
    other[:, :40, :3] = 255 - other[:, :40, :3]
    palette = pc.find_palette(small_photo, 6)
    one, two = (pc.map_pixels(p, palette, dither=name).indices for p in (pixels, other))
    assert np.array_equal(one[:, 40 + width :], two[:, 40 + width :])
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
    dither = DITHERS[name]
    if isinstance(dither, OrderedDither):
        tolerance = max(tolerance, 0.5 / dither.threshold_matrix().size + 0.01)
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
