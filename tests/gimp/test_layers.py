"""Locks, masks, groups and layers of every sort: each is taken as the user means it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import palette_core as pc
from tests.gimp.conftest import Studio
from tests.gimp.pictures import SIZE, drawn
from tests.gimp.test_user_errors import expect_error
from tools.harness.gimp_session import decode, encode

LOCKS = ["alpha", "position", "visibility"]


@pytest.mark.parametrize("output", ["convert", "layer"])
def test_other_locks_are_no_obstacle(studio: Studio, output: str) -> None:
    image = studio.draw("rgba", canvas=(40, 50))
    top = studio.add_layer(image, offset=(4, 2))
    lower = studio.gimp.layers(image)[1]
    for lock in LOCKS:
        studio.gimp.lock(top, lock)
        studio.gimp.lock(lower, lock)
    pixels = [decode(studio.gimp.read_rgba(layer)) for layer in (top, lower)]

    studio.quantize(image, [top], colors=6, output=output)
    if output == "convert":
        palette = pc.find_shared_palette(pixels, 6)
        for layer, shown in zip((top, lower), pixels, strict=True):
            studio.expect_indexed(layer, pc.map_pixels(shown, palette))
    else:
        after = decode(studio.gimp.read_rgba(top))
        np.testing.assert_array_equal(after[..., 3], pixels[0][..., 3])
        assert {tuple(color) for color in after[after[..., 3] > 0, :3].tolist()} <= {
            tuple(color) for color in pc.find_palette(pixels[0], 6).colors.tolist()
        }


def test_a_text_layer_does_not_decide_the_colours_of_a_converted_photo(studio: Studio) -> None:
    image = studio.draw("rgb")
    photo = studio.seen(image)
    black = np.zeros((5, 9, 4), np.uint8)
    black[1:4, 1:8, 3] = 255
    text = studio.add_layer(image, offset=(3, 3), pixels=black)
    hidden = studio.add_layer(image)
    studio.gimp.set_look(hidden, visible=False)
    palette = pc.find_shared_palette([black, photo], 6)

    studio.quantize(image, [text], colors=6, output="convert")
    assert studio.gimp.colormap(image) == palette.colors.tolist()
    studio.expect_indexed(studio.gimp.layers(image)[2], pc.map_pixels(photo, palette))


def test_the_layer_mask_is_transparency_in_a_new_image(studio: Studio) -> None:
    image = studio.draw("rgba", pixels=drawn("rgb"))
    layer = studio.gimp.layers(image)[0]
    values = np.tile(np.linspace(0, 255, SIZE[1]).astype(np.uint8), (SIZE[0], 1))
    mask = studio.gimp.add_mask(layer, encode(values))
    masked = studio.seen(image).copy()
    masked[..., 3] = values
    expected = pc.quantize(masked, 6)
    for drawable in (layer, mask):  # a click on the mask selects that
        outcome = studio.quantize(image, [drawable], colors=6)
        studio.expect_image(outcome["image"], expected)


def test_a_mask_stays_on_a_layer_that_is_recoloured(studio: Studio) -> None:
    image = studio.draw("rgb")
    layer = studio.gimp.layers(image)[0]
    values = np.zeros(SIZE, np.uint8)
    values[:, :10] = 255
    mask = studio.gimp.add_mask(layer, encode(values))
    before = studio.seen(image)
    palette = pc.find_palette(before[:, :10], 6)

    studio.quantize(image, [mask], colors=6, output="layer")
    after = studio.seen(image)
    np.testing.assert_array_equal(
        after[..., :3], pc.map_pixels(before, palette).to_array()[..., :3]
    )
    np.testing.assert_array_equal(decode(studio.gimp.read_mask(layer))[..., 0], values)


def test_new_image_of_a_group(studio: Studio) -> None:
    image = studio.draw("rgb", canvas=(40, 50))
    top = studio.add_layer(image, offset=(4, 2))
    studio.gimp.set_look(top, opacity=50)
    group = studio.gimp.put_into_group(top)
    shown = decode(studio.gimp.read_rgba(group))
    outcome = studio.quantize(image, [group], colors=6)
    studio.expect_indexed(studio.gimp.layers(outcome["image"])[0], pc.quantize(shown, 6))


@pytest.mark.parametrize("which", ["one", "both", "the mask"])
def test_new_image_of_what_is_visible(studio: Studio, which: str) -> None:
    image = studio.draw("rgb", canvas=(40, 50))
    top = studio.add_layer(image, offset=(4, 2))
    mask = studio.gimp.add_mask(top, encode(np.full(SIZE, 200, np.uint8)))
    studio.gimp.set_look(top, opacity=70, mode="MULTIPLY")
    studio.gimp.put_into_group(top)
    before = studio.gimp.describe(image)
    shown = decode(studio.gimp.merged(image))
    drawables = {"one": [top], "both": studio.gimp.layers(image), "the mask": [mask]}[which]

    outcome = studio.quantize(image, drawables, colors=6, apply_to="visible")
    expected = pc.quantize(shown, 6)
    studio.expect_image(outcome["image"], expected)
    assert studio.gimp.describe(image) == before


@pytest.mark.parametrize("output", ["convert", "layer", "new-image"])
def test_layers_that_gimp_draws(studio: Studio, tmp_path: Path, output: str) -> None:
    kinds = ["text"]
    if studio.gimp.version().startswith("3.2"):
        kinds += ["vector", "link"]
        source = studio.draw("rgb", pixels=drawn("rgb", seed=5))
        studio.gimp.save(source, str(tmp_path / "linked.png"))
    for kind in kinds:
        image = studio.draw("rgb", canvas=(40, 50))
        layer = studio.gimp.add_drawn_layer(image, kind, str(tmp_path / "linked.png"))
        shown = decode(studio.gimp.read_rgba(layer))
        if kind != "text" and output != "new-image":
            expect_error(studio, image, "link or vector layer", "Rasterize", output=output)
            continue
        outcome = studio.quantize(image, [layer], colors=6, sample="layer", output=output)
        expected = pc.quantize(shown, 6)
        if output == "layer":
            after = decode(studio.gimp.read_rgba(layer))
            opaque = shown[..., 3] >= 128
            wanted = expected.to_array()[opaque, :3]
            np.testing.assert_array_equal(after[opaque, :3], wanted)
        else:
            studio.expect_indexed(studio.gimp.layers(outcome["image"])[0], expected)
        # GIMP does not draw it anew, over what was written.
        studio.gimp.save(outcome["image"], str(tmp_path / "saved.xcf"))
        again = studio.gimp.load(str(tmp_path / "saved.xcf"))
        top, saved = studio.gimp.layers(outcome["image"])[0], studio.gimp.layers(again)[0]
        np.testing.assert_array_equal(
            decode(studio.gimp.read_rgba(saved)), decode(studio.gimp.read_rgba(top))
        )
