"""The order of palettes on the command line, and palettes that are given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.ordering import BY_COLOR, ORDERS

from .command_line import Cli

BIRDS = pc.Palette(
    [[250, 250, 250], [200, 30, 30], [20, 20, 20], [202, 30, 30], [30, 60, 200], [20, 20, 20]],
    ["Swan", "Robin", "Crow", "Finch", "Jay", "Raven"],
    "Birds",
    3,
)


@pytest.fixture(autouse=True)
def workdir(tmp_path: Path, drawn: Bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a picture, a palette, and a picture in colours of that."""
    Image.fromarray(drawn).save(tmp_path / "drawn.png")
    BIRDS.save(tmp_path / "birds.gpl")
    Image.fromarray(BIRDS.colors[[[1, 4], [4, 5]]]).save(tmp_path / "nest.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("order", BY_COLOR)
def test_sort(order: str, cli: Cli) -> None:
    outcome = cli("sort", "birds.gpl", "out.gpl", "--order", order)
    assert (outcome.code, outcome.text, outcome.err) == (0, "out.gpl: 6 colours\n", "")
    assert pc.Palette.load("out.gpl") == BIRDS.sorted(order)


def test_sort_is_from_dark_to_light_unless_told_otherwise(cli: Cli) -> None:
    assert cli("sort", "birds.gpl", "out.gpl").code == 0
    found = pc.Palette.load("out.gpl")
    assert found.names == ("Crow", "Raven", "Jay", "Robin", "Finch", "Swan")
    assert (found.name, found.columns) == ("Birds", 3)


def test_sort_merges_before_it_sorts(cli: Cli) -> None:
    outcome = cli("sort", "birds.gpl", "out.gpl", "--merge", "2.3", "--order", "hue")
    assert outcome.text == "out.gpl: 4 colours\n"
    assert pc.Palette.load("out.gpl").names == ("Crow", "Swan", "Robin", "Jay")


def test_sort_in_place_when_asked(cli: Cli) -> None:
    assert cli("sort", "birds.gpl", "birds.gpl").code == 1
    assert pc.Palette.load("birds.gpl") == BIRDS
    assert cli("sort", "birds.gpl", "birds.gpl", "--force").code == 0
    assert pc.Palette.load("birds.gpl") == BIRDS.sorted()


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_of_a_quantized_picture(order: str, drawn: Bytes, cli: Cli) -> None:
    options = ["-k", "9", "--space", "oklab", "--dither", "atkinson", "--order", order]
    outcome = cli("quantize", "drawn.png", *options, "-o", "out.png", "--json")
    expected = pc.quantize(drawn, 9, space="oklab", dither="atkinson", order=order)
    assert outcome.json["palette"] == list(expected.palette.hex)
    with Image.open("out.png") as image:
        assert np.array_equal(np.asarray(image), expected.indices)
    assert cli("palette", "drawn.png", *options).text.split() == list(expected.palette.hex)


@pytest.mark.parametrize("strict", [[], ["--strict"]])
def test_a_given_palette_keeps_its_order_its_duplicates_and_what_is_unused(
    strict: list[str], cli: Cli
) -> None:
    command = ["quantize", "nest.png", "--palette", "birds.gpl", *strict, "-o", "out.png"]
    outcome = cli(*command, "--palette-out", "out.gpl", "--json")
    assert (outcome.code, outcome.json["mse"]) == (0, 0.0)
    assert pc.Palette.load("out.gpl") == BIRDS
    with Image.open("out.png") as image:
        # Of the two equal entries the first.
        assert np.asarray(image).tolist() == [[1, 4], [4, 2]]
        assert bytes(image.getpalette() or []) == BIRDS.colors.tobytes()


def test_unused_colours_are_dropped_when_asked(cli: Cli) -> None:
    command = ["quantize", "nest.png", "--palette", "birds.gpl", "--drop-unused", "-o", "out.png"]
    outcome = cli(*command, "--palette-out", "out.gpl", "--json")
    assert (outcome.code, outcome.json["mse"], outcome.json["colors"]) == (0, 0.0, 3)
    palette = pc.Palette.load("out.gpl")
    assert palette.names == ("Robin", "Crow", "Jay")
    with Image.open("out.png") as image:
        assert np.asarray(image).tolist() == [[0, 2], [2, 1]]
        assert bytes(image.getpalette() or []) == palette.colors.tobytes()


def test_a_sheet_has_its_palettes_in_order(cli: Cli) -> None:
    outcome = cli(
        *["sheet", "drawn.png", "-k", "5", "--order", "popularity", "-o", "out.png", "--json"]
    )
    (result,) = outcome.json["results"]
    pixels = np.asarray(Image.open("drawn.png"))
    options = {"space": "oklab", "dither": "floyd-steinberg"}
    expected = pc.quantize(pixels, 5, order="popularity", **options).palette
    assert result["palette"] == list(expected.hex)
    assert expected != pc.quantize(pixels, 5, **options).palette
