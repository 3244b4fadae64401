"""What cannot be done ends with a message that helps, and nothing has changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.gimp.conftest import Studio
from tests.gimp.pictures import drawn
from tools.harness.gimp_session import encode


def expect_error(
    studio: Studio, image: int, *parts: str, drawables: list[int] | None = None, **arguments: Any
) -> None:
    """Check that the filter refuses, in words that hold these, and leaves everything as it was."""

    def everything() -> list[object]:
        gimp = studio.gimp
        return [gimp.describe(image), gimp.images(), gimp.palettes()]

    before = everything()
    outcome = studio.gimp.quantize(image, drawables, **arguments)
    assert not outcome["ok"], outcome
    for word in parts:
        assert word in outcome["message"]
    assert everything() == before


def test_a_selection_of_no_layer_is_refused(studio: Studio) -> None:
    image = studio.draw()
    expect_error(studio, image, "No layer is selected", "Layers dialog", drawables=[])


def test_several_selected_layers_are_refused(studio: Studio) -> None:
    image = studio.draw()
    other = studio.gimp.add_group(image)
    both = [other, studio.gimp.layers(image)[1]]
    expect_error(studio, image, "Several layers", "Visible image", drawables=both)
    # No other choice would do for this output.
    parts = ["Several layers are selected. Select one and run the filter again."]
    expect_error(studio, image, *parts, drawables=both, output="layer")


def test_a_channel_is_refused(studio: Studio) -> None:
    image = studio.draw()
    channel = studio.gimp.add_channel(image)
    for output in ("new-image", "convert", "layer", "palette"):
        expect_error(studio, image, "A channel", "is a channel", drawables=[channel], output=output)


def test_a_group_that_is_recoloured(studio: Studio) -> None:
    image = studio.draw()
    group = studio.gimp.add_group(image)
    parts = ["A group", "layer group", "Select a layer"]
    expect_error(studio, image, *parts, drawables=[group], output="layer")


def test_a_group_elsewhere_in_a_converted_image(studio: Studio) -> None:
    image = studio.draw()
    (layer,) = studio.gimp.layers(image)
    studio.gimp.add_group(image)
    parts = ["layer groups", "Merge “A group”", "visible image"]
    expect_error(studio, image, *parts, drawables=[layer], output="convert")


def test_a_floating_selection_is_refused(studio: Studio) -> None:
    image = studio.draw("rgba", pixels=drawn("rgb"))
    studio.gimp.select_rectangle(image, 2, 2, 9, 9)
    floating = studio.gimp.float_selection(image)
    parts = ["floating selection", "Anchor"]
    expect_error(studio, image, *parts, drawables=[floating], output="convert")
    expect_error(studio, image, *parts, drawables=[floating], apply_to="all-layers")
    parts = ["floating selection", "alpha"]
    expect_error(studio, image, *parts, drawables=[floating], output="layer", matte="#ffffff")


def test_a_channel_that_is_not_active(studio: Studio) -> None:
    image = studio.draw()
    studio.gimp.switch_off_channel(image)
    expect_error(studio, image, "channel", "Channels dialog", output="layer")


def test_a_selection_beside_the_layer(studio: Studio) -> None:
    image = studio.draw(canvas=(100, 100))
    studio.gimp.select_rectangle(image, 60, 60, 10, 10)
    expect_error(studio, image, "selection is outside the layer", "Select > None")


@pytest.mark.parametrize("output", ["new-image", "convert", "layer", "palette"])
def test_a_transparent_layer_is_refused(studio: Studio, output: str) -> None:
    pixels = drawn("rgba")
    pixels[..., 3] = 0
    image = studio.draw("rgba", pixels=pixels)
    expect_error(studio, image, "All pixels are transparent", output=output)


@pytest.mark.parametrize("output", ["new-image", "convert", "layer", "palette"])
def test_a_layer_mask_hides_everything(studio: Studio, output: str) -> None:
    image = studio.draw()
    pixels = drawn("rgb")
    mask = np.zeros(pixels.shape[:2], np.uint8)
    studio.gimp.add_mask(studio.gimp.layers(image)[0], encode(mask))
    expect_error(studio, image, "layer mask hides all pixels", "disable it", output=output)


def test_nothing_opaque_is_selected(studio: Studio) -> None:
    image = studio.draw("rgba")
    studio.gimp.select_rectangle(image, 0, 0, 5, 5)
    expect_error(studio, image, "All pixels are transparent")


def test_locked_pixels_are_not_changed(studio: Studio) -> None:
    image = studio.draw()
    layer = studio.gimp.layers(image)[0]
    other = studio.add_layer(image, name="On top")
    studio.gimp.lock(layer, "content")
    expect_error(studio, image, "Läyer", "locked", "Unlock", drawables=[layer], output="layer")
    # The locked layer is not the selected one.
    for drawables in ([other], [layer]):
        expect_error(
            studio, image, "Läyer", "locked", "Unlock", drawables=drawables, output="convert"
        )


def test_locks_of_a_group_around(studio: Studio) -> None:
    image = studio.draw("rgba")
    (layer,) = studio.gimp.layers(image)
    studio.gimp.add_filter(layer, "gegl:invert-gamma")
    group = studio.gimp.put_into_group(layer)
    studio.gimp.lock(group, "alpha")
    parts = ["A group", "alpha", "locked"]
    expect_error(studio, image, *parts, drawables=[layer], output="layer", alpha_dither=True)
    studio.gimp.lock(group, "content")
    expect_error(studio, image, "A group", "locked", drawables=[layer], output="layer")


def test_a_layer_of_an_indexed_image(studio: Studio) -> None:
    image = studio.draw("indexed")
    expect_error(studio, image, "is indexed", "Convert", output="layer")


def test_a_first_guess_for_a_method_without_one(studio: Studio) -> None:
    image = studio.draw()
    parts = ["“Initialization: Random", "“Method: Wu”", "cannot be combined"]
    expect_error(studio, image, *parts, method="wu", init="random")


@pytest.mark.parametrize(
    ("output", "options", "parts"),
    [
        (
            "palette",
            {"matte": "#ffffff", "alpha_dither": True},
            ["Dithering of transparency", "Matte color", "combined"],
        ),
        ("new-image", {"matte": "white"}, ["“white” is not a color", "#rrggbb"]),
        ("convert", {"matte": "#fff"}, ["“#fff” is not a color", "#rrggbb"]),
        ("layer", {"alpha_dither": True, "alpha_threshold": 0}, ["“Alpha threshold: 0”"]),
        ("layer", {"alpha_dither": True, "alpha_threshold": 255}, ["“Alpha threshold: 255”"]),
    ],
)
def test_what_alpha_cannot_become(
    studio: Studio, output: str, options: dict[str, Any], parts: list[str]
) -> None:
    image = studio.draw("rgba")
    expect_error(studio, image, *parts, output=output, **options)


@pytest.mark.parametrize("options", [{"matte": "#ffffff"}, {"alpha_dither": True}])
def test_locked_alpha_is_not_changed(studio: Studio, options: dict[str, Any]) -> None:
    image = studio.draw("rgba")
    studio.gimp.lock(studio.gimp.layers(image)[0], "alpha")
    expect_error(studio, image, "alpha", "locked", "Unlock", output="layer", **options)
