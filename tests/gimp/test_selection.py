"""The selection says which pixels are quantized."""

from __future__ import annotations

import base64

import numpy as np
import pytest

import palette_core as pc
from tests.gimp.conftest import Studio
from tests.gimp.pictures import SIZE
from tools.harness.gimp_session import decode

OFFSET = (5, 3)
CANVAS = (50, 60)


def test_new_image_of_a_rectangle(studio: Studio) -> None:
    image = studio.draw("rgb", offset=OFFSET, canvas=CANVAS)
    shown = decode(studio.gimp.read_rgba(studio.gimp.layers(image)[0]))
    studio.gimp.select_rectangle(image, 0, 10, 15, 12)
    # What is left of the rectangle within the layer.
    expected = pc.quantize(shown[7:19, 0:10], 5)

    outcome = studio.quantize(image, colors=5)

    result = studio.gimp.describe(outcome["image"])
    assert result["size"] == list(CANVAS)
    assert [layer["offsets"] for layer in result["layers"]] == [[5, 10]]
    assert result["colormap"] == expected.palette.colors.tolist()
    native = decode(studio.gimp.read_native(studio.gimp.layers(outcome["image"])[0]))
    np.testing.assert_array_equal(native[..., 0], expected.indices)


def test_new_image_of_an_ellipse_is_transparent_around_it(studio: Studio) -> None:
    image = studio.draw("rgb", offset=OFFSET, canvas=CANVAS)
    shown = decode(studio.gimp.read_rgba(studio.gimp.layers(image)[0]))
    left, top, right, bottom = studio.gimp.select_ellipse(image, 8, 10, 15, 20)
    mask = np.frombuffer(base64.b64decode(studio.gimp.selection(image)), np.uint8)
    mask = mask.reshape(CANVAS[::-1])[top:bottom, left:right]
    part = shown[top - 3 : bottom - 3, left - 5 : right - 5].copy()
    part[mask < 128, 3] = 0
    expected = pc.quantize(part, 5)

    outcome = studio.quantize(image, colors=5)

    assert studio.gimp.colormap(outcome["image"]) == expected.palette.colors.tolist()
    native = decode(studio.gimp.read_native(studio.gimp.layers(outcome["image"])[0]))
    np.testing.assert_array_equal(native[..., 1], np.where(mask < 128, 0, 255))
    np.testing.assert_array_equal(native[..., 0], expected.indices)


def test_layer_changes_within_the_selection_alone(studio: Studio) -> None:
    image = studio.draw("rgb", offset=OFFSET, canvas=CANVAS)
    layer = studio.gimp.layers(image)[0]
    before = decode(studio.gimp.read_rgba(layer))
    studio.gimp.select_rectangle(image, 10, 10, 9, 12)
    inside = np.zeros(SIZE, bool)
    inside[7:19, 5:14] = True
    expected = pc.quantize(before[7:19, 5:14], 5)

    studio.quantize(image, colors=5, output="layer")
    after = decode(studio.gimp.read_rgba(layer))
    np.testing.assert_array_equal(after[~inside], before[~inside])
    np.testing.assert_array_equal(after[7:19, 5:14, :3], expected.to_array())


def test_convert_takes_the_palette_from_the_selection(studio: Studio) -> None:
    image = studio.draw("rgba", offset=OFFSET, canvas=CANVAS)
    layer = studio.gimp.layers(image)[0]
    before = decode(studio.gimp.read_rgba(layer))
    studio.gimp.select_rectangle(image, 10, 25, 9, 12)
    palette = pc.find_palette(before[22:34, 5:14], 5)
    expected = pc.map_pixels(before, palette)

    studio.quantize(image, colors=5, output="convert")
    assert studio.gimp.colormap(image) == palette.colors.tolist()
    native = decode(studio.gimp.read_native(layer))
    np.testing.assert_array_equal(native[..., 0], expected.indices)


def test_selected_pixels_count_more(studio: Studio) -> None:
    image = studio.draw("rgb", offset=OFFSET, canvas=CANVAS)
    shown = studio.seen(image)
    studio.gimp.select_ellipse(image, 8, 10, 15, 20)
    mask = np.frombuffer(base64.b64decode(studio.gimp.selection(image)), np.uint8)
    mask = mask.reshape(CANVAS[::-1])[3 : 3 + SIZE[0], 5 : 5 + SIZE[1]]
    expected = pc.quantize(shown, 5, weights=1 + 24 / 255 * mask)
    assert expected.palette.hex != pc.find_palette(shown, 5).hex

    outcome = studio.quantize(image, colors=5, selection="more", selection_weight=25.0)
    studio.expect_image(outcome["image"], expected)


@pytest.mark.parametrize("output", ["new-image", "layer"])
def test_a_selection_that_is_ignored(studio: Studio, output: str) -> None:
    image = studio.draw("rgb", offset=OFFSET, canvas=CANVAS)
    shown = studio.seen(image)
    studio.gimp.select_rectangle(image, 10, 10, 9, 12)
    selected = studio.gimp.selection(image)
    expected = pc.quantize(shown, 5).to_array()

    outcome = studio.quantize(image, colors=5, selection="ignore", output=output)
    after = studio.seen(outcome["image"])[..., :3]
    assert studio.gimp.selection(image) == selected
    if output == "layer":  # as all of GIMP's filters do, it writes within the selection alone
        expected[:7], expected[19:] = shown[:7, :, :3], shown[19:, :, :3]
        expected[:, :5], expected[:, 14:] = shown[:, :5, :3], shown[:, 14:, :3]
    np.testing.assert_array_equal(after, expected)
