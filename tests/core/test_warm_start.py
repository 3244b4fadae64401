"""Stability: a small edit of the picture makes a small change of the palette."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.design import EFFORTS, INITIALIZATIONS
from palette_core.design.constraints import FeasibleSet
from palette_core.design.lloyd import Points
from palette_core.design.warm_start import retain_entries
from palette_core.image.histogram import ReducedHistogram

from .reference_metrics import image_error
from .strategies import SEEDS, colors

CHEAP = tuple(EFFORTS)[:3]
NEARLY = 1 + 1e-5


def moved(one: pc.Palette, other: pc.Palette) -> int:
    """Count the places with another colour."""
    assert len(one) == len(other)
    return int((one.colors != other.colors).any(axis=1).sum())


# What is promised


@pytest.mark.parametrize("space", ["srgb", "oklab"])
@pytest.mark.parametrize("count", [16, 64])
def test_a_tile_in_another_colour_moves_few_entries(photo: Bytes, count: int, space: str) -> None:
    pixels = photo[::2, ::2]
    # One tile of 64 gets another colour, shaded.
    height, width = (side // 8 for side in pixels.shape[:2])
    after = pixels.copy()
    tile = np.array((220, 0, 220)) + np.arange(width)[:, np.newaxis] % 9
    after[2 * height : 3 * height, 3 * width : 4 * width] = tile
    before = pc.find_palette(pixels, count, space=space)
    fresh = pc.find_palette(after, count, space=space)
    kept = pc.find_palette(after, count, space=space, start=before)
    assert moved(fresh, before) > 0.6 * count
    assert 1 <= moved(kept, before) <= 5
    # The tile has its entry, and the picture is matched nearly as well as anew.
    assert np.linalg.norm(kept.colors.astype(int) - (224, 4, 224), axis=1).min() < 6
    errors = [image_error(after, palette.colors, space) for palette in (kept, fresh, before)]
    assert errors[0] < 1.05 * errors[1]
    assert errors[2] > 1.5 * errors[1]


@pytest.mark.parametrize("space", ["srgb", "oklab"])
def test_a_tile_in_colours_that_there_are_moves_next_to_none(photo: Bytes, space: str) -> None:
    pixels = photo[::2, ::2]
    after = pixels.copy()
    after[:26, :40] = pixels[100:126, 100:140]
    before = pc.find_palette(pixels, 16, space=space)
    assert moved(pc.find_palette(after, 16, space=space, start=before), before) == 0
    assert moved(pc.find_palette(after, 16, space=space), before) > 8


@pytest.mark.parametrize("space", list(SPACES))
@pytest.mark.parametrize("effort", CHEAP)
@pytest.mark.parametrize("count", [2, 16, 100])
def test_the_same_picture_keeps_its_palette(
    picture: Bytes, count: int, effort: str, space: str
) -> None:
    options: dict[str, Any] = {"effort": effort, "space": space}
    before = pc.find_palette(picture, count, **options)
    again = pc.find_palette(picture, count, start=before, **options)
    assert moved(again, before) <= count // 50


@pytest.mark.parametrize("space", ["srgb", "oklab"])
def test_another_picture_gets_colours_of_its_own(
    small_photo: Bytes, flower: Bytes, space: str
) -> None:
    for count in (4, 16, 64):
        start = pc.find_palette(flower, count, space=space)
        kept = pc.find_palette(small_photo, count, start=start, space=space)
        fresh = pc.find_palette(small_photo, count, space=space)
        errors = [image_error(small_photo, p.colors, space) for p in (kept, fresh, start)]
        assert errors[0] < 1.1 * errors[1]
        assert errors[2] > 2 * errors[1]


@given(rgb=colors(20), seed=SEEDS, count=st.integers(1, 20), given_count=st.integers(1, 30))
def test_what_stays_keeps_its_index(rgb: Bytes, seed: int, count: int, given_count: int) -> None:
    start = np.random.default_rng(seed).permutation(rgb)[:given_count]
    kept = pc.find_palette(rgb, count, start=start, effort="fast")
    before = [tuple(color) for color in start.tolist()]
    for index, color in enumerate(kept):
        if color in before[:count]:
            assert color == before[index] or kept.hex.count(kept.hex[index]) > 1
            assert before[index] == color
    assert min(len(start), count) <= len(kept) <= count
    assert np.array_equal(
        pc.quantize(rgb, count, start=start, effort="fast").indices,
        pc.map_pixels(rgb, kept).indices,
    )


@pytest.mark.parametrize("space", list(SPACES))
@given(rgb=colors(20), seed=SEEDS, count=st.integers(1, 30), good=st.booleans())
@settings(max_examples=20)
def test_it_is_never_worse_than_the_palette_it_began_with(
    rgb: Bytes, seed: int, count: int, good: bool, space: str
) -> None:
    random = np.random.default_rng(seed)
    start = random.integers(0, 256, (random.integers(1, count + 1), 3)).astype(np.uint8)
    if good:
        found = pc.find_palette(rgb, count, space=space, effort="high").colors[: len(start) - 1]
        start[: len(found)] = found
    errors = [image_error(rgb, start, space)]
    for effort in CHEAP:
        options: dict[str, Any] = {"space": space, "effort": effort, "keep_exact": 0}
        kept = pc.find_palette(rgb, count, start=start, **options)
        errors.append(image_error(rgb, kept.colors, space))
    assert all(later <= earlier * NEARLY for earlier, later in pairwise(errors))


# More entries, fewer entries, places


@pytest.mark.parametrize("effort", CHEAP)
def test_a_palette_that_is_too_small_gets_more_behind(small_photo: Bytes, effort: str) -> None:
    before = pc.find_palette(small_photo, 8)
    kept = pc.find_palette(small_photo, 16, start=before, effort=effort)
    assert len(kept) == 16
    # Some have lost half their clusters, and go to the middle of the rest; the others stay.
    assert 1 <= moved(pc.Palette(kept.colors[:8]), before) <= 6
    fresh = pc.find_palette(small_photo, 16, effort=effort)
    errors = [image_error(small_photo, palette.colors) for palette in (kept, fresh)]
    assert errors[0] < 1.1 * errors[1]


def test_of_a_palette_that_is_too_large_those_go_that_are_missed_least(
    small_photo: Bytes,
) -> None:
    good = pc.find_palette(small_photo, 8)
    useless = np.array([[255, 0, 255], [0, 255, 0]], np.uint8)
    start = np.concatenate([good.colors[:4], useless[:1], good.colors[4:], useless])
    kept = pc.find_palette(small_photo, 8, start=start)
    assert set(kept.hex) == set(good.hex)
    assert kept.hex[:4] == good.hex[:4]
    assert kept.hex[5:] == good.hex[4:7]
    # The one whose place is gone has that of the one that went.
    assert kept.hex[4] == good.hex[7]


def test_entries_of_no_use_stay_where_nothing_needs_their_place() -> None:
    few = np.array([[0, 0, 0], [255, 0, 0]], np.uint8)
    start = [[0, 255, 0], [255, 0, 0], [9, 9, 9], [0, 0, 255]]
    kept = pc.quantize(few, 4, start=start)
    assert kept.palette.hex == ("#00ff00", "#ff0000", "#000000", "#0000ff")
    assert kept.indices.tolist() == [2, 1]


def test_of_equal_entries_one_serves(small_photo: Bytes) -> None:
    good = pc.find_palette(small_photo, 7)
    start = np.concatenate([good.colors[:1], good.colors])
    kept = pc.find_palette(small_photo, 8, start=start)
    assert len(set(kept.hex)) == 8
    assert kept.hex[0] == good.hex[0]


def test_locked_colours_come_before_the_earlier_palette(small_photo: Bytes) -> None:
    before = pc.find_palette(small_photo, 16)
    kept = pc.find_palette(
        small_photo, 16, start=before, locked=["#ff00ff@3", before.hex[9], "#00ff00"]
    )
    assert kept.hex[3] == "#ff00ff"
    assert kept.hex[9] == before.hex[9]
    assert "#00ff00" in kept.hex
    assert moved(kept, before) <= 5


def test_an_earlier_palette_is_moved_to_the_grid(small_photo: Bytes) -> None:
    before = pc.find_palette(small_photo, 16, grid="rgb444")
    assert pc.find_palette(small_photo, 16, grid="rgb444", start=before) == before
    free = pc.find_palette(small_photo, 16)
    kept = pc.find_palette(small_photo, 16, grid="rgb444", start=free)
    assert not (kept.colors % 17).any()


def test_an_earlier_palette_leaves_room_for_transparency(cutout: Bytes) -> None:
    before = pc.find_palette(cutout, 256)
    start = np.concatenate([before.colors[:4], np.full((300, 3), 77)])
    kept = pc.quantize(cutout, 256, start=start)
    assert len(kept.palette) == 255
    assert np.array_equal(kept.palette.colors[:4], before.colors[:4])


# What is refused


@pytest.mark.parametrize(
    ("start", "words"),
    [
        ([], "`start` has no colours"),
        (pc.Palette([]), "`start` has no colours"),
        ("out.gpl", "`start` is not a palette"),
        ([[1, 2]], "`start` is not a palette.*shape"),
        ([[1, 2, 300]], "`start` is not a palette"),
        (7, "`start` is not a palette"),
    ],
)
def test_invalid_values_are_refused(small_photo: Bytes, start: Any, words: str) -> None:
    for function in (pc.quantize, pc.find_palette):
        with pytest.raises(pc.OptionError, match=words):
            function(small_photo, 16, start=start)


@pytest.mark.parametrize("init", tuple(INITIALIZATIONS)[1:])
def test_a_start_is_the_first_guess(small_photo: Bytes, init: str) -> None:
    with pytest.raises(pc.OptionError, match=r"^`init=.*` cannot be combined with `start`"):
        pc.find_palette(small_photo, 16, start=[[0, 0, 0]], init=init)


# The part that decides

CORNERS = np.array([[20.0, 20, 20], [20, 20, 220], [20, 220, 20], [220, 20, 20]])


def kept_of(places: Any, weights: Any, start: Any, entries: int) -> tuple[Bytes, Bytes]:
    """Return what stays, and the places of what is free, rounded."""
    points = Points.from_histogram(
        ReducedHistogram(np.array(places, float), np.array(weights, float))
    )
    kept = retain_entries(points, np.array(start, np.uint8), entries, FeasibleSet())
    free = kept.centers[kept.feasible.locked_count :]
    return kept.feasible.locked, np.rint(free).astype(np.uint8)


def test_an_entry_goes_if_its_mean_is_better_by_a_tenth_of_an_entrys_error() -> None:
    # Pairs around the corners, the first with an entry beside its mean.
    offset = np.array([5, 0, 0])
    places = np.concatenate([CORNERS - offset, CORNERS + offset])
    share = 25.0 * 4  # the error of each cluster around its mean, in all of them
    for beside, goes in ((1, False), (2, True)):
        start = CORNERS.copy()
        start[0, 1] += beside
        worth = 0.1 * (share + beside**2) / 4
        assert (beside**2 > worth) == goes
        stays, free = kept_of(places, np.ones(8), start, 4)
        assert len(free) == goes
        assert len(stays) == 4 - goes
        if goes:
            assert free.tolist() == CORNERS[:1].tolist()


def test_of_two_entries_that_can_stand_for_each_other_one_stays() -> None:
    # Both cost next to nothing, but not together; and there is work for two.
    places = np.vstack([CORNERS, [[220, 220, 220], [220, 220, 20]]])
    start = np.vstack([CORNERS, [[20, 21, 20]]])
    stays, free = kept_of(places, np.ones(6), start, 5)
    assert np.abs(stays.astype(int) - CORNERS[0]).max(axis=1).min() <= 1
    assert len(free) >= 1
