from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from palette_core.arrays import Bytes, pack
from palette_core.color.spaces import SPACES, ColorSpace
from palette_core.mapping import lookup_table, nearest_srgb
from palette_core.mapping.lookup_table import ColorIndex, find_unique_colors, look_up
from palette_core.mapping.nearest_entry import STEPS_PER_UNIT, NearestEntryFinder
from palette_core.mapping.nearest_srgb import find_nearest_srgb, map_srgb_pixels

from .reference_metrics import brute_force
from .strategies import colors, images

# An algorithm is chosen by the number of pixels: always one, always the other.
ALWAYS, NEVER = 0, 1 << 40
ANY_SPACE = st.builds(
    lambda name, weight: SPACES[name].with_lightness_weight(weight),
    st.sampled_from(list(SPACES)),
    st.sampled_from([0.1, 0.5, 1.0, 2.0, 10.0]),
)


def distances(rgb: Bytes, palette: Bytes, space: ColorSpace) -> NDArray[np.float64]:
    """Return all distances, (N, K), with the hue penalties of neutral colours."""
    points = space.from_srgb(rgb).astype(np.float64)
    squares = np.square(points[:, np.newaxis] - space.from_srgb(palette)).sum(axis=-1)
    finder = NearestEntryFinder(palette, space)
    neutrality = finder.measure_neutrality(np.rint(points.T * STEPS_PER_UNIT))
    return np.sqrt(squares + np.outer(neutrality, finder.hue_penalties) / STEPS_PER_UNIT**2)


@pytest.mark.parametrize("table_min_pixels", [ALWAYS, NEVER])
@given(rgb=images())
def test_a_color_index_returns_the_value_of_every_pixel(table_min_pixels: int, rgb: Bytes) -> None:
    with mock.patch.object(lookup_table, "_INDEX_TABLE_MIN_PIXELS", table_min_pixels):
        index = ColorIndex(rgb)
    assert np.array_equal(index.colors, find_unique_colors(rgb))
    assert len(np.unique(pack(index.colors))) == len(index.colors)

    look_up_rows = index.make_lookup(pack(index.colors))
    rows = slice(len(rgb) // 2, None)
    assert np.array_equal(look_up_rows(rows), pack(rgb[rows]))
    values = np.arange(len(index.colors)) % 7
    found = index.make_lookup(values)(slice(None))
    assert found.dtype == values.dtype
    assert np.array_equal(found, look_up(rgb, index.colors, values))


@pytest.mark.parametrize("height", [7, 2200])
def test_known_colors_may_include_others(height: int) -> None:
    rng = np.random.default_rng(height)
    rgb = rng.integers(0, 256, (height, 500, 3), dtype=np.uint8)
    known = rng.permutation(np.concatenate([find_unique_colors(rgb), 255 - rgb[0]]))
    index = ColorIndex(rgb, np.unique(known, axis=0))
    assert np.array_equal(index.make_lookup(pack(index.colors))(slice(None)), pack(rgb))


@given(colors(), colors(1, 256))
def test_nearest_srgb_entry_is_exact_and_ties_have_the_lowest_index(
    rgb: Bytes, palette: Bytes
) -> None:
    found = find_nearest_srgb(rgb, palette)
    assert found.dtype == np.uint8
    assert np.array_equal(found, brute_force(rgb, palette))


@pytest.mark.parametrize("table_min_pixels", [ALWAYS, NEVER])
@given(rgb=images(), palette=colors(1, 256))
def test_srgb_pixels_are_mapped_with_and_without_their_unique_colors(
    table_min_pixels: int, rgb: Bytes, palette: Bytes
) -> None:
    with mock.patch.object(nearest_srgb, "_TABLE_MIN_PIXELS", table_min_pixels):
        found = map_srgb_pixels(rgb, palette)
    assert found.dtype == np.uint8
    assert np.array_equal(found, brute_force(rgb, palette))


@pytest.mark.parametrize("count", [1, 3, 256])
def test_nearest_srgb_entries_of_several_blocks(count: int) -> None:
    # More rows than one block has, and not a multiple of it.
    rng = np.random.default_rng(count)
    rgb = rng.integers(0, 256, (2 * (1 << 17) // max(count, 16) + 7, 3), dtype=np.uint8)
    palette = rng.integers(0, 256, (count, 3), dtype=np.uint8)
    assert np.array_equal(find_nearest_srgb(rgb, palette), brute_force(rgb, palette))


@given(rgb=colors(), palette=colors(1, 256), space=ANY_SPACE)
def test_no_entry_is_nearer_in_a_space(rgb: Bytes, palette: Bytes, space: ColorSpace) -> None:
    found = NearestEntryFinder(palette, space).find_nearest(rgb)
    assert found.dtype == np.uint8
    apart = distances(rgb, palette, space)
    # Coordinates are rounded to 1/256 of a unit.
    assert (apart[np.arange(len(rgb)), found] <= apart.min(axis=1) + 0.02).all()


@given(rgb=colors(), palette=colors(1, 256))
def test_integer_and_float_search_agree_in_srgb(rgb: Bytes, palette: Bytes) -> None:
    space = SPACES["srgb"]
    found = NearestEntryFinder(palette, space).find_nearest_to_points(space.from_srgb(rgb))
    assert np.array_equal(found, find_nearest_srgb(rgb, palette))


@given(palette=colors(1, 256), space=ANY_SPACE)
def test_an_entry_is_nearest_to_itself_and_the_first_of_equal_ones(
    palette: Bytes, space: ColorSpace
) -> None:
    palette = np.concatenate([palette, palette])[:256]
    found = NearestEntryFinder(palette, space).find_nearest(palette)
    assert np.array_equal(palette[found], palette)
    for index, color in enumerate(palette):
        assert found[index] == np.flatnonzero((palette == color).all(axis=1))[0]


@given(rgb=images(), palette=colors(1, 40), space=ANY_SPACE)
def test_pixels_get_the_entries_of_their_colors(
    rgb: Bytes, palette: Bytes, space: ColorSpace
) -> None:
    finder = NearestEntryFinder(palette, space)
    expected = finder.find_nearest(rgb.reshape(-1, 3)).reshape(rgb.shape[:2])
    assert np.array_equal(finder.find_nearest_of_pixels(rgb), expected)
    assert np.array_equal(finder.find_nearest_of_pixels(rgb, find_unique_colors(rgb)), expected)


@pytest.mark.parametrize("name", SPACES)
def test_nearest_entries_of_a_photo_with_several_blocks(name: str, photo: Bytes) -> None:
    palette = photo[::61, ::83].reshape(-1, 3)
    space = SPACES[name]
    unique_colors = find_unique_colors(photo)
    found = NearestEntryFinder(palette, space).find_nearest(unique_colors)
    sample = np.arange(0, len(unique_colors), 53)
    apart = distances(unique_colors[sample], palette, space)
    assert (apart[np.arange(len(sample)), found[sample]] <= apart.min(axis=1) + 0.02).all()
