"""What the preview computes, apart from its widgets: what is seen, and what it costs."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import palette_core as pc
from engine import costs
from engine.costs import LossMap
from engine.drawing import Painter
from engine.raster import Raster, faded, over_checks
from engine.squares import frame, square
from palette_core.arrays import Bytes
from palette_core.metrics import differences
from ui.scene import Scene
from ui.viewport import CLOSEST, Viewport

SIDES = st.integers(1, 5000)
SIZES = st.tuples(SIDES, SIDES)


def noise(height: int, width: int, channels: int = 3, seed: int = 0) -> Bytes:
    shape = height, width, channels
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


# Viewports


@given(picture=SIZES, window=SIZES)
def test_a_fitted_picture_is_seen_whole_and_in_the_middle(
    picture: tuple[int, int], window: tuple[int, int]
) -> None:
    view = Viewport.fit(picture, window)
    left, top, right, bottom = view.box
    assert 0 <= left < right <= window[0]
    assert 0 <= top < bottom <= window[1]
    assert abs(left - (window[0] - right)) <= 1
    assert abs(top - (window[1] - bottom)) <= 1
    assert not view.can_move
    touches = right - left >= window[0] - 1 or bottom - top >= window[1] - 1
    assert touches or (view.zoom >= 1 and view.zoom == int(view.zoom))


@given(
    picture=SIZES,
    window=st.tuples(st.integers(50, 900), st.integers(50, 900)),
    share=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    steps=st.lists(st.sampled_from([-1, 1, 2]), max_size=12),
)
def test_zooming_keeps_what_is_under_the_pointer(
    picture: tuple[int, int],
    window: tuple[int, int],
    share: tuple[float, float],
    steps: list[int],
) -> None:
    view = Viewport.fit(picture, window)
    pointer = share[0] * window[0], share[1] * window[1]
    for step in steps:
        before, view = view, view.stepped(step, pointer)
        assert view.zoom <= max(CLOSEST, Viewport.fit(picture, window).zoom)
        kept = zip(before.at(*pointer), view.at(*pointer), picture, window, strict=True)
        for axis, (was, now, length, side) in enumerate(kept):
            middle = view.center[axis]
            half = side / 2 / view.zoom
            at_an_end = middle <= half + 1e-6 or middle >= length - half - 1e-6
            # The picture's corner is on whole pixels of the screen, before and after.
            assert at_an_end or abs(was - now) <= 0.5 / view.zoom + 0.5 / before.zoom + 1e-6


@given(picture=SIZES, window=SIZES, moves=st.lists(st.tuples(st.integers(-900, 900), SIDES)))
def test_a_picture_cannot_be_moved_out_of_the_window(
    picture: tuple[int, int], window: tuple[int, int], moves: list[tuple[int, int]]
) -> None:
    view = Viewport.fit(picture, window).zoomed(2.0)
    for move in moves:
        view = view.moved(*move)
    for length, start, end, side in zip(picture, view.box[:2], view.box[2:], window, strict=True):
        assert end - start == min(side, 2 * length)


def test_stepping_out_ends_where_all_is_seen() -> None:
    view = Viewport.fit((4000, 3000), (640, 480))
    closer = view.stepped(3)
    assert closer.zoom == pytest.approx(1 / 3)
    assert closer.stepped(-9) == view
    assert view.stepped(99).zoom == CLOSEST
    assert closer.resized((300, 300)).zoom == closer.zoom
    assert view.resized((320, 240)) == Viewport.fit((4000, 3000), (320, 240))


# Rasters


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("zoom", [1, 2, 3, 16])
def test_enlarged_pixels_are_squares(channels: int, zoom: int) -> None:
    pixels = noise(40, 50, channels)
    view = Viewport((50, 40), (64, 48), float(zoom), (25.0, 20.0), fitted=False)
    shown = Raster.of_pixels(pixels).show(view)
    left, top, right, bottom = view.box
    assert shown.shape == (bottom - top, right - left, 4)
    for y, x in itertools.product(range(0, bottom - top, 7), range(0, right - left, 7)):
        column, row = view.at(left + x + 0.5, top + y + 0.5)
        assert shown[y, x, :channels].tolist() == pixels[int(row), int(column)].tolist()


def test_shrunk_pixels_are_means() -> None:
    pixels = noise(480, 640)
    shown = Raster.of_pixels(pixels).show(Viewport.fit((640, 480), (160, 120)))
    means = pixels.reshape(120, 4, 160, 4, 3).mean(axis=(1, 3))
    assert np.abs(shown[..., :3] - means).max() <= 1
    assert (shown[..., 3] == 255).all()


def test_large_pictures_are_shrunk_by_their_levels_to_about_the_same() -> None:
    pixels = np.repeat(np.repeat(noise(120, 160), 16, axis=0), 16, axis=1)
    raster = Raster.of_pixels(pixels)
    for window in ((160, 120), (320, 240), (480, 360)):
        view = Viewport.fit((2560, 1920), window)
        shown = raster.show(view)
        factor = 2560 // window[0]
        if 2560 % window[0]:
            continue
        means = pixels.reshape(window[1], factor, window[0], factor, 3).mean(axis=(1, 3))
        assert np.abs(shown[..., :3] - means).max() <= 2


def test_transparent_pixels_do_not_bleed_into_means() -> None:
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[::2] = (200, 100, 50, 255)
    pixels[1::2, :, :3] = (0, 255, 0)  # of no alpha
    shown = Raster.of_pixels(pixels).show(Viewport.fit((64, 64), (32, 32)))
    assert np.abs(shown[..., :3] - np.array([200.0, 100, 50])).max() <= 2
    assert np.abs(shown[..., 3] - 127.5).max() <= 1


@pytest.mark.parametrize("window", [(30, 20), (60, 40), (400, 300)])
def test_a_quantized_picture_is_shown_as_its_array(window: tuple[int, int]) -> None:
    pixels = noise(40, 60, 4)
    quantized = pc.quantize(pixels, 5)
    view = Viewport.fit((60, 40), window)
    found = Raster.of_quantized(quantized).show(view)
    np.testing.assert_array_equal(found, Raster.of_pixels(quantized.to_array()).show(view))


def test_highlighting_leaves_one_entry_as_it_is() -> None:
    quantized = pc.quantize(noise(40, 60), 5)
    view = Viewport.fit((60, 40), (60, 40))
    plain = Raster.of_quantized(quantized).show(view)
    found = Raster.of_quantized(quantized, 2).show(view)
    same = (found == plain).all(axis=-1)
    np.testing.assert_array_equal(same, quantized.indices == 2)


def test_faded_colours_are_grey_and_far_from_the_one_that_is_kept() -> None:
    colors = np.array([[0, 0, 0], [255, 255, 255], [200, 30, 40], [10, 20, 30]], np.uint8)
    for kept in range(len(colors)):
        found = faded(colors, kept)
        others = np.delete(found, kept, axis=0)
        assert (found[kept] == colors[kept]).all()
        assert (np.ptp(others, axis=1) == 0).all()
        light = colors[kept] @ (0.299, 0.587, 0.114)
        assert np.abs(others.astype(int) - light).min() > 60


# Scenes


def test_a_line_divides_original_and_result() -> None:
    dark, light = np.zeros((30, 40, 3), np.uint8), np.full((30, 40, 3), 255, np.uint8)
    view = Viewport.fit((40, 30), (80, 60))
    scene = Scene(Raster.of_pixels(dark), Raster.of_pixels(light), split=0.25)
    found = Painter().pixels(scene, view, 1, None)
    line = scene.line(view)
    assert line == 20
    assert (found[0, : line - 1, :3] == 0).all()
    assert (found[0, line + 3 :, :3] == 255).all()
    assert (found[..., 3] == 255).all()
    for changes in ({"mode": "original"}, {"peeking": True}, {"result": None}):
        shown = Painter().pixels(dataclasses.replace(scene, **changes), view, 1, None)
        assert (shown[..., :3] == 0).all(), changes


def test_outside_the_picture_there_is_nothing() -> None:
    scene = Scene(Raster.of_pixels(np.full((10, 30, 3), 200, np.uint8)))
    view = Viewport.fit((30, 10), (60, 60))
    found = Painter().pixels(scene, view, 1, None)
    left, top, right, bottom = view.box
    assert (found[top:bottom, left:right] == (200, 200, 200, 255)).all()
    found[top:bottom, left:right] = 0
    assert not found.any()


def test_transparent_pixels_are_on_checks() -> None:
    scene = Scene(Raster.of_pixels(np.zeros((32, 32, 4), np.uint8)))
    found = Painter().pixels(scene, Viewport.fit((32, 32), (32, 32)), 1, None)
    assert set(np.unique(found[..., 0]).tolist()) == {0x66, 0x99}


def test_a_loss_map_lies_where_it_belongs() -> None:
    scene = Scene(Raster.of_pixels(np.full((40, 40, 3), 255, np.uint8)), mode="loss")
    loss = np.full((10, 10, 4), 255, np.uint8)
    loss[..., 1] = 0
    scene.loss = LossMap(loss, (10.0, 20.0, 20.0, 30.0), 1.0)
    found = Painter().pixels(scene, Viewport.fit((40, 40), (80, 80)), 1, None)
    there = (found == (255, 0, 255, 255)).all(axis=-1)
    expected = np.zeros((80, 80), bool)
    expected[40:60, 20:40] = True
    np.testing.assert_array_equal(there, expected)


# Swatches


@pytest.mark.parametrize("side", [11, 16, 22, 33, 44])
def test_the_corner_of_a_locked_square_is_cut_off(side: int) -> None:
    down, across = np.ogrid[:side, :side]
    far = (down + side - 1 - across) / side
    expected = np.full((side, side, 4), (1, 2, 254, 255), np.uint8)
    assert square("#0102fe", side, locked=False) == expected.tobytes()
    expected[far < 0.5] = (0, 0, 0, 255)
    expected[far < 0.36] = (255, 255, 255, 255)
    assert square("#0102fe", side, locked=True) == expected.tobytes()


@pytest.mark.parametrize(("side", "scale"), [(11, 1), (22, 1), (44, 2)])
def test_the_transparent_square_is_of_the_canvas_checks(side: int, scale: int) -> None:
    expected = np.zeros((side, side, 4), np.uint8)
    over_checks(expected, (0, 0), scale)
    assert square(None, side, locked=False) == expected.tobytes()


def test_a_frame_leaves_the_inside_alone() -> None:
    pixels = square("#0102fe", 9, locked=False)
    frame(pixels, 9, 1, 2, 7)
    drawn = np.frombuffer(bytes(pixels), np.uint8).reshape(9, 9, 4)
    framed = (drawn == (7, 7, 7, 255)).all(axis=-1)
    expected = np.zeros((9, 9), bool)
    expected[1:8, 1:8] = True
    expected[3:6, 3:6] = False
    np.testing.assert_array_equal(framed, expected)


# Costs


@pytest.mark.parametrize("channels", [3, 4])
def test_costs_are_those_of_compare(channels: int) -> None:
    pixels = noise(90, 120, channels)
    quantized = pc.quantize(pixels, 6, dither="floyd-steinberg")
    found = costs.measure(pixels, quantized)
    expected = pc.compare(pixels, quantized.to_array())
    assert found.mse == pytest.approx(expected.mse, rel=1e-12)
    assert found.psnr == pytest.approx(expected.psnr)
    assert found.delta_e == pytest.approx(expected.delta_e)
    visible = quantized.indices if quantized.opaque is None else quantized.indices[quantized.opaque]
    assert found.pixels == np.bincount(visible.ravel(), minlength=6).tolist()
    assert found.transparent == pixels.shape[0] * pixels.shape[1] - visible.size


def test_the_mean_difference_of_a_large_picture_is_about_that_of_all_pixels() -> None:
    pixels = noise(700, 900)
    quantized = pc.quantize(pixels, 16, effort="fast", dither="bayer-8")
    found = costs.measure(pixels, quantized)
    assert found.delta_e == pytest.approx(pc.compare(pixels, quantized.to_array()).delta_e, abs=0.1)


def test_nothing_opaque_costs_nothing_that_could_be_told() -> None:
    pixels = noise(4, 4, 4)
    pixels[..., 3] = 0
    quantized = pc.map_pixels(pixels, [[0, 0, 0]])
    found = costs.measure(pixels, quantized)
    assert np.isnan([found.mse, found.psnr, found.delta_e]).all()
    assert (found.used, found.transparent) == (0, 16)
    loss = costs.map_losses(pixels, quantized, (0, 0, 4, 4), (4, 4))
    assert not loss.image[..., 3].any()


def test_a_loss_map_at_full_size_shows_the_differences() -> None:
    pixels = noise(30, 40, 4)
    quantized = pc.quantize(pixels, 4)
    found = costs.map_losses(pixels, quantized, (0, 0, 40, 30), (400, 300))
    expected = differences(pixels, quantized.to_array())
    assert found.image.shape == (30, 40, 4)
    assert found.part == (0, 0, 40, 30)
    np.testing.assert_array_equal(found.image[..., 3] == 0, np.isnan(expected))
    light = found.image[..., :3] @ (0.299, 0.587, 0.114)
    shown = ~np.isnan(expected) & (expected < found.highest)
    order = np.argsort(expected[shown])
    # Lightness rises with the loss, but for the rounding of the map's 256 steps.
    assert (np.diff(light[shown][order]) > -6).all()


def test_a_loss_map_of_a_part_is_that_part() -> None:
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:, 32:] = 255
    quantized = pc.map_pixels(pixels, [[0, 0, 0]])
    found = costs.map_losses(pixels, quantized, (16.5, 8.0, 48.0, 40.0), (16, 16))
    assert found.part == (16, 8, 48, 40)
    assert found.image.shape == (16, 16, 4)
    light = found.image[..., :3].sum(axis=-1)
    assert light[:, :8].max() < light[:, 8:].min()
