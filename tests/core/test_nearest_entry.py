from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES, ColorSpace
from palette_core.mapping.lookup_table import find_unique_colors
from palette_core.mapping.nearest_entry import STEPS_PER_UNIT, NearestEntryFinder
from palette_core.mapping.nearest_srgb import nearest

from .strategies import colors, images

ANY_SPACE = st.builds(
    lambda name, weight: SPACES[name].weighted(weight),
    st.sampled_from(list(SPACES)),
    st.sampled_from([0.1, 0.5, 1.0, 2.0, 10.0]),
)


def distances(
    rgb: Bytes, palette: Bytes, space: ColorSpace
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return distances that include what hues cost neutral colours: (N, K)."""
    points = space.from_srgb(rgb).astype(np.float64)
    squares = np.square(points[:, np.newaxis] - space.from_srgb(palette)).sum(axis=-1)
    finder = NearestEntryFinder(palette, space)
    measure_neutrality = finder.measure_neutrality(np.rint(points.T * STEPS_PER_UNIT))
    costs = np.outer(measure_neutrality, finder.hue_penalties) / STEPS_PER_UNIT**2
    found: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.sqrt(squares + costs)
    return found


@given(rgb=colors(), palette=colors(1, 256), space=ANY_SPACE)
def test_no_entry_is_nearer(rgb: Bytes, palette: Bytes, space: ColorSpace) -> None:
    found = NearestEntryFinder(palette, space).nearest(rgb)
    assert found.dtype == np.uint8
    apart = distances(rgb, palette, space)
    chosen = apart[np.arange(len(rgb)), found]
    # Coordinates are rounded to 1/256 of a unit.
    assert (chosen <= apart.min(axis=1) + 0.02).all()


@given(rgb=colors(), palette=colors(1, 256))
def test_in_srgb_both_ways_agree(rgb: Bytes, palette: Bytes) -> None:
    finder = NearestEntryFinder(palette, SPACES["srgb"])
    assert np.array_equal(finder.nearest_to(SPACES["srgb"].from_srgb(rgb)), nearest(rgb, palette))


@given(palette=colors(1, 256), space=ANY_SPACE)
def test_an_entry_is_nearest_to_itself_and_the_first_of_equal_ones(
    palette: Bytes, space: ColorSpace
) -> None:
    palette = np.concatenate([palette, palette])[:256]
    found = NearestEntryFinder(palette, space).nearest(palette)
    assert np.array_equal(palette[found], palette)
    for index, color in enumerate(palette):
        assert found[index] == np.flatnonzero((palette == color).all(axis=1))[0]


@given(rgb=images(), palette=colors(1, 40), space=ANY_SPACE)
def test_pixels_get_what_their_colours_get(rgb: Bytes, palette: Bytes, space: ColorSpace) -> None:
    finder = NearestEntryFinder(palette, space)
    expected = finder.nearest(rgb.reshape(-1, 3)).reshape(rgb.shape[:2])
    assert np.array_equal(finder.map(rgb), expected)
    assert np.array_equal(finder.map(rgb, find_unique_colors(rgb)), expected)


@pytest.mark.parametrize("name", SPACES)
def test_a_photo_in_blocks(name: str, photo: Bytes) -> None:
    palette = photo[::61, ::83].reshape(-1, 3)
    space = SPACES[name]
    used = find_unique_colors(photo)
    found = NearestEntryFinder(palette, space).nearest(used)
    some = np.arange(0, len(used), 53)
    apart = distances(used[some], palette, space)
    assert (apart[np.arange(len(some)), found[some]] <= apart.min(axis=1) + 0.02).all()
    assert np.array_equal(find_unique_colors(photo), used)
    assert len(np.unique(used, axis=0)) == len(used)


def test_spaces_differ(photo: Bytes) -> None:
    palette = photo[::61, ::83].reshape(-1, 3)
    maps = [NearestEntryFinder(palette, space).map(photo) for space in SPACES.values()]
    maps.append(NearestEntryFinder(palette, SPACES["oklab"].weighted(3)).map(photo))
    assert len({found.tobytes() for found in maps}) == len(maps)
