"""Every kind of output, for every type of image: what GIMP holds is what palette_core gives."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.color.spaces import SPACES
from palette_core.dither import DITHERS
from tests.gimp.conftest import Studio
from tests.gimp.pictures import drawn
from tools.harness.gimp_session import decode

KINDS = ["rgb", "rgba", "gray", "graya", "indexed", "indexeda"]
PRECISE_KINDS = [
    (kind, precision)
    for kind in KINDS
    for precision in ("u8", "u8-linear", "u16", "float")
    if precision == "u8" or not kind.startswith("indexed")
]
INDEXED, INDEXEDA = 4, 5


@pytest.mark.parametrize(("kind", "precision"), PRECISE_KINDS)
def test_a_new_image_leaves_the_first_as_it_was(studio: Studio, kind: str, precision: str) -> None:
    image = studio.draw(kind, precision, offset=(5, -3), canvas=(50, 60))
    expected = pc.quantize(studio.seen(image), 7)
    before = studio.gimp.describe(image)

    outcome = studio.quantize(image, colors=7, output="new-image")
    assert outcome["colors"] == len(expected.palette) == 7
    assert outcome["image"] != image
    result = studio.gimp.describe(outcome["image"])
    assert result["size"] == [50, 60]
    assert [layer["offsets"] for layer in result["layers"]] == [[5, -3]]
    assert result["colormap"] == expected.palette.colors.tolist()
    assert [layer["type"] for layer in result["layers"]] == [
        INDEXED if expected.opaque is None else INDEXEDA
    ]
    studio.expect_indexed(studio.gimp.layers(outcome["image"])[0], expected)
    assert studio.gimp.describe(image) == before


@pytest.mark.parametrize(("kind", "precision"), PRECISE_KINDS)
def test_an_image_is_converted(studio: Studio, kind: str, precision: str) -> None:
    image = studio.draw(kind, precision, offset=(5, -3), canvas=(50, 60))
    expected = pc.quantize(studio.seen(image), 7)

    outcome = studio.quantize(image, colors=7, output="convert")

    assert outcome == {
        "ok": True,
        "image": image,
        "colors": 7,
        "palette": outcome["palette"],
    }
    result = studio.gimp.describe(image)
    assert result["size"] == [50, 60]
    assert result["colormap"] == expected.palette.colors.tolist()
    assert [layer["offsets"] for layer in result["layers"]] == [[5, -3]]
    studio.expect_indexed(studio.gimp.layers(image)[0], expected)


@pytest.mark.parametrize(
    ("kind", "precision"), [pair for pair in PRECISE_KINDS if not pair[0].startswith("indexed")]
)
def test_a_layer_is_recoloured(studio: Studio, kind: str, precision: str) -> None:
    image = studio.draw(kind, precision, offset=(5, -3), canvas=(50, 60))
    before, described = studio.seen(image), studio.gimp.describe(image)
    (layer,) = studio.gimp.layers(image)
    alpha = studio.gimp.read_alpha(layer)
    expected = pc.quantize(before, 7)

    outcome = studio.quantize(image, colors=7, output="layer")
    assert outcome["image"] == image
    after = studio.seen(image)
    assert studio.gimp.read_alpha(layer) == alpha
    wanted = before.copy()
    visible = before[..., 3] > 0
    wanted[visible, :3] = pc.map_pixels(before[visible, :3], expected.palette).to_array()
    if precision == "u8-linear":  # such a layer holds few dark tones; the result is rounded to them
        shown = np.unique(np.hstack([wanted[visible, :3], after[visible, :3]]), axis=0)
        assert len(shown) == len(expected.palette)
    else:
        np.testing.assert_array_equal(after, wanted)
    unchanged = ("size", "base type", "precision", "profile", "selection")
    result = studio.gimp.describe(image)
    assert [result[key] for key in unchanged] == [described[key] for key in unchanged]


def test_a_palette_alone_changes_no_image(studio: Studio) -> None:
    image = studio.draw("rgb")
    before = studio.gimp.describe(image)
    expected = pc.find_palette(studio.seen(image), 5)

    outcome = studio.quantize(image, colors=5, output="palette", save_palette=False)
    assert studio.gimp.palette(outcome["palette"])["colors"] == expected.colors.tolist()
    assert studio.gimp.describe(image) == before


@pytest.mark.parametrize("kind", ["rgb", "rgba"])
@pytest.mark.parametrize(
    ("colors", "output"),
    [
        *((colors, "new-image") for colors in (1, 16, 255, 256)),
        *((colors, "convert") for colors in (2, 256)),
    ],
)
def test_the_number_of_colors_is_reached_and_saved(
    studio: Studio, tmp_path: Path, kind: str, colors: int, output: str
) -> None:
    image = studio.draw(kind)
    expected = pc.quantize(studio.seen(image), colors)

    outcome = studio.quantize(image, colors=colors, output=output)

    assert outcome["colors"] == len(expected.palette)
    assert outcome["colors"] == (255 if kind == "rgba" and colors == 256 else colors)
    studio.expect_image(outcome["image"], expected)
    studio.gimp.save(outcome["image"], str(tmp_path / "result.png"))
    with Image.open(tmp_path / "result.png") as exported:
        assert exported.mode == "P"
        with Image.open(tmp_path / "result.png") as again:
            rgba = np.asarray(again.convert("RGBA"))
        indices, entries = np.asarray(exported), np.reshape(exported.getpalette(), (-1, 3))
    if expected.opaque is None:
        np.testing.assert_array_equal(indices, expected.indices)
        np.testing.assert_array_equal(entries[: len(expected.palette)], expected.palette.colors)
    else:  # GIMP's PNG export puts the transparent entry first
        opaque = expected.opaque
        np.testing.assert_array_equal(indices[opaque], expected.indices[opaque] + 1)
        np.testing.assert_array_equal(rgba[..., 3], np.where(opaque, 255, 0))
    shown = expected.to_array()
    where = slice(None) if expected.opaque is None else expected.opaque
    np.testing.assert_array_equal(rgba[where][..., :3], shown[where][..., :3])


def test_few_colors_come_back_exactly(studio: Studio) -> None:
    pixels = drawn("rgb")
    pixels[..., :3] = np.array([(1, 2, 3), (1, 2, 4), (250, 0, 9)])[np.arange(37 * 23) % 3].reshape(
        37, 23, 3
    )
    image = studio.draw("rgb", pixels=pixels)

    outcome = studio.quantize(image, colors=16)

    assert outcome["colors"] == 3
    np.testing.assert_array_equal(studio.seen(outcome["image"]), pixels)


@pytest.mark.any_gimp  # the words mean nothing to GIMP
@pytest.mark.parametrize(
    ("dither", "space"), list(zip(DITHERS, itertools.cycle(SPACES), strict=False))
)
def test_every_space_and_dithering(studio: Studio, dither: str, space: str) -> None:
    image = studio.draw("rgb")
    expected = pc.quantize(studio.seen(image), 6, space=space, dither=dither)

    outcome = studio.quantize(image, colors=6, space=space, dither=dither)

    studio.expect_image(outcome["image"], expected)


def test_filters_on_the_layer_count(studio: Studio) -> None:
    image = studio.draw("rgb")
    plain = studio.seen(image)
    studio.gimp.add_filter(studio.gimp.layers(image)[0], "gegl:invert-gamma")
    inverted = plain.copy()
    inverted[..., :3] = 255 - plain[..., :3]
    expected = pc.quantize(inverted, 6)

    for output in ("new-image", "layer"):
        outcome = studio.quantize(image, colors=6, output=output)
        shown = studio.seen(outcome["image"])
        np.testing.assert_array_equal(shown[..., :3], expected.to_array())


@pytest.mark.parametrize("where", ["another layer", "around the layer", "beside the selection"])
def test_convert_to_256_colors_leaves_one_to_transparency_anywhere(
    studio: Studio, where: str
) -> None:
    canvas = (60, 60) if where == "around the layer" else None
    image = studio.draw("rgba" if where == "beside the selection" else "rgb", canvas=canvas)
    layer = studio.gimp.layers(image)[0]
    if where == "another layer":
        studio.add_layer(image)
    if where == "beside the selection":  # where the drawn alpha is opaque
        studio.gimp.select_rectangle(image, 0, 25, 23, 12)

    outcome = studio.quantize(image, [layer], colors=256, output="convert")

    assert outcome["colors"] == 255


def test_a_layer_within_a_group(studio: Studio) -> None:
    image = studio.draw("rgb", offset=(5, -3), canvas=(50, 60))
    (layer,) = studio.gimp.layers(image)
    studio.gimp.put_into_group(layer)
    expected = pc.quantize(decode(studio.gimp.read_rgba(layer)), 6)

    for output in ("new-image", "layer"):
        outcome = studio.quantize(image, [layer], colors=6, output=output)
        result = layer if output == "layer" else studio.gimp.layers(outcome["image"])[0]
        shown = decode(studio.gimp.read_rgba(result))
        np.testing.assert_array_equal(shown[..., :3], expected.to_array())


def test_palette_lies_in_the_palettes_folder(studio: Studio, home: Path) -> None:
    image = studio.draw("rgb")
    folder = Path(studio.gimp.directory()) / "palettes"

    outcome = studio.quantize(image, colors=5, palette_name="Sänd & sea")

    assert outcome["palette"] == "Sänd & sea"
    assert home in folder.parents
    (file,) = [path for path in folder.glob("*.gpl") if pc.Palette.load(path).name == "Sänd & sea"]
    expected = pc.quantize(studio.seen(image), 5).palette
    saved = pc.Palette.load(file)
    np.testing.assert_array_equal(saved.colors, expected.colors)
    assert studio.gimp.palette("Sänd & sea")["colors"] == expected.colors.tolist()
    assert studio.gimp.palette("Sänd & sea")["names"] == list(expected.hex)


def test_a_taken_palette_name_is_numbered(studio: Studio) -> None:
    image = studio.draw("rgb")
    first = studio.gimp.quantize(image, colors=5, palette_name="Taken")
    kept = studio.gimp.palette("Taken")

    second = studio.gimp.quantize(image, colors=4, palette_name="Taken")

    assert (first["palette"], second["palette"]) == ("Taken", "Taken #1")
    assert studio.gimp.palette("Taken") == kept


@pytest.mark.parametrize("output", ["new-image", "convert", "layer"])
def test_no_palette_stays_unless_wanted(studio: Studio, output: str) -> None:
    image = studio.draw("rgb")
    before = studio.gimp.palettes()
    files = set((Path(studio.gimp.directory()) / "palettes").iterdir())

    outcome = studio.quantize(image, colors=5, output=output, save_palette=False)
    assert outcome["palette"] == ""
    assert studio.gimp.palettes() == before
    assert set((Path(studio.gimp.directory()) / "palettes").iterdir()) == files


@pytest.mark.parametrize("output", ["new-image", "palette"])
def test_the_defaults_are_for_the_eye(studio: Studio, output: str) -> None:
    image = studio.draw()
    dither = "floyd-steinberg" if output == "new-image" else "none"  # a palette is for anything
    expected = pc.quantize(studio.seen(image), 6, space="oklab", dither=dither)
    outcome = studio.quantize(image, plain=False, colors=6, output=output)
    kept = studio.gimp.palette(outcome["palette"])["colors"]
    assert kept == expected.palette.colors.tolist()
    if output == "new-image":
        studio.expect_indexed(studio.gimp.layers(outcome["image"])[0], expected)
