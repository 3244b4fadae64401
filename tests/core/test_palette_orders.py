from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES, sort_by_luminance
from palette_core.design import METHODS
from palette_core.ordering import BY_COLOR, BY_PIXEL, ORDERS

from .reference_metrics import oklab
from .strategies import SEEDS, colors, images

DITHERED = pytest.mark.parametrize("dither", ["none", "floyd-steinberg", "blue-noise"])


def visible(quantized: pc.Quantized) -> list[int]:
    """List the entries of the opaque pixels, row by row."""
    every = np.ones(quantized.indices.shape, np.bool_)
    found: list[int] = quantized.indices[
        every if quantized.opaque is None else quantized.opaque
    ].tolist()
    return found


def walked(rgb: Bytes) -> float:
    return float(np.linalg.norm(np.diff(oklab(rgb), axis=0), axis=1).sum())


# Of a quantized picture


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("wanted", ORDERS)
@given(pixels=images(channels=4), count=st.integers(1, 40))
@settings(max_examples=8)
def test_every_order_is_a_permutation_and_the_same_picture(
    wanted: str, method: str, pixels: Bytes, count: int
) -> None:
    usual = pc.quantize(pixels, count, method=method)
    other = pc.quantize(pixels, count, method=method, order=wanted)
    assert sorted(other.palette) == sorted(usual.palette)
    assert np.array_equal(other.to_array(), usual.to_array())
    assert other.opaque is None or not other.indices[~other.opaque].any()


@DITHERED
@pytest.mark.parametrize("wanted", ORDERS)
@pytest.mark.parametrize("space", ["srgb", "oklab"])
def test_orders_keep_dithered_images(picture: Bytes, wanted: str, dither: str, space: str) -> None:
    options: dict[str, Any] = {"dither": dither, "space": space}
    usual = pc.quantize(picture, 20, **options)
    other = pc.quantize(picture, 20, order=wanted, **options)
    assert sorted(other.palette) == sorted(usual.palette)
    assert np.array_equal(other.to_array(), usual.to_array())
    assert pc.find_palette(picture, 20, order=wanted, **options) == other.palette


@pytest.mark.parametrize("method", METHODS)
def test_unless_told_otherwise_it_is_from_dark_to_light_or_that_of_the_clusters(
    picture: Bytes, method: str
) -> None:
    usual = pc.quantize(picture, 9, method=method)
    kept, sorted_ = (pc.quantize(picture, 9, method=method, order=o) for o in ("kept", "luminance"))
    assert usual.palette == kept.palette
    assert np.array_equal(usual.indices, kept.indices)
    assert np.array_equal(sorted_.palette.colors, sort_by_luminance(usual.palette.colors))
    assert (sorted_.palette == usual.palette) == (method != "sklearn-kmeans")


@DITHERED
def test_popularity_counts_the_pixels_of_the_result(picture: Bytes, dither: str) -> None:
    found = pc.quantize(picture, 20, dither=dither, order="popularity")
    pixels = visible(found)
    counted = [pixels.count(entry) for entry in range(len(found.palette))]
    assert counted == sorted(counted, reverse=True)
    assert len(set(counted)) > 5


@DITHERED
def test_appearance_is_the_order_in_which_the_pixels_meet_the_entries(
    picture: Bytes, dither: str
) -> None:
    found = pc.quantize(picture, 20, dither=dither, order="appearance")
    met = list(dict.fromkeys(visible(found)))
    assert met == list(range(len(met)))
    assert len(met) > 10


@given(pixels=images(channels=4), palette=colors(1, 60))
def test_a_mapped_picture_is_sorted_by_its_pixels(pixels: Bytes, palette: Bytes) -> None:
    mapped = pc.map_pixels(pixels, pc.Palette(palette, [f"{i}" for i in range(len(palette))]))
    pixels_of = visible(mapped)
    unused = [str(i) for i in range(len(palette)) if i not in pixels_of]
    by_place = mapped.sorted("appearance").palette.names
    by_count = mapped.sorted("popularity").palette.names
    assert by_place[: len(palette) - len(unused)] == tuple(str(i) for i in dict.fromkeys(pixels_of))
    counted = [pixels_of.count(int(name)) for name in by_count]
    assert counted == sorted(counted, reverse=True)
    for names in (by_place, by_count):
        last = names[len(palette) - len(unused) :]
        assert sorted(last) == sorted(unused)
        dark_first = sort_by_luminance(palette[[int(name) for name in last]])
        assert np.array_equal(palette[[int(name) for name in last]], dark_first)


@pytest.mark.parametrize("order", BY_PIXEL)
def test_a_palette_is_ordered_by_the_pixels_of_adaptive_dithering(
    small_photo: Bytes, order: str
) -> None:
    everywhere: dict[str, Any] = {"dither": "floyd-steinberg", "order": order}
    adaptive = {**everywhere, "dither_adaptive": True}
    found = pc.find_palette(small_photo, 64, **adaptive)
    assert found == pc.quantize(small_photo, 64, **adaptive).palette
    assert found != pc.find_palette(small_photo, 64, **everywhere)


def test_a_large_image_is_sorted_by_all_its_pixels() -> None:
    entries = np.random.default_rng(4).permutation(200).astype(np.uint8)
    lengths = np.random.default_rng(5).permutation(np.arange(900, 1100))
    indices = np.repeat(entries, lengths).reshape(100, -1)  # some 200,000 pixels in runs
    palette = pc.Palette(np.repeat(np.arange(200, dtype=np.uint8)[:, np.newaxis], 3, axis=1))
    mapped = pc.map_pixels(palette.colors[indices], palette)
    levels = {name: mapped.sorted(name).palette.colors[:, 0] for name in BY_PIXEL}
    assert np.array_equal(levels["appearance"], entries)
    assert np.array_equal(levels["popularity"], entries[np.argsort(-lengths)])


@pytest.mark.parametrize("wanted", ORDERS)
def test_sorting_a_quantized_picture_is_what_the_option_does(drawn: Bytes, wanted: str) -> None:
    sorted_after = pc.quantize(drawn, 12).sorted(wanted)
    sorted_before = pc.quantize(drawn, 12, order=wanted)
    assert sorted_after.palette == sorted_before.palette
    assert np.array_equal(sorted_after.indices, sorted_before.indices)


def test_loose_colours_have_an_order_by_pixels_unless_they_are_to_be_dithered() -> None:
    loose = np.array([[9, 9, 9], [0, 0, 0], [9, 9, 9], [0, 0, 200]], np.uint8)
    assert pc.find_palette(loose, order="appearance").hex == ("#090909", "#000000", "#0000c8")
    assert pc.find_palette(loose, order="popularity").hex == ("#090909", "#000000", "#0000c8")
    with pytest.raises(pc.PixelsError, match="a list of colours"):
        pc.find_palette(loose, order="popularity", dither="atkinson")


def test_nothing_opaque_has_an_order_too() -> None:
    mapped = pc.map_pixels(np.zeros((2, 2, 4), np.uint8), [[9, 9, 9], [0, 0, 0]])
    for wanted in BY_PIXEL:
        assert mapped.sorted(wanted).palette.hex == ("#000000", "#090909")


def test_an_order_that_there_is_not(drawn: Bytes) -> None:
    with pytest.raises(pc.OptionError, match="`order` cannot be 'size'; use one of: kept"):
        pc.quantize(drawn, 3).sorted("size")


def test_the_documentation_lists_every_order() -> None:
    for function, orders in ((pc.Palette.sorted, BY_COLOR), (pc.Quantized.sorted, ORDERS)):
        listed = ", ".join(f'"{name}"' for name in orders)
        assert f"order : {{{listed}}}" in (function.__doc__ or "")


# By colour


@pytest.mark.parametrize("wanted", [name for name in BY_COLOR if name != "kept"])
@given(palette=colors(0, 80), seed=SEEDS)
def test_the_colours_alone_have_a_say(wanted: str, palette: Bytes, seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(palette)
    one, other = (pc.Palette(found).sorted(wanted).colors for found in (palette, shuffled))
    assert np.array_equal(one, other)
    assert sorted(one.tolist()) == sorted(palette.tolist())


@pytest.mark.parametrize("wanted", BY_COLOR)
def test_names_go_with_their_colours_and_equal_ones_keep_their_order(wanted: str) -> None:
    rgb = [[9, 9, 9], [200, 0, 0], [9, 9, 9], [0, 0, 90], [9, 9, 9]]
    given_palette = pc.Palette(rgb, ["a", "b", "c", "d", "e"], "Five", 3)
    found = given_palette.sorted(wanted)
    assert dict(zip("abcde", rgb, strict=True)) == {
        name: list(color) for name, color in zip(found.names, found, strict=True)
    }
    assert [name for name in found.names if name in "ace"] == ["a", "c", "e"]
    assert (found.name, found.columns) == ("Five", 3)


def test_hue_has_greys_first_and_then_the_rainbow() -> None:
    rainbow = ["ff0000", "ff8000", "ffff00", "00ff00", "00ffff", "0000ff", "8000ff", "ff00ff"]
    greys = ["000000", "404040", "83807f", "ffffff"]
    by_hand = [list(bytes.fromhex(color)) for color in greys + rainbow]
    for seed in range(20):
        shuffled = np.random.default_rng(seed).permutation(by_hand)
        assert pc.Palette(shuffled).sorted("hue").colors.tolist() == by_hand


@given(palette=colors(1, 100))
def test_hue_rises(palette: Bytes) -> None:
    _, a, b = oklab(pc.Palette(palette).sorted("hue").colors).T
    grey = np.hypot(a, b) < 0.02
    greys = int(grey.sum())
    assert grey[:greys].all()
    angles = np.arctan2(b, a)[greys:]
    assert (np.diff(np.where(angles < 0, angles + 2 * np.pi, angles)) >= -1e-9).all()


@given(palette=colors(1, 80))
def test_a_tour_starts_at_the_darkest_and_is_no_longer_than_from_dark_to_light(
    palette: Bytes,
) -> None:
    toured, dark_first = (
        pc.Palette(palette).sorted(wanted).colors for wanted in ("tour", "luminance")
    )
    assert np.array_equal(toured[0], dark_first[0])
    assert walked(toured) <= walked(dark_first) + 1e-6


def test_a_tour_of_a_photo_is_clearly_shorter(photo: Bytes) -> None:
    found = pc.find_palette(photo, 64, effort="fast")
    assert walked(found.sorted("tour").colors) < 0.8 * walked(found.colors)


@pytest.mark.parametrize("wanted", ["popularity", "appearance", "", None, 3, ["hue"]])
def test_a_palette_alone_has_no_pixels_to_go_by(wanted: Any) -> None:
    with pytest.raises(pc.OptionError, match="use one of: kept, luminance, hue, tour"):
        pc.Palette([[0, 0, 0]]).sorted(wanted)


# Merging


@given(palette=colors(0, 80), tolerance=st.sampled_from([0, 0.5, 2.3, 10.0, 60, 100]))
def test_no_two_entries_of_a_merged_palette_are_near(palette: Bytes, tolerance: float) -> None:
    merged = pc.Palette(palette).merged(tolerance).colors
    lab = SPACES["cielab"].from_srgb(merged).astype(np.float64) / SPACES["cielab"].scale
    apart = np.linalg.norm(lab[:, np.newaxis] - lab, axis=-1)
    assert (apart[~np.eye(len(lab), dtype=np.bool_)] > tolerance).all()
    # And whatever has gone was near to one of them.
    gone = SPACES["cielab"].from_srgb(palette).astype(np.float64) / SPACES["cielab"].scale
    nearest = np.linalg.norm(gone[:, np.newaxis] - lab, axis=-1).min(axis=1, initial=np.inf)
    assert (nearest <= tolerance + 1e-9).all()


def test_the_first_of_a_group_stands_for_it_with_its_name() -> None:
    rgb = [[200, 0, 0], [0, 0, 0], [201, 0, 0], [1, 1, 1], [0, 0, 0], [255, 255, 255]]
    palette = pc.Palette(rgb, ["a", "b", "c", "d", "e", "f"], "Six", 2)
    assert palette.merged(0).names == ("a", "b", "c", "d", "f")
    merged = palette.merged(2)
    assert merged == pc.Palette([rgb[0], rgb[1], rgb[5]], ["a", "b", "f"], "Six", 2)


def test_the_unit_is_that_of_cielab() -> None:
    # L* is 53.585 for #808080 and 53.193 for #7f7f7f by the CIE's formula; neither has any chroma.
    greys = pc.Palette([[128, 128, 128], [127, 127, 127]])
    assert len(greys.merged(0.38)) == 2
    assert len(greys.merged(0.41)) == 1
    assert len(pc.Palette([[0, 0, 0], [255, 255, 255]]).merged(99.9)) == 2


@pytest.mark.parametrize("tolerance", [-0.1, 100.1, float("nan"), "2", None, True])
def test_a_tolerance_that_is_none(tolerance: Any) -> None:
    with pytest.raises(pc.OptionError, match=r"`tolerance` must be a number from 0 to 100, not "):
        pc.Palette([[0, 0, 0]]).merged(tolerance)


# Unused entries


@given(pixels=images(channels=4), palette=colors(1, 256))
def test_without_unused_entries_the_picture_is_the_same(pixels: Bytes, palette: Bytes) -> None:
    mapped = pc.map_pixels(pixels, pc.Palette(palette, [str(i) for i in range(len(palette))]))
    left = mapped.without_unused()
    assert np.array_equal(left.to_array(), mapped.to_array())
    assert left.palette.names == tuple(str(i) for i in sorted(set(visible(mapped))))
    assert left.palette.colors.tolist() == [
        palette[int(name)].tolist() for name in left.palette.names
    ]
    assert left.opaque is None or not left.indices[~left.opaque].any()


def test_where_nothing_is_opaque_one_entry_stays() -> None:
    hidden = np.zeros((2, 2, 4), np.uint8)
    left = pc.map_pixels(hidden, [[9, 9, 9], [0, 0, 0]]).without_unused()
    assert left.palette.hex == ("#090909",)
    assert np.array_equal(left.to_array(), hidden)
    assert left.to_image().info["transparency"] == 1


def test_what_is_used_stays_as_it_is(drawn: Bytes) -> None:
    quantized = pc.quantize(drawn, 8)
    assert quantized.without_unused().palette == quantized.palette
    loose = pc.map_pixels(np.array([[9, 9, 9]], np.uint8), [[0, 0, 0], [9, 9, 9]]).without_unused()
    assert (loose.palette.hex, loose.indices.tolist()) == (("#090909",), [0])
