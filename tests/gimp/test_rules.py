"""Palettes that are given, begun from or kept to, orders and targets: as palette_core has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import palette_core as pc
from tests.gimp.conftest import Studio
from tests.gimp.pictures import drawn
from tests.gimp.test_user_errors import expect_error

NAME = "A palette of mine"
# Its order is none of ours, and one colour is there twice.
HEX = ["#ff8000", "#000000", "#4060c0", "#000000", "#e0e0d0"]


@pytest.fixture
def mine(studio: Studio) -> Iterator[pc.Palette]:
    """A palette in GIMP."""
    studio.gimp.new_palette(NAME, HEX)
    yield pc.Palette([list(bytes.fromhex(color[1:])) for color in HEX])
    studio.gimp.delete_palette(NAME)


# Arguments that have the names and values of palette_core's options.
SAME: list[dict[str, Any]] = [
    {"method": "sklearn-kmeans", "seed": 123},
    {"method": "sklearn-minibatch", "init": "k-means++-single", "seed": 3},
    {"init": "k-means++-single", "effort": "fast", "seed": 3},
    {"space": "oklab", "lightness_weight": 2.0},
    {"dither": "floyd-steinberg", "dither_strength": 0.5, "dither_adaptive": True},
    {"order": "tour"},
    {"order": "popularity"},
    {"grid": "rgb444"},
    {"rare": 0.75},
]


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        *((same, same) for same in SAME),
        ({"grid": "2"}, {"grid": 2}),
        ({"locked": "#ff0000, #00ff00@1"}, {"locked": ["#ff0000", "#00ff00@1"]}),
        ({"forced": "black-white"}, {"locked": ["#000000", "#ffffff"]}),
        (
            {"forced": "primaries", "locked": "#ffffff@4, #123456", "colors": 12},
            {
                "locked": [
                    *("#ffffff@4", "#123456", "#000000", "#ff0000", "#00ff00"),
                    *("#0000ff", "#00ffff", "#ff00ff", "#ffff00"),
                ],
                "colors": 12,
            },
        ),
        (
            {"number": "target-psnr", "target_psnr": 25.0},
            {"colors": "auto", "target_psnr": 25.0},
        ),
        (
            {"number": "target-delta-e", "target_delta_e": 8.0},
            {"colors": "auto", "target_delta_e": 8.0},
        ),
    ],
)
def test_options_mean_the_same_as_in_palette_core(
    studio: Studio, arguments: dict[str, Any], options: dict[str, Any]
) -> None:
    image = studio.draw("rgba")
    plain = pc.quantize(studio.seen(image), 6)
    expected = pc.quantize(studio.seen(image), **{"colors": 6, **options})
    assert expected.palette.hex != plain.palette.hex

    outcome = studio.quantize(image, **{"colors": 6, **arguments})
    studio.expect_image(outcome["image"], expected)


@pytest.mark.parametrize("output", ["new-image", "convert"])
def test_a_given_palette_is_used_as_it_is(studio: Studio, mine: pc.Palette, output: str) -> None:
    image = studio.draw("rgba")
    expected = pc.map_pixels(studio.seen(image), mine)
    palettes = studio.gimp.palettes()

    outcome = studio.quantize(image, colors=2, output=output, palette_use="map", palette=NAME)
    assert outcome["colors"] == len(HEX)
    assert outcome["palette"] == ""
    assert studio.gimp.palettes() == palettes
    assert studio.gimp.colormap(outcome["image"]) == mine.colors.tolist()
    studio.expect_indexed(studio.gimp.layers(outcome["image"])[0], expected)


def test_a_palette_to_begin_from(studio: Studio, mine: pc.Palette) -> None:
    image = studio.draw("rgb")
    expected = pc.quantize(studio.seen(image), 6, start=mine)

    outcome = studio.quantize(image, colors=6, palette_use="start", palette=NAME)
    assert studio.gimp.colormap(outcome["image"]) == expected.palette.colors.tolist()


def test_a_palette_that_stays_among_others(studio: Studio, mine: pc.Palette) -> None:
    image = studio.draw("rgb")
    locked = ["#ffffff@0", *mine.hex]
    expected = pc.quantize(studio.seen(image), 9, locked=locked)

    outcome = studio.quantize(image, colors=9, palette_use="lock", palette=NAME, locked="#ffffff@0")
    assert studio.gimp.colormap(outcome["image"]) == expected.palette.colors.tolist()
    assert set(map(tuple, mine.colors.tolist())) <= set(
        map(tuple, studio.gimp.colormap(outcome["image"]))
    )


def test_strict_takes_what_is_in_the_palette(studio: Studio, mine: pc.Palette) -> None:
    pixels = drawn("rgb")
    pixels[..., :3] = pc.map_pixels(pixels, mine).to_array()
    image = studio.draw("rgb", pixels=pixels)
    expected = pc.map_pixels(pixels, mine, strict=True)

    outcome = studio.quantize(image, palette_use="strict", palette=NAME)
    studio.expect_indexed(studio.gimp.layers(outcome["image"])[0], expected)


def test_strict_refuses_others(studio: Studio, mine: pc.Palette) -> None:
    assert len(mine) == len(HEX)
    image = studio.draw("rgb")
    parts = ("not in the palette, such as #", "“Use an existing palette”")
    expect_error(studio, image, *parts, palette_use="strict", palette=NAME)


def test_a_palette_of_too_many(studio: Studio) -> None:
    studio.gimp.new_palette(NAME, [f"#{n:06x}" for n in range(300)])
    image = studio.draw("rgb")
    expect_error(studio, image, "300 colors", palette_use="map", palette=NAME)
    studio.gimp.delete_palette(NAME)


def test_an_empty_palette_is_refused(studio: Studio) -> None:
    studio.gimp.new_palette(NAME, [])
    image = studio.draw("rgb")
    expect_error(studio, image, NAME, "no colors", palette_use="map", palette=NAME)
    studio.gimp.delete_palette(NAME)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ({"locked": " ".join(f"#0000{n:02x}" for n in range(20))}, ["20 colors", "only 16"]),
        ({"locked": "#ff0000@3 #00ff00@3"}, ["Two colors", "index 3"]),
        ({"locked": "red"}, ["“red” is not a color", "#rrggbb"]),
        (
            {"number": "target-psnr", "target_psnr": 100.0, "colors": 2},
            ["256 colors reach at most", "dB"],
        ),
        ({"method": "wu", "grid": "rgb444"}, ["Method: Wu”", "cannot be combined"]),
    ],
)
def test_wrong_use_is_refused(studio: Studio, arguments: dict[str, Any], parts: list[str]) -> None:
    # A drawing of more colours than any palette has.
    image = studio.draw("rgb")
    expect_error(studio, image, *parts, **arguments)
