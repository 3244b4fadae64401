"""Half-transparent pixels: in GIMP they become what palette_core makes of them."""

from __future__ import annotations

import base64
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import palette_core as pc
from tests.gimp.conftest import Studio
from tests.gimp.pictures import drawn, soft_edged
from tools.harness.gimp_session import decode

WAYS: dict[str, dict[str, Any]] = {
    "default": {},
    "threshold": {"alpha_threshold": 60},
    "all opaque": {"alpha_threshold": 0},
    "dithered": {"alpha_dither": True},
    "dithered above": {"alpha_dither": True, "alpha_threshold": 200},
    "matte": {"matte": "#1e6432"},
    "matte from a threshold": {"matte": "#1e6432", "alpha_threshold": 60},
    "matte, all opaque": {"matte": "#1e6432", "alpha_threshold": 0},
}
KEEPING_ALPHA = ("default", "threshold", "all opaque")
ways = pytest.mark.parametrize("way", WAYS)
MESSAGE = "255 colors were used"


def core_options(way: str) -> dict[str, Any]:
    """Return the options of palette_core for the arguments of a way."""
    options = dict(WAYS[way])
    if options.pop("alpha_dither", False):
        options["alpha"] = "dither"
    return options


def messages(studio: Studio) -> int:
    """Count how often users were told that a colour is kept for transparent pixels."""
    return studio.gimp.log.read_text().count(MESSAGE)


def opaque_of(quantized: pc.Quantized) -> NDArray[np.bool_]:
    """Return which pixels are opaque, also where all are."""
    everywhere = np.full(quantized.indices.shape, True)
    return everywhere if quantized.opaque is None else quantized.opaque


def expect_alpha(studio: Studio, layer: int, expected: NDArray[np.float32]) -> None:
    """Check a layer's alpha at GIMP's full precision."""
    alpha = np.frombuffer(base64.b64decode(studio.gimp.read_alpha(layer)), np.float32)
    np.testing.assert_array_equal(alpha, expected.ravel())


@pytest.mark.parametrize(
    ("output", "dither"), [("new-image", "floyd-steinberg"), ("convert", "none")]
)
@ways
def test_indexed_is_as_in_palette_core(studio: Studio, way: str, output: str, dither: str) -> None:
    image = studio.draw("rgba", pixels=soft_edged())
    expected = pc.quantize(studio.seen(image), 9, dither=dither, **core_options(way))

    outcome = studio.quantize(image, colors=9, output=output, dither=dither, **WAYS[way])
    studio.expect_image(outcome["image"], expected)


@ways
def test_convert_treats_every_layer_alike(studio: Studio, way: str) -> None:
    image = studio.draw("rgba", pixels=soft_edged())
    top = studio.add_layer(image, offset=(3, 2))
    _, lower = studio.gimp.layers(image)
    pixels = studio.seen(image), decode(studio.gimp.read_rgba(lower))
    palette = pc.find_shared_palette(pixels, 9, **core_options(way))

    studio.quantize(image, [top], colors=9, output="convert", **WAYS[way])
    for layer, shown in zip((top, lower), pixels, strict=True):
        studio.expect_indexed(layer, pc.map_pixels(shown, palette, **core_options(way)))


@pytest.mark.parametrize(
    ("way", "precision"),
    [*((way, "u8") for way in WAYS), *((way, "float") for way in ("default", "dithered", "matte"))],
)
def test_a_recoloured_layer_has_the_asked_alpha(studio: Studio, way: str, precision: str) -> None:
    image = studio.draw("rgba", precision, pixels=soft_edged())
    (layer,) = studio.gimp.layers(image)
    before, alpha = studio.seen(image), studio.gimp.read_alpha(layer)
    expected = pc.quantize(before, 9, **core_options(way))

    studio.quantize(image, colors=9, output="layer", **WAYS[way])
    after = studio.seen(image)
    if way in KEEPING_ALPHA:
        assert studio.gimp.read_alpha(layer) == alpha
        shown = before[..., 3] > 0
        wanted = pc.map_pixels(before[shown, :3], expected.palette).to_array()
    else:
        opaque = opaque_of(expected)
        expect_alpha(studio, layer, opaque.astype(np.float32))
        shown, wanted = opaque, expected.to_array()[opaque, :3]
    np.testing.assert_array_equal(after[shown, :3], wanted)


@pytest.mark.parametrize("way", ["dithered", "matte", "matte, all opaque"])
def test_layer_within_a_selection(studio: Studio, way: str) -> None:
    image = studio.draw("rgba", pixels=soft_edged())
    before = studio.seen(image)
    studio.gimp.select_rectangle(image, 0, 0, 15, 20)
    expected = pc.quantize(before[:20, :15], 9, **core_options(way))
    opaque = opaque_of(expected)
    wanted = before.copy()
    inside = wanted[:20, :15]
    inside[..., 3] = np.where(opaque, 255, 0)
    inside[opaque, :3] = expected.to_array()[opaque, :3]

    studio.quantize(image, colors=9, output="layer", **WAYS[way])
    np.testing.assert_array_equal(studio.seen(image), wanted)


@pytest.mark.parametrize("way", ["all opaque", "matte, all opaque"])
def test_what_is_not_selected_stays_transparent(studio: Studio, way: str) -> None:
    image = studio.draw("rgba", pixels=soft_edged())
    left, top, right, bottom = studio.gimp.select_ellipse(image, 2, 3, 19, 30)
    selection = np.frombuffer(base64.b64decode(studio.gimp.selection(image)), np.uint8)
    selected = selection.reshape(37, 23)[top:bottom, left:right] >= 128
    part = studio.seen(image)[top:bottom, left:right]
    options = {**WAYS[way], "method": "wu"}
    flat = pc.map_pixels(part, [(0, 0, 0)], **core_options(way))
    assert flat.opaque is None
    colors = part[..., :3] if way == "all opaque" else blended(part, (0x1E, 0x64, 0x32))
    expected = pc.quantize(np.dstack([colors, selected * np.uint8(255)]), 9, method="wu")

    outcome = studio.quantize(image, colors=9, output="new-image", **options)

    studio.expect_image(outcome["image"], expected)


def blended(pixels: NDArray[np.uint8], matte: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Lay pixels over a colour, in sRGB values."""
    alpha = pixels[..., 3:].astype(int)
    return ((alpha * pixels[..., :3] + (255 - alpha) * matte + 127) // 255).astype(np.uint8)


@ways
def test_palette_of_the_pixels_that_stay(studio: Studio, way: str) -> None:
    image = studio.draw("rgba", pixels=soft_edged())
    before = studio.gimp.describe(image)
    expected = pc.find_palette(studio.seen(image), 9, **core_options(way))

    outcome = studio.quantize(image, colors=9, output="palette", **WAYS[way])

    assert studio.gimp.palette(outcome["palette"])["colors"] == expected.colors.tolist()
    assert studio.gimp.describe(image) == before


@pytest.mark.parametrize("output", ["new-image", "convert"])
@pytest.mark.parametrize("way", ["default", "dithered", "matte", "matte, all opaque"])
def test_exported_with_256_colors(studio: Studio, tmp_path: Path, way: str, output: str) -> None:
    image = studio.draw("rgba", pixels=soft_edged())
    expected = pc.quantize(studio.seen(image), 256, **core_options(way))
    count = messages(studio)

    outcome = studio.quantize(image, colors=256, output=output, **WAYS[way])

    transparent = way != "matte, all opaque"
    assert outcome["colors"] == len(expected.palette) == (255 if transparent else 256)
    assert messages(studio) == count + transparent
    studio.expect_indexed(studio.gimp.layers(outcome["image"])[0], expected)
    studio.gimp.save(outcome["image"], str(tmp_path / "result.png"))
    with Image.open(tmp_path / "result.png") as exported:
        assert exported.mode == "P"
        assert len(exported.getpalette()) == 3 * 256
        assert ("transparency" in exported.info) == transparent
        shown = np.asarray(exported.convert("RGBA"))
    if not transparent:
        np.testing.assert_array_equal(shown[..., :3], expected.to_array())
        return
    np.testing.assert_array_equal(shown[..., 3], np.where(expected.opaque, 255, 0))
    opaque = shown[..., 3] == 255
    np.testing.assert_array_equal(shown[opaque], expected.to_array()[opaque])


@pytest.mark.parametrize(
    ("options", "colors"),
    [
        ({}, 256),
        ({"alpha_threshold": 200}, 256),
        ({"alpha_threshold": 201}, 255),
        ({"alpha_dither": True}, 255),
        ({"matte": "#ffffff"}, 256),
        ({"matte": "#ffffff", "alpha_threshold": 201}, 255),
    ],
)
def test_one_color_is_left_out_where_another_layer_stays_transparent(
    studio: Studio, options: dict[str, Any], colors: int
) -> None:
    image = studio.draw("rgb")
    (layer,) = studio.gimp.layers(image)
    other = drawn("rgb", seed=1)
    other[..., 3] = 200
    studio.add_layer(image, pixels=other)
    count = messages(studio)

    outcome = studio.quantize(image, [layer], colors=256, output="convert", **options)

    assert outcome["colors"] == colors
    assert messages(studio) == count + (colors == 255)


def test_nobody_is_told_who_asked_for_255_colors(studio: Studio) -> None:
    image = studio.draw("rgba", pixels=soft_edged())
    count = messages(studio)
    assert studio.gimp.quantize(image, colors=255)["colors"] == 255
    assert messages(studio) == count


@pytest.mark.parametrize(
    ("way", "output"), list(zip(WAYS, itertools.cycle(["new-image", "convert"]), strict=False))
)
def test_opaque_rgba_is_as_rgb(studio: Studio, way: str, output: str) -> None:
    found = []
    for kind in ("rgb", "rgba"):
        image = studio.draw(kind, pixels=drawn("rgb"))
        outcome = studio.quantize(image, colors=11, output=output, dither="blue-noise", **WAYS[way])
        layer = studio.gimp.layers(outcome["image"])[0]
        indices = decode(studio.gimp.read_native(layer))[..., 0].tolist()
        found.append((studio.gimp.colormap(outcome["image"]), indices))
    assert found[0] == found[1]
