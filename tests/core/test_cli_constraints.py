"""Locked colours, a start, rare colours and grids on the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes

from .command_line import EYE, Cli, assert_one_line
from .reference_metrics import read_image

BEE = pc.Palette([[0, 0, 0], [255, 204, 0], [10, 20, 30]], name="Bee")


@pytest.fixture(autouse=True)
def workdir(tmp_path: Path, small_photo: Bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a picture and a palette."""
    Image.fromarray(small_photo).save(tmp_path / "photo.png")
    BEE.save(tmp_path / "bee.gpl")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ("--lock #ff00ff@2 --lock #102030", {"locked": ["#ff00ff@2", "#102030"]}),
        ("--lock-palette bee.gpl", {"locked": list(BEE.hex)}),
        ("--lock #ff00ff@5 --lock-palette bee.gpl", {"locked": ["#ff00ff@5", *BEE.hex]}),
        ("--start bee.gpl", {"start": BEE}),
        ("--rare 0.5", {"rare": 0.5}),
        ("--grid rgb444", {"grid": "rgb444"}),
        ("--grid 3", {"grid": 3}),
    ],
)
def test_they_are_those_of_the_functions(
    arguments: str, options: dict[str, object], cli: Cli
) -> None:
    pixels = read_image("photo.png").pixels
    expected = pc.quantize(pixels, 6, **EYE, **options)
    outcome = cli("quantize", "photo.png", "-k6", *arguments.split(), "-o", "out.png", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.json["palette"] == list(expected.palette.hex)
    with Image.open("out.png") as image:
        assert image.tobytes() == expected.indices.tobytes()
    found = cli("palette", "photo.png", "-k6", *arguments.split()).text.split()
    assert found == list(pc.find_palette(pixels, 6, space="oklab", **options).hex)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ("-k2 --lock-palette bee.gpl", 2, ["locked has 3 colours, expected at most 2"]),
        ("--lock #000000@3 --lock #ffffff@3", 2, ["two colours are locked at the index 3"]),
        ("-k4 --lock #000000@4", 2, ["index 4", "0 to 3"]),
        ("--lock red", 2, ["'red'"]),
        ("--rare 2", 2, ["--rare", "0 to 1"]),
        ("--grid rgb666", 2, ["'rgb666'", "rgb565"]),
        ("--grid 9", 2, ["9", "1 to 8"]),
        ("--start no.gpl", 1, ["no.gpl", "no such file"]),
        ("--lock-palette photo.gpl", 1, ["photo.gpl"]),
        ("--lock #000000 --method wu", 2, ["locked", "'wu'", "kmeans"]),
        ("--palette bee.gpl --lock #000000", 2, ["--palette", "--lock"]),
    ],
)
def test_what_cannot_be_done(arguments: str, code: int, words: list[str], cli: Cli) -> None:
    before = sorted(Path().iterdir())
    outcome = cli("quantize", "photo.png", *arguments.split(), "-o", "out.png")
    assert outcome.code == code
    assert_one_line(outcome.err, words)
    assert sorted(Path().iterdir()) == before


def test_a_shared_palette_keeps_to_them_too(cli: Cli) -> None:
    Path("photos").mkdir()
    pixels = read_image("photo.png").pixels
    for name in ("a.png", "b.png"):
        Path("photos", name).write_bytes(Path("photo.png").read_bytes())
    command = "quantize photos -k4 --shared-palette --lock #ff00ff@3 --rare 0.5 -o out/"
    outcome = cli(*command.split(), "--palette-out", "all.gpl")
    assert (outcome.code, outcome.err) == (0, "")
    both = np.concatenate([pixels, pixels])
    expected = pc.find_palette(both, 4, locked=["#ff00ff@3"], rare=0.5, **EYE)
    assert pc.Palette.load("all.gpl").hex == expected.hex
    assert expected.hex[3] == "#ff00ff"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("--shared-palette --order popularity", ["order is 'popularity'", "hue"]),
        ("--shared-palette --drop-unused", ["--drop-unused"]),
    ],
)
def test_what_pictures_cannot_share(arguments: str, words: list[str], cli: Cli) -> None:
    Path("photos").mkdir()
    Path("photo.png").rename("photos/photo.png")
    outcome = cli("quantize", "photos", *arguments.split(), "-o", "out/")
    assert outcome.code == 2
    assert all(word in outcome.err for word in words), outcome.err
    assert not Path("out").exists()


def test_strict_names_the_picture_and_stops_no_other(workdir: Path, cli: Cli) -> None:
    Path("photos").mkdir()
    Path("photo.png").rename("photos/photo.png")
    Image.fromarray(BEE.colors[[[0, 1], [1, 2]]]).save("photos/bee.png")
    outcome = cli("quantize", "photos", "--palette", "bee.gpl", "--strict", "-o", "out/")
    assert outcome.code == 1
    assert "photo.png" in outcome.err
    assert sorted(path.name for path in (workdir / "out").iterdir()) == ["bee.png"]
