from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.design import METHODS

from .reference_metrics import are_same, brute_force
from .strategies import SEEDS, colors, images

EVERY_METHOD = pytest.mark.parametrize("method", METHODS)


# The result


@given(pixels=images(), count=st.integers(1, 256))
@settings(max_examples=20)
def test_every_pixel_of_any_picture_gets_its_nearest_entry(pixels: Bytes, count: int) -> None:
    quantized = pc.quantize(pixels, count)
    assert np.array_equal(quantized.indices, brute_force(pixels, quantized.palette.colors))


@EVERY_METHOD
@pytest.mark.parametrize("count", [1, 2, 3, 17, 256])
def test_types_shapes_and_at_most_k_colours(picture: Bytes, method: str, count: int) -> None:
    quantized = pc.quantize(picture, count, method=method)
    result = quantized.to_array()
    assert 1 <= len(quantized.palette) <= count
    assert quantized.indices.dtype == result.dtype == np.uint8
    assert quantized.indices.shape == picture.shape[:2]
    assert quantized.indices.max() < len(quantized.palette)
    assert quantized.opaque is None
    assert np.array_equal(result, quantized.palette.colors[quantized.indices])


@EVERY_METHOD
@given(pixels=images(most_colors=40), extra=st.integers(0, 3))
def test_few_colours_come_back_exactly(method: str, pixels: Bytes, extra: int) -> None:
    unique = np.unique(pixels.reshape(-1, 3), axis=0)
    quantized = pc.quantize(pixels, min(256, len(unique) + extra), method=method)
    assert np.array_equal(quantized.to_array(), pixels)
    assert sorted(quantized.palette) == [tuple(color) for color in unique.tolist()]


@EVERY_METHOD
def test_find_palette_gives_the_palette_of_quantize(picture: Bytes, method: str) -> None:
    options: dict[str, Any] = {"method": method, "seed": 5}
    assert pc.find_palette(picture, 9, **options) == pc.quantize(picture, 9, **options).palette


# The same again


@pytest.mark.parametrize(("method", "effort"), [("kmeans", "best"), ("sklearn-kmeans", "fast")])
def test_the_seed_has_a_say(small_photo: Bytes, method: str, effort: str) -> None:
    palettes = {
        pc.find_palette(small_photo, 64, method=method, effort=effort, seed=seed)
        for seed in range(3)
    }
    assert len(palettes) > 1


# What is the same picture


LAYOUTS: dict[str, Callable[[Bytes], Bytes]] = {
    "Fortran order": np.asfortranarray,
    "every second row and column": lambda p: p.repeat(2, axis=0).repeat(2, axis=1)[::2, ::2],
    "upside down": lambda p: np.ascontiguousarray(p[::-1])[::-1],
    "BGR in memory": lambda p: np.ascontiguousarray(p[..., ::-1])[..., ::-1],
    "planes": lambda p: np.ascontiguousarray(p.transpose(2, 0, 1)).transpose(1, 2, 0),
    "RGB of RGBA": lambda p: np.dstack([p, p[..., :1]])[..., :3],
}


@EVERY_METHOD
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_layout_in_memory_has_no_say(drawn: Bytes, method: str, layout: str) -> None:
    expected = pc.quantize(drawn, 10, method=method)
    assert are_same(pc.quantize(LAYOUTS[layout](drawn), 10, method=method), expected)


@EVERY_METHOD
@pytest.mark.parametrize("name", ["drawn", "cutout"])
def test_the_input_is_never_modified(
    method: str, name: str, request: pytest.FixtureRequest
) -> None:
    pixels = request.getfixturevalue(name).copy()
    before = pixels.copy()
    pc.quantize(pixels, 10, method=method).to_array()[...] = 0
    pc.map_pixels(pixels, [[0, 0, 0], [255, 0, 0]]).indices[...] = 9
    pc.compare(pixels, pixels)
    assert np.array_equal(pixels, before)


# Loose colours


@EVERY_METHOD
@given(loose=colors(5, 60))
@settings(max_examples=10)
def test_loose_colours_are_quantized_but_are_no_image(method: str, loose: Bytes) -> None:
    quantized = pc.quantize(loose, 4, method=method)
    assert quantized.indices.shape == (len(loose),)
    assert quantized.to_array().shape == loose.shape
    with pytest.raises(pc.PixelsError, match=r"a list of colours .* \(H, W, 3\)"):
        quantized.to_image()


# Transparency


@EVERY_METHOD
@given(pixels=images(channels=4), seed=SEEDS)
@settings(max_examples=10)
def test_transparent_pixels_have_no_vote(method: str, pixels: Bytes, seed: int) -> None:
    other = pixels.copy()
    hidden = other[..., 3] == 0
    rng = np.random.default_rng(seed)
    other[hidden, :3] = rng.integers(0, 256, (int(hidden.sum()), 3), dtype=np.uint8)
    one, two = (pc.quantize(p, 6, method=method) for p in (pixels, other))
    assert are_same(one, two)


def test_transparent_pixels_have_index_0_and_are_all_0(cutout: Bytes) -> None:
    quantized = pc.quantize(cutout, 8)
    hidden = cutout[..., 3] < 128
    assert np.array_equal(quantized.opaque, ~hidden)
    assert not quantized.indices[hidden].any()
    result = quantized.to_array()
    assert result.shape == cutout.shape
    assert not result[hidden].any()
    assert (result[~hidden, 3] == 255).all()
    expected = brute_force(cutout[~hidden, :3], quantized.palette.colors)
    assert np.array_equal(quantized.indices[~hidden], expected)


@pytest.mark.parametrize("threshold", [0, 1, 128, 255])
def test_pixels_from_the_alpha_threshold_are_opaque(cutout: Bytes, threshold: int) -> None:
    quantized = pc.quantize(cutout, 8, alpha_threshold=threshold)
    mapped = pc.map_pixels(cutout, quantized.palette, alpha_threshold=threshold)
    found = pc.find_palette(cutout, 8, alpha_threshold=threshold)
    expected = cutout[..., 3] >= threshold
    assert found == quantized.palette
    for result in (quantized, mapped):
        opaque = np.ones_like(expected) if result.opaque is None else result.opaque
        assert np.array_equal(opaque, expected)


@EVERY_METHOD
@pytest.mark.parametrize("function", [pc.quantize, pc.find_palette])
def test_no_opaque_pixel_is_no_picture(function: Callable[..., object], method: str) -> None:
    with pytest.raises(pc.PixelsError, match="every pixel is transparent") as caught:
        function(np.zeros((3, 3, 4), np.uint8), 4, method=method)
    assert "alpha_threshold" in str(caught.value)


def test_256_given_colours_and_transparency_are_one_too_many(cutout: Bytes) -> None:
    grey = np.repeat(np.arange(256)[:, np.newaxis], 3, axis=1)
    quantized = pc.map_pixels(cutout, grey)
    with pytest.raises(pc.PaletteError, match=r"256 colours leave no entry .* at most 255"):
        quantized.to_image()
    assert pc.map_pixels(cutout, grey[:255]).to_image().info["transparency"] == 255


# Given palettes


@given(pixels=images(), palette=colors(1, 256))
def test_a_given_palette_is_kept_as_it_is(pixels: Bytes, palette: Bytes) -> None:
    # Duplicates, unused colours and the order: all of it.
    mapped = pc.map_pixels(pixels, palette)
    assert np.array_equal(mapped.palette.colors, palette)
    assert np.array_equal(mapped.indices, brute_force(pixels, palette))


def test_a_palette_object_keeps_its_names(drawn: Bytes) -> None:
    palette = pc.Palette([[0, 0, 0], [255, 204, 0]], ["Black", "Honey"], "Bee", 2)
    assert pc.map_pixels(drawn, palette).palette == palette


@pytest.mark.parametrize("count", [0, 257])
def test_a_palette_that_cannot_be_mapped_to(count: int) -> None:
    with pytest.raises(pc.PaletteError, match=f"has {count} colours; give one with 1 to 256"):
        pc.map_pixels(np.zeros((1, 1, 3), np.uint8), np.zeros((count, 3), np.uint8))


# Progress

WORK: dict[str, Callable[..., object]] = {
    **{f"quantize, {m}": lambda p, m=m, **o: pc.quantize(p, 5, method=m, **o) for m in METHODS},
    **{f"find_palette, {m}": lambda p, m=m, **o: pc.find_palette(p, 5, method=m, **o)
       for m in METHODS},
    "to a target": lambda p, **o: pc.quantize(p, "auto", target_delta_e=4, **o),
    "to a target, dithered": lambda p, **o: pc.find_palette(
        p, "auto", target_delta_e=4, dither="burkes", **o),
    "map_pixels": lambda p, **o: pc.map_pixels(p, [[0, 0, 0]], **o),
}  # fmt: skip


@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("name", ["drawn", "one colour"])
def test_progress_rises_from_0_to_1(work: str, name: str, request: pytest.FixtureRequest) -> None:
    flat = np.zeros((4, 4, 3), np.uint8)
    reported: list[float] = []
    WORK[work](flat if name == "one colour" else request.getfixturevalue(name),
               progress=reported.append)  # fmt: skip
    assert reported == sorted(reported)
    assert reported[0] == 0.0
    assert reported[-1] == 1.0


@pytest.mark.parametrize("work", WORK)
def test_progress_may_stop_the_work(drawn: Bytes, work: str) -> None:
    class StoppedError(Exception):
        pass

    def stop(_fraction: float) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        WORK[work](drawn, progress=stop)
