"""Palettes of computers and consoles: classic palettes, and palettes for tiles."""

from __future__ import annotations

import pytest

import palette_core as pc
from tests.gimp.conftest import Studio

OPTIONS = {"space": "oklab", "dither": "none"}


def test_a_classic_palette_is_mapped_to(studio: Studio) -> None:
    gimp, image = studio.gimp, studio.draw("rgb")
    outcome = studio.quantize(image, palette_use="library", library="c64", **OPTIONS)
    palette = pc.Palette.named("c64")
    assert gimp.colormap(outcome["image"]) == palette.colors.tolist()
    assert gimp.palette(outcome["palette"])["colors"] == palette.colors.tolist()
    expected = pc.map_pixels(studio.seen(image), palette, **OPTIONS)
    studio.expect_indexed(gimp.layers(outcome["image"])[0], expected)


@pytest.mark.parametrize("output", ["new-image", "convert"])
@pytest.mark.parametrize("kind", ["rgb", "rgba"])
def test_tiles_equal_those_of_palette_core(studio: Studio, output: str, kind: str) -> None:
    gimp, image = studio.gimp, studio.draw(kind)
    expected = pc.quantize_tiles(studio.seen(image), "game-boy-color", **OPTIONS)
    outcome = studio.quantize(
        image, palette_use="tiles", tiles="game-boy-color", output=output, **OPTIONS
    )
    assert gimp.colormap(outcome["image"]) == expected.palette.colors.tolist()
    indexed = pc.Quantized(expected.palette, expected.indices, expected.opaque)
    studio.expect_indexed(gimp.layers(outcome["image"])[0], indexed)


def test_tiles_of_several_layers_are_refused(studio: Studio) -> None:
    image = studio.draw("rgb")
    studio.gimp.add_group(image)
    outcome = studio.gimp.quantize(
        image, studio.gimp.layers(image)[1:], palette_use="tiles", output="convert"
    )
    assert not outcome["ok"]
    assert "single layer" in outcome["message"]
