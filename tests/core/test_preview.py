"""What a preview computes: image pyramids, the renderer's pixels, metrics and error maps."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.metrics import differences
from palette_core.preview import metrics
from palette_core.preview.geometry import Area, View
from palette_core.preview.image_pyramid import ImagePyramid, fade_colors
from palette_core.preview.recoloring import apply_layer_mask, blend_selection
from palette_core.preview.renderer import (
    ErrorMap,
    Renderer,
    draw_swatches,
    fill_window,
    lay_over_checks,
)
from palette_core.progress import no_progress


def noise(height: int, width: int, channels: int = 3, seed: int = 0) -> Bytes:
    shape = height, width, channels
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def whole_view(image: tuple[int, int], window: tuple[int, int]) -> View:
    """Return the view of a whole image that has the shape of the window."""
    return View(image, window, window[0] / image[0], (image[0] / 2, image[1] / 2))


def test_areas_of_layers_that_reach_over_the_canvas() -> None:
    canvas, layer = Area(0, 0, 10, 8), Area(-3, 5, 6, 7)
    common = layer.intersect(canvas)
    assert common == Area(0, 5, 3, 3)
    assert common.slices_in(layer) == (slice(0, 3), slice(3, 6))
    assert common.slices_in(canvas) == (slice(5, 8), slice(0, 3))
    assert Area(20, 2, 4, 4).intersect(canvas).width == 0


# Pyramids


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("zoom", [1, 2, 3, 16])
def test_enlarged_pixels_are_squares(channels: int, zoom: int) -> None:
    pixels = noise(40, 50, channels)
    origin = 32 - 25 * zoom, 24 - 20 * zoom
    box = max(0, origin[0]), max(0, origin[1]), min(64, 32 + 25 * zoom), min(48, 24 + 20 * zoom)
    view = View((50, 40), (64, 48), zoom, (25, 20))
    assert (view.origin, view.box) == (origin, box)
    shown = ImagePyramid.from_array(pixels).draw(view)
    left, top, right, bottom = box
    assert shown.shape == (bottom - top, right - left, 4)
    for y, x in itertools.product(range(0, bottom - top, 7), range(0, right - left, 7)):
        column, row = (left + x - origin[0]) // zoom, (top + y - origin[1]) // zoom
        assert shown[y, x, :channels].tolist() == pixels[row, column].tolist()


def test_shrunk_pixels_are_means() -> None:
    pixels = noise(480, 640)
    shown = ImagePyramid.from_array(pixels).draw(whole_view((640, 480), (160, 120)))
    means = pixels.reshape(120, 4, 160, 4, 3).mean(axis=(1, 3))
    assert np.abs(shown[..., :3] - means).max() <= 1
    assert (shown[..., 3] == 255).all()


def test_large_images_are_shrunk_by_their_levels_to_about_the_same() -> None:
    pixels = np.repeat(np.repeat(noise(120, 160), 16, axis=0), 16, axis=1)
    pyramid = ImagePyramid.from_array(pixels)
    for window in ((160, 120), (320, 240), (640, 480)):
        shown = pyramid.draw(whole_view((2560, 1920), window))
        factor = 2560 // window[0]
        means = pixels.reshape(window[1], factor, window[0], factor, 3).mean(axis=(1, 3))
        assert np.abs(shown[..., :3] - means).max() <= 2


def test_transparent_pixels_do_not_bleed_into_means() -> None:
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[::2] = (200, 100, 50, 255)
    pixels[1::2, :, :3] = (0, 255, 0)  # of no alpha
    shown = ImagePyramid.from_array(pixels).draw(whole_view((64, 64), (32, 32)))
    assert np.abs(shown[..., :3] - np.array([200.0, 100, 50])).max() <= 2
    assert np.abs(shown[..., 3] - 127.5).max() <= 1


@pytest.mark.parametrize("window", [(30, 20), (60, 40), (360, 240)])
def test_a_quantized_image_is_shown_as_its_array(window: tuple[int, int]) -> None:
    quantized = pc.quantize(noise(40, 60, 4), 5)
    view = whole_view((60, 40), window)
    found = ImagePyramid.from_quantized(quantized).draw(view)
    expected = ImagePyramid.from_array(quantized.to_array()).draw(view)
    np.testing.assert_array_equal(found, expected)


def test_highlighting_leaves_one_entry_as_it_is() -> None:
    quantized = pc.quantize(noise(40, 60), 5)
    view = whole_view((60, 40), (60, 40))
    plain = ImagePyramid.from_quantized(quantized).draw(view)
    found = ImagePyramid.from_quantized(quantized, 2).draw(view)
    np.testing.assert_array_equal((found == plain).all(axis=-1), quantized.indices == 2)


def test_faded_colours_are_grey_and_far_from_the_one_that_is_kept() -> None:
    colors = np.array([[0, 0, 0], [255, 255, 255], [200, 30, 40], [10, 20, 30]], np.uint8)
    for kept in range(len(colors)):
        found = fade_colors(colors, kept)
        others = np.delete(found, kept, axis=0)
        assert (found[kept] == colors[kept]).all()
        assert (np.ptp(others, axis=1) == 0).all()
        luma = colors[kept] @ (0.299, 0.587, 0.114)
        assert np.abs(others.astype(int) - luma).min() > 60


# Recolouring


def test_a_soft_selection_blends_in_linear_light() -> None:
    before = np.array([[[0, 0, 0, 255], [10, 20, 30, 40], [50, 60, 70, 80]]], np.uint8)
    after = np.array([[[255, 255, 255, 255], [90, 80, 70, 60], [1, 2, 3, 4]]], np.uint8)
    found = blend_selection(before, after, np.array([[128, 0, 255]], np.uint8))
    light = 128 / 255
    level = round(255 * (1.055 * light ** (1 / 2.4) - 0.055))
    assert found[0, 0].tolist() == [level, level, level, 255]
    assert found[0, 1].tolist() == before[0, 1].tolist()
    assert found[0, 2].tolist() == after[0, 2].tolist()


def test_a_layer_mask_scales_alpha() -> None:
    pixels = noise(5, 7, 4)
    mask = noise(5, 7, 1, seed=1)[..., 0]
    found = apply_layer_mask(pixels, mask)
    np.testing.assert_array_equal(found[..., :3], pixels[..., :3])
    np.testing.assert_array_equal(found[..., 3], np.rint(pixels[..., 3] / 255 * mask))


# Windows


def test_outside_the_image_there_is_nothing() -> None:
    view = View((30, 10), (60, 60), 2, (15, 5))
    found = fill_window(view, 1, np.full((20, 60, 4), 200, np.uint8))
    assert (found[20:40] == 200).all()
    found[20:40] = 0
    assert not found.any()


def test_a_line_and_a_frame() -> None:
    view = whole_view((40, 30), (80, 60))
    grey = np.full((60, 80, 4), (100, 100, 100, 255), np.uint8)
    found = fill_window(view, 1, grey, line=20, frame=(1, 2, 3))
    assert (found[[0, 1, -2, -1]] == (1, 2, 3, 255)).all()
    assert found[10, 18:24, 0].tolist() == [100, 0, 255, 0, 100, 100]
    assert found[30, 16:26, 0].tolist() == [100, 0, 255, 255, 255, 255, 255, 0, 100, 100]


def test_transparent_pixels_are_on_checks() -> None:
    pyramid = ImagePyramid.from_array(np.zeros((32, 32, 4), np.uint8))
    found = Renderer().draw(whole_view((32, 32), (32, 32)), 1, pyramid)
    assert set(np.unique(found[..., 0]).tolist()) == {0x66, 0x99}


def test_an_error_map_lies_where_it_belongs() -> None:
    original = ImagePyramid.from_array(np.full((40, 40, 3), 255, np.uint8))
    magenta = np.full((10, 10, 4), 255, np.uint8)
    magenta[..., 1] = 0
    error_map = ErrorMap(magenta, (10.0, 20.0, 20.0, 30.0), 1.0)
    view = whole_view((40, 40), (80, 80))
    found = Renderer().draw_error_map(view, 1, original, error_map)
    expected = np.full((80, 80, 4), (85, 85, 85, 255), np.uint8)  # a third of white
    expected[40:60, 20:40] = (255, 0, 255, 255)
    np.testing.assert_array_equal(found, expected)


# Swatches


@pytest.mark.parametrize("side", [11, 16, 22, 33, 44])
def test_the_corner_of_a_locked_swatch_is_cut_off(side: int) -> None:
    rows, columns = np.ogrid[:side, :side]
    from_corner = (rows + side - 1 - columns) / side
    expected = np.full((side, side, 4), (1, 2, 254, 255), np.uint8)
    found = draw_swatches(["#0102fe", "#0102fe"], side, [1], 1)[0]
    np.testing.assert_array_equal(found[0, 1:-1, 1:-1], expected[1:-1, 1:-1])
    expected[from_corner < 0.5] = (0, 0, 0, 255)
    expected[from_corner < 0.36] = (255, 255, 255, 255)
    np.testing.assert_array_equal(found[1, 1:-1, 1:-1], expected[1:-1, 1:-1])


@pytest.mark.parametrize(("color", "outline"), [("#ffffff", 191), ("#000000", 64)])
def test_swatches_are_outlined_in_grey(color: str, outline: int) -> None:
    found = draw_swatches([color], 22, (), 2)[0, 0, ..., 0]
    assert set(found[[0, 1, -2, -1]].ravel().tolist()) == {outline}
    assert set(found[2:-2, 2:-2].ravel().tolist()) == {int(color[1:3], 16)}


@pytest.mark.parametrize(("side", "scale"), [(11, 1), (22, 1), (44, 2)])
def test_the_transparent_swatch_has_the_checks_of_the_canvas(side: int, scale: int) -> None:
    expected = np.zeros((side, side, 4), np.uint8)
    lay_over_checks(expected, (0, 0), scale)
    inside = np.s_[scale:-scale, scale:-scale]
    found = draw_swatches([None], side, (), scale)[0, 0]
    np.testing.assert_array_equal(found[inside], expected[inside])


def test_the_frame_of_a_swatch_leaves_the_inside_alone() -> None:
    plain, framed = draw_swatches(["#0102fe"], 11, (), 2)[:, 0]
    expected = plain.copy()
    expected[:] = (0, 0, 0, 255)
    expected[2:-2, 2:-2] = 255
    expected[4:-4, 4:-4] = plain[4:-4, 4:-4]
    np.testing.assert_array_equal(framed, expected)


def test_bars_show_shares_of_the_pixels() -> None:
    found = draw_swatches(["#ffee00", "#000080", "#808080"], 22, (), 1, [0.5, 0.25, 0.0])[0]
    plain = draw_swatches(["#ffee00", "#000080", "#808080"], 22, (), 1)[0]
    changed = (found != plain).any(axis=-1)
    rows, columns = slice(19, 21), slice(1, 21)
    assert changed[0, rows, columns].all()
    assert (found[0, rows, columns, :3] == 0).all()
    assert (found[1, rows, 1:11, :3] == 255).all()
    assert changed.sum(axis=(1, 2)).tolist() == [40, 20, 0]


# Metrics


@pytest.mark.parametrize("channels", [3, 4])
def test_metrics_are_those_of_compare(channels: int) -> None:
    pixels = noise(90, 120, channels)
    quantized = pc.quantize(pixels, 6, dither="floyd-steinberg")
    found = metrics.measure([(pixels, quantized)], 1, no_progress)
    expected = pc.compare(pixels, quantized.to_array())
    assert found["mse"] == pytest.approx(expected.mse, rel=1e-12)
    assert found["psnr"] == pytest.approx(expected.psnr)
    assert found["delta_e"] == pytest.approx(expected.delta_e)
    visible = quantized.indices if quantized.opaque is None else quantized.indices[quantized.opaque]
    assert list(found["pixels"]) == np.bincount(visible.ravel(), minlength=6).tolist()
    assert found["transparent"] == pixels.shape[0] * pixels.shape[1] - visible.size


def test_every_pixel_of_several_images_counts_the_same() -> None:
    pixels = noise(60, 30, 4)
    whole = pc.map_pixels(pixels, ["#000000", "#808080"])
    pairs = [(part, pc.map_pixels(part, whole.palette)) for part in (pixels[:7], pixels[7:])]
    found, expected = (
        metrics.measure(pairs, len(pairs), no_progress),
        metrics.measure([(pixels, whole)], 1, no_progress),
    )
    assert found == {name: pytest.approx(value) for name, value in expected.items()}


def test_the_mean_difference_of_a_large_image_is_about_that_of_all_pixels() -> None:
    pixels = noise(700, 900)
    quantized = pc.quantize(pixels, 16, effort="fast", dither="bayer-8")
    found = metrics.measure([(pixels, quantized)], 1, no_progress)
    expected = pc.compare(pixels, quantized.to_array()).delta_e
    assert found["delta_e"] == pytest.approx(expected, abs=0.1)


def test_without_an_opaque_pixel_there_is_no_error() -> None:
    pixels = noise(4, 4, 4)
    pixels[..., 3] = 0
    quantized = pc.map_pixels(pixels, [[0, 0, 0]])
    found = metrics.measure([(pixels, quantized)], 1, no_progress)
    assert np.isnan([found["mse"], found["psnr"], found["delta_e"]]).all()
    assert (found["pixels"], found["transparent"]) == ((0,), 16)
    error_map = metrics.map_errors(pixels, quantized, whole_view((4, 4), (4, 4)), no_progress)
    assert not error_map.image[..., 3].any()


def test_an_error_map_at_full_size_shows_the_differences() -> None:
    pixels = noise(30, 40, 4)
    quantized = pc.quantize(pixels, 4)
    found = metrics.map_errors(pixels, quantized, whole_view((40, 30), (400, 300)), no_progress)
    expected = differences(pixels, quantized.to_array())
    assert found.image.shape == (30, 40, 4)
    assert found.part == (0, 0, 40, 30)
    np.testing.assert_array_equal(found.image[..., 3] == 0, np.isnan(expected))
    luma = found.image[..., :3] @ (0.299, 0.587, 0.114)
    shown = ~np.isnan(expected) & (expected < found.highest)
    order = np.argsort(expected[shown])
    # Lightness rises with the difference, but for the rounding of the map's 256 steps.
    assert (np.diff(luma[shown][order]) > -6).all()


def test_an_error_map_of_a_part_is_that_part() -> None:
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:, 32:] = 255
    quantized = pc.map_pixels(pixels, [[0, 0, 0]])
    view = View((64, 64), (16, 16), 0.5, (32, 24))
    assert view.seen == (16, 8, 48, 40)
    found = metrics.map_errors(pixels, quantized, view, no_progress)
    assert found.part == (16, 8, 48, 40)
    assert found.image.shape == (16, 16, 4)
    light = found.image[..., :3].sum(axis=-1)
    assert light[:, :8].max() < light[:, 8:].min()
