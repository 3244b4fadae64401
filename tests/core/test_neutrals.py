"""Greys stay grey on small palettes, in Oklab: beside scikit-image's CIEDE2000, and dithered."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES, Coordinates
from palette_core.mapping.nearest_entry import STEPS_PER_UNIT, NearestEntryFinder
from tools.harness.small_palettes import GREYS, entries_of, has_hue, nearest_by_ciede2000

from .strategies import SEEDS, colors

OKLAB = SPACES["oklab"]
WELL_KNOWN = ["6-colour e-paper", "ZX Spectrum", "PICO-8", "Commodore 64", "EGA"]
NEUTRAL_DITHERED = [name for name in WELL_KNOWN if name != "PICO-8"]
# Colours of which nobody would say that they are grey.
SKIN = np.array([[255, 205, 148], [234, 192, 134], [224, 172, 105], [255, 173, 96]], np.uint8)


def chroma(rgb: Bytes) -> Coordinates:
    """Return the chroma in the literature's Oklab: (N, 3) to (N,)."""
    points = OKLAB.from_srgb(rgb) / np.float32(OKLAB.scale)
    return np.hypot(points[:, 1], points[:, 2])


def mapped(rgb: Bytes, palette: Bytes) -> Bytes:
    """Return the colours that pixels get without dithering: (N, 3) to (N, 3)."""
    return palette[NearestEntryFinder(palette, OKLAB).find_nearest(rgb)]


@pytest.mark.parametrize("name", [*WELL_KNOWN, "CGA, palette 1", "Windows, 16 colours", "MSX"])
def test_no_more_greys_get_a_hue_than_by_ciede2000(name: str) -> None:
    palette = entries_of(name)
    found = has_hue(mapped(GREYS, palette)).sum()
    assert found <= has_hue(palette[nearest_by_ciede2000(GREYS, palette)]).sum()


@pytest.mark.parametrize("name", WELL_KNOWN)
@pytest.mark.parametrize("weight", [0.5, 1, 2, 5])
def test_no_grey_gets_a_hue_and_lighter_greys_get_no_darker_colours(
    name: str, weight: float
) -> None:
    palette = entries_of(name)
    finder = NearestEntryFinder(palette, OKLAB.with_lightness_weight(weight))
    found = palette[finder.find_nearest(GREYS)]
    assert not has_hue(found).any()
    assert (np.diff(OKLAB.from_srgb(found)[:, 0]) >= 0).all()


@pytest.mark.parametrize("name", WELL_KNOWN)
def test_colours_that_are_nearly_grey_come_nearer_by_ciede2000(name: str) -> None:
    from skimage.color import deltaE_ciede2000, rgb2lab

    rng = np.random.default_rng(0)
    tints = rng.integers(0, 256, (300, 1)) + rng.integers(-12, 13, (300, 3))
    rgb, palette = np.clip(tints, 0, 255).astype(np.uint8), entries_of(name)
    plain = np.square(OKLAB.from_srgb(rgb)[:, np.newaxis] - OKLAB.from_srgb(palette)).sum(axis=-1)
    before, now = palette[plain.argmin(axis=1)], mapped(rgb, palette)
    lab = rgb2lab(rgb / 255)
    errors = [deltaE_ciede2000(lab, rgb2lab(found / 255)).mean() for found in (before, now)]
    assert errors[1] <= errors[0]
    assert has_hue(now).sum() <= has_hue(before).sum()


@pytest.mark.parametrize("name", NEUTRAL_DITHERED)
@pytest.mark.parametrize("dither", ["floyd-steinberg", "sierra", "bayer-4", "blue-noise"])
def test_dithered_greys_are_made_of_greys_of_the_same_lightness(name: str, dither: str) -> None:
    ramp = np.tile(GREYS.repeat(2, axis=0), (32, 1, 1))
    found = pc.map_pixels(ramp, entries_of(name), space="oklab", dither=dither).to_array()
    assert not has_hue(found.reshape(-1, 3)).any()
    # Means over sixteenths of the ramp, away from its ends, at which errors are clipped.
    lightness = [
        OKLAB.from_srgb(rgb.reshape(-1, 3))[:, 0].reshape(32, 16, 32).mean(axis=(0, 2))
        for rgb in (ramp, found)
    ]
    assert np.abs(lightness[0] - lightness[1])[2:-2].mean() < 0.07 * OKLAB.scale
    assert (np.diff(lightness[1]) >= -0.02 * OKLAB.scale).all()


@pytest.mark.parametrize(
    ("dither", "most"), [("none", 0), ("blue-noise", 0), ("floyd-steinberg", 0.15)]
)
def test_tinted_greys_of_a_palette_serve_dithered_greys(dither: str, most: float) -> None:
    ramp, palette = np.tile(GREYS.repeat(2, axis=0), (32, 1, 1)), entries_of("PICO-8")
    found = pc.map_pixels(ramp, palette, space="oklab", dither=dither).to_array()
    assert has_hue(found.reshape(-1, 3)).mean() <= most


@pytest.mark.parametrize("name", WELL_KNOWN)
@pytest.mark.parametrize(
    "hue", [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [255, 0, 255]]
)
def test_from_grey_to_a_hue_there_is_one_switch(name: str, hue: list[int]) -> None:
    shares = np.linspace(0, 1, 101)[:, np.newaxis]
    rgb = np.rint(128 * (1 - shares) + np.array(hue) * shares).astype(np.uint8)
    found = has_hue(mapped(rgb, entries_of(name)))
    assert not found[0]
    assert found[-1]
    assert (np.diff(found.astype(int)) >= 0).all()


def test_skin_keeps_its_hue() -> None:
    for name in ("PICO-8", "MSX"):
        assert has_hue(mapped(SKIN, entries_of(name))).all()


def test_what_is_not_neutral_gets_its_plainly_nearest_entry() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (2000, 3), dtype=np.uint8)
    rgb = rgb[chroma(rgb) > 0.041]
    for name in WELL_KNOWN:
        palette = entries_of(name)
        apart = OKLAB.from_srgb(rgb)[:, np.newaxis].astype(np.float64) - OKLAB.from_srgb(palette)
        squares = np.square(apart).sum(axis=-1)
        chosen = squares[np.arange(len(rgb)), NearestEntryFinder(palette, OKLAB).find_nearest(rgb)]
        assert (np.sqrt(chosen) <= np.sqrt(squares.min(axis=1)) + 0.02).all()


@pytest.mark.parametrize(
    ("palette", "helps"),
    [
        ("000000 ffffff ff0000", True),
        ("000000 ffffff ff0000 000000 000000 ffffff", True),  # duplicates are not more colours
        ("191e21 e8e8e8 2157ba 125f20 b21318 efde44", True),  # e-paper, as measured
        ("0f380f 306230 8bac0f 9bbc0f", False),  # no neutral at all
        ("000000 55ff55 ff5555 ffff55", False),  # none that is light
        ("000000 ffffff ff0000 8c8070", False),  # a tinted grey
        ("000000 808080 ffffff", False),  # no hue
    ],
)
def test_hues_cost_where_neutrals_are_apart_from_them(palette: str, helps: bool) -> None:
    entries = np.array([tuple(bytes.fromhex(code)) for code in palette.split()], np.uint8)
    assert NearestEntryFinder(entries, OKLAB).hue_penalties.any() == helps
    weighted = OKLAB.with_lightness_weight(3)
    assert NearestEntryFinder(entries, weighted).hue_penalties.any() == helps
    for name in ("srgb", "linear", "cielab"):
        assert not NearestEntryFinder(entries, SPACES[name]).hue_penalties.any()


@st.composite
def few_vivid_colors(draw: st.DrawFn) -> Bytes:
    """Palettes with black, white, other greys perhaps, and vivid colours."""
    rng = np.random.default_rng(draw(SEEDS))
    greys = rng.integers(0, 256, (draw(st.integers(0, 6)), 1)).repeat(3, axis=1).astype(np.uint8)
    vivid = rng.choice(np.array([0, 60, 255], np.uint8), (draw(st.integers(1, 60)), 3))
    palette = np.concatenate([[[0, 0, 0], [255, 255, 255]], greys, vivid]).astype(np.uint8)
    return rng.permutation(palette)


@given(palette=few_vivid_colors(), rgb=colors(), weight=st.sampled_from([0.5, 1.0, 3.0]))
def test_nearest_entries_with_hue_penalties_are_exact(
    palette: Bytes, rgb: Bytes, weight: float
) -> None:
    greys = np.clip(rgb.astype(int) // 16 + rgb[:, :1], 0, 255).astype(np.uint8)
    space = OKLAB.with_lightness_weight(weight)
    finder = NearestEntryFinder(palette, space)
    for some in (rgb, greys, np.concatenate([rgb, greys, palette])):
        points, entries = (
            np.rint(space.from_srgb(c).astype(np.float64) * STEPS_PER_UNIT) for c in (some, palette)
        )
        squares = np.square(points[:, np.newaxis] - entries).sum(axis=-1)
        squares += np.outer(finder.measure_neutrality(points.T), finder.hue_penalties)
        assert np.array_equal(finder.find_nearest(some), squares.argmin(axis=1))
    assert np.array_equal(palette[finder.find_nearest(palette)], palette)
