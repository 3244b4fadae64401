"""One palette for many layers: sampled from all that is visible or from each, applied as frames."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import palette_core as pc
from tests.gimp.conftest import Studio
from tests.gimp.pictures import drawn
from tools.harness.gimp_session import decode

CANVAS = (50, 60)
FRAMES = [("Frame 2 (100ms) (replace)", (9, 4)), ("Frame 3 (50ms) (combine)", (-2, 20))]


def frames(studio: Studio) -> tuple[int, list[NDArray[np.uint8]]]:
    """Make an image of three different layers, and return it and their pixels from the top."""
    image = studio.draw("rgb", offset=(5, 3), canvas=CANVAS)
    for seed, (name, offset) in enumerate(FRAMES, start=1):
        pixels = drawn("rgba", seed)
        pixels[..., seed] //= 2
        studio.add_layer(image, "rgba", offset, name, pixels)
    top, middle, _ = studio.gimp.layers(image)
    studio.gimp.set_look(top, opacity=40)
    studio.gimp.set_look(middle, visible=False)
    return image, [decode(studio.gimp.read_rgba(layer)) for layer in studio.gimp.layers(image)]


def expect_frames(
    studio: Studio, image: int, pixels: list[NDArray[np.uint8]], palette: pc.Palette
) -> None:
    """Check that an image has these layers in this palette's colours."""
    assert studio.gimp.colormap(image) == palette.colors.tolist()
    for layer, shown in zip(studio.gimp.layers(image), pixels, strict=True):
        studio.expect_indexed(layer, pc.map_pixels(shown, palette))


def test_all_layers_as_frames(studio: Studio) -> None:
    image, pixels = frames(studio)
    before = studio.gimp.describe(image)
    palette = pc.find_shared_palette(pixels, 9)

    outcome = studio.quantize(image, colors=9, apply_to="all-layers")
    assert outcome["colors"] == 9
    result = studio.gimp.describe(outcome["image"])
    assert result["size"] == list(CANVAS)
    for key in ("name", "offsets", "visible"):
        assert [layer[key] for layer in result["layers"]] == [
            layer[key] for layer in before["layers"]
        ]
    expect_frames(studio, outcome["image"], pixels, palette)
    assert studio.gimp.describe(image) == before


def test_the_palette_of_one_layer_for_all(studio: Studio) -> None:
    image, pixels = frames(studio)
    outcome = studio.quantize(image, colors=5, sample="layer", apply_to="all-layers")
    expect_frames(studio, outcome["image"], pixels, pc.find_palette(pixels[0], 5))


def test_an_empty_frame_stays_empty(studio: Studio) -> None:
    image, pixels = frames(studio)
    nothing = np.zeros_like(pixels[0])
    studio.add_layer(image, pixels=nothing)
    palette = pc.find_shared_palette(pixels, 9)
    outcome = studio.quantize(image, colors=9, sample="all-layers", apply_to="all-layers")
    expect_frames(studio, outcome["image"], [nothing, *pixels], palette)


def test_a_group_is_one_frame(studio: Studio) -> None:
    image, _ = frames(studio)
    top = studio.gimp.layers(image)[0]
    group = studio.gimp.put_into_group(top)
    seen = [decode(studio.gimp.read_rgba(layer)) for layer in studio.gimp.layers(image)]
    drawables = [studio.gimp.layers(image)[1]]
    palette = pc.find_shared_palette(seen, 9)
    outcome = studio.quantize(
        image, drawables, colors=9, sample="all-layers", apply_to="all-layers"
    )
    assert group in studio.gimp.layers(image)
    expect_frames(studio, outcome["image"], seen, palette)


def test_256_colours_leave_one_for_transparent_frames(studio: Studio) -> None:
    image, pixels = frames(studio)
    outcome = studio.gimp.quantize(image, colors=256, sample="all-layers", apply_to="all-layers")
    assert outcome["colors"] == 255
    expect_frames(studio, outcome["image"], pixels, pc.find_shared_palette(pixels, 255))


@pytest.mark.parametrize("output", ["new-image", "palette"])
def test_the_palette_of_what_is_visible(studio: Studio, output: str) -> None:
    image, pixels = frames(studio)
    visible = decode(studio.gimp.merged(image))
    assert visible.shape[:2] == CANVAS[::-1]
    palette = pc.find_palette(visible, 6)

    outcome = studio.quantize(image, colors=6, sample="visible", output=output)
    assert studio.gimp.palette(outcome["palette"])["colors"] == palette.colors.tolist()
    if output == "new-image":
        expect_frames(studio, outcome["image"], pixels[:1], palette)


@pytest.mark.parametrize("sample", ["visible", "all-layers"])
def test_the_selection_says_what_is_sampled(studio: Studio, sample: str) -> None:
    image, pixels = frames(studio)
    studio.gimp.select_rectangle(image, 10, 8, 20, 30)
    offsets = [layer["offsets"] for layer in studio.gimp.describe(image)["layers"]]
    placed = list(zip(offsets, pixels, strict=True))
    if sample == "visible":
        placed = [([0, 0], decode(studio.gimp.merged(image)))]
    selected = []
    for (x, y), shown in placed:
        rows = slice(max(8 - y, 0), max(38 - y, 0))
        columns = slice(max(10 - x, 0), max(30 - x, 0))
        selected.append(shown[rows, columns])
    palette = pc.find_shared_palette(selected, 6)

    outcome = studio.quantize(image, colors=6, sample=sample, output="palette")
    assert studio.gimp.palette(outcome["palette"])["colors"] == palette.colors.tolist()


def test_selected_pixels_count_more_in_all_layers(studio: Studio) -> None:
    image, pixels = frames(studio)
    studio.gimp.select_rectangle(image, 10, 8, 20, 30)
    weights = []
    for layer, shown in zip(studio.gimp.describe(image)["layers"], pixels, strict=True):
        x, y = layer["offsets"]
        rows, columns = np.mgrid[: shown.shape[0], : shown.shape[1]]
        inside = (columns + x >= 10) & (columns + x < 30) & (rows + y >= 8) & (rows + y < 38)
        weights.append(np.where(inside, 7.0, 1.0).reshape(-1, 1))
    column = np.concatenate([shown.reshape(-1, 1, 4) for shown in pixels])
    palette = pc.find_palette(column, 6, weights=np.concatenate(weights))
    assert palette.hex != pc.find_palette(column, 6).hex

    outcome = studio.quantize(
        image, colors=6, selection="more", selection_weight=7.0, apply_to="all-layers"
    )
    expect_frames(studio, outcome["image"], pixels, palette)


def test_an_order_by_the_pixels_of_all_layers(studio: Studio) -> None:
    image, pixels = frames(studio)
    outcome = studio.quantize(image, colors=6, order="popularity", apply_to="all-layers")
    indices = [pc.map_pixels(shown, studio.gimp.colormap(outcome["image"])) for shown in pixels]
    opaque = np.concatenate(
        [one.indices[np.True_ if one.opaque is None else one.opaque].ravel() for one in indices]
    )
    counts = np.bincount(opaque, minlength=6)
    assert counts.tolist() == sorted(counts, reverse=True)
