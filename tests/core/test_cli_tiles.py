"""The command `tiles`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc

from .command_line import Cli
from .reference_metrics import read_image
from .tile_rules import assert_one_palette_a_tile

pytestmark = pytest.mark.usefixtures("workdir")


def test_tiles_are_those_of_the_function(workdir: Path, cli: Cli) -> None:
    command = "tiles drawn.png --preset game-boy-color -o out.png --json --flips"
    outcome = cli(*command.split(), "--palette-out", "out.gpl", "--tile-map", "map.json")
    assert (outcome.code, outcome.err) == (0, "")
    pixels = read_image("drawn.png").pixels
    tiled = pc.quantize_tiles(pixels, "game-boy-color", space="oklab")
    with Image.open(workdir / "out.png") as image:
        assert_one_palette_a_tile(image, 4, (8, 8))
        assert np.array_equal(np.asarray(image), tiled.indices)
    found = outcome.json
    assert found["palettes"] == [list(palette.hex) for palette in tiled.palettes]
    assert found["tile_palettes"] == tiled.tile_palettes.tolist()
    assert found["mse"] == pc.compare(pixels, tiled.to_array()).mse
    assert (np.shape(found["tile_numbers"]), found["tile_size"]) == ((8, 10), [8, 8])
    assert pc.Palette.load(workdir / "out.gpl").hex == tiled.palette.hex
    stored = json.loads((workdir / "map.json").read_text())
    tiles = tiled.find_tiles(flips=True)
    assert stored["tiles"] == tiles.tiles.tolist()
    assert stored["tile_numbers"] == found["tile_numbers"] == tiles.numbers.tolist()
    assert stored["flip_x"] == found["flip_x"] == tiles.flip_x.tolist()
    plain = cli(*command.removesuffix(" --flips").split(), "--force").json
    assert set(found) - set(plain) == {"flip_x", "flip_y"}
    assert len(stored["tiles"]) == stored["different_tiles"]


def test_the_options_of_tiles(workdir: Path, cli: Cli) -> None:
    command = "tiles drawn.png --tile 16x8 --palettes 3 -k 5 --index-0 #123 --grid 4 -o out.png"
    outcome = cli(*command.split(), "--dither", "bayer-2", "--effort", "fast")
    assert outcome.code == 0
    assert "3 palettes of 5 colours, " in outcome.text
    tiled = pc.quantize_tiles(
        read_image("drawn.png").pixels,
        tile_size=(16, 8),
        palettes=3,
        colors=5,
        index_0="#112233",
        grid=4,
        dither="bayer-2",
        effort="fast",
    )
    with Image.open(workdir / "out.png") as image:
        assert np.array_equal(np.asarray(image), tiled.indices)


def test_a_master_palette_from_the_library(workdir: Path, cli: Cli) -> None:
    assert cli("tiles", "drawn.png", "--master", "@c64", "-k", "4", "-o", "out.png").code == 0
    with Image.open(workdir / "out.png") as image:
        colors = set(pc.Palette.load(workdir / "out.png").hex)
        assert image.mode == "P"
    outcome = cli("palettes", "--json")
    (c64,) = (found for found in outcome.json["palettes"] if found["name"] == "c64")
    assert colors <= set(c64["palette"])
