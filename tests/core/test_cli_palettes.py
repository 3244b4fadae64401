"""The command line and palettes: palette, convert, sort, show, and every format in and out."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.formats import FORMATS, SUFFIXES
from palette_core.ordering import BY_COLOR

from .command_line import BEE, Cli
from .reference_metrics import read_image

LISTED = "0 #000000 Black\n1 #ffcc00 Hönig\n2 #075064\n"
BIRDS = pc.Palette(
    [[250, 250, 250], [200, 30, 30], [20, 20, 20], [202, 30, 30], [30, 60, 200], [20, 20, 20]],
    ["Swan", "Robin", "Crow", "Finch", "Jay", "Raven"],
    "Birds",
    3,
)


@pytest.fixture(autouse=True)
def files(workdir: Path) -> None:
    """Add a palette, and an image in colours of it, to the current folder."""
    BIRDS.save(workdir / "birds.gpl")
    Image.fromarray(BIRDS.colors[[[1, 4], [4, 5]]]).save(workdir / "nest.png")


# palette


def test_palette_saves_or_prints(workdir: Path, cli: Cli) -> None:
    command = ("palette", "drawn.png", "-k", "6", "--seed", "2")
    pixels = read_image(workdir / "drawn.png").pixels
    expected = pc.find_palette(pixels, 6, seed=2, space="oklab")

    printed = cli(*command)
    assert (printed.code, printed.err) == (0, "")
    assert printed.text.split() == list(expected.hex)

    saved = cli(*command, "-o", "out.gpl")
    assert saved.text.startswith("out.gpl: 6 colours")
    assert np.array_equal(pc.Palette.load("out.gpl").colors, expected.colors)
    assert pc.Palette.load("out.gpl").name == "drawn"

    again = cli(*command, "-o", "out.gpl", "--json", "--force")
    assert again.json["palette"] == list(expected.hex)
    assert set(again.json) == {"colors", "palette", "shares", "seconds"}


def test_the_shares_of_a_palettes_colors(workdir: Path, cli: Cli) -> None:
    for name, options in (("cutout.png", []), ("drawn.png", ["--space", "srgb", "-k", "3"])):
        report = cli("palette", name, *options, "--json").json
        palette = pc.Palette([list(bytes.fromhex(code[1:])) for code in report["palette"]])
        space = "srgb" if options else "oklab"
        nearest = pc.map_pixels(read_image(workdir / name).pixels, palette, space=space)
        opaque = ... if nearest.opaque is None else nearest.opaque
        used = np.bincount(nearest.indices[opaque].ravel(), minlength=len(palette))
        assert report["shares"] == pytest.approx(used / used.sum())


def test_a_palette_to_dither_with(cli: Cli) -> None:
    command = "palette photo.jpg -k 6 --dither atkinson --dither-strength 0.5 --space cielab"
    pixels = read_image("photo.jpg").pixels
    options = {"space": "cielab", "dither": "atkinson", "dither_strength": 0.5}
    assert cli(*command.split()).text.split() == list(pc.find_palette(pixels, 6, **options).hex)
    assert (
        cli(*command.split()).text
        != cli(*["palette", "photo.jpg", "-k", "6", "--space", "cielab"]).text
    )


# convert


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_convert_there_and_back(suffix: str, cli: Cli) -> None:
    there, back = f"there{suffix}", "back.gpl"
    assert cli("convert", "bee.gpl", there).text == f"{there}: 3 colours\n"
    assert cli("convert", there, back).text == f"{back}: 3 colours\n"
    assert list(pc.Palette.load(there)) == list(pc.Palette.load(back)) == list(BEE)


def test_convert_to_a_format_by_its_name(cli: Cli) -> None:
    assert cli("convert", "bee.gpl", "bee.pal", "--format", "riff").code == 0
    assert Path("bee.pal").read_bytes() == FORMATS["riff"].write(BEE, Path("bee.pal"))


def test_convert_overwrites_by_force_only(cli: Cli) -> None:
    Path("bee.act").write_bytes(b"mine")
    assert cli("convert", "bee.gpl", "bee.act").code == 1
    assert Path("bee.act").read_bytes() == b"mine"
    assert cli("convert", "bee.gpl", "bee.act", "--force").code == 0
    assert len(pc.Palette.load("bee.act")) == 3


# sort


@pytest.mark.parametrize("order", BY_COLOR)
def test_sort_by_every_order(order: str, cli: Cli) -> None:
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


# show


def test_show_lists_the_colours_where_no_terminal_is(cli: Cli) -> None:
    assert cli("show", "bee.gpl").text == LISTED


def test_show_as_json(cli: Cli) -> None:
    assert cli("show", "bee.gpl", "--json").json == {
        "name": "Bee",
        "colors": 3,
        "palette": ["#000000", "#ffcc00", "#075064"],
        "names": ["Black", "Hönig", ""],
        "columns": 2,
    }


def test_show_as_a_picture(cli: Cli) -> None:
    assert cli("show", "bee.gpl", "--png", "sheet.png").text == "sheet.png: 3 colours\n"
    with Image.open("sheet.png") as sheet:
        assert (sheet.format, sheet.size) == ("PNG", (64, 64))
    assert list(pc.Palette.load("sheet.png")) == list(BEE)
    assert cli("show", "bee.gpl", "--png", "sheet.png").code == 1
    assert cli("show", "bee.gpl", "--png", "sheet.png", "--json", "--force").json["colors"] == 3


def in_a_terminal(*arguments: str, **variables: str) -> str:
    """Run the command line with a terminal for standard output; return what is shown there."""
    ours, theirs = pty.openpty()
    environment = {"TERM": "xterm", "PYTHONUTF8": "1", "PATH": os.environ["PATH"]} | variables
    command = [sys.executable, "-m", "palette_core", *arguments]
    with os.fdopen(ours, "rb", buffering=0) as screen:
        done = subprocess.run(command, stdout=theirs, env=environment, check=False)
        shown = screen.read(100_000).decode()
        os.close(theirs)
    assert done.returncode == 0
    return shown.replace("\r\n", "\n")


def test_show_paints_in_a_terminal() -> None:
    lines = in_a_terminal("show", "bee.gpl").splitlines()
    assert lines[1] == "\x1b[48;2;255;204;0m      \x1b[0m 1 #ffcc00 Hönig"
    assert [line.partition("\x1b[0m ")[2] for line in lines] == LISTED.splitlines()


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_show_does_not_paint_where_colours_are_unwanted(variables: dict[str, str]) -> None:
    assert in_a_terminal("show", "bee.gpl", **variables) == LISTED


# Given palettes


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


# Every format where a palette is read or written


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_quantize_and_palette_take_every_format(suffix: str, cli: Cli) -> None:
    found = cli("palette", "drawn.png", "-k", "5", "-o", f"five{suffix}", "--json").json["palette"]
    assert list(pc.Palette.load(f"five{suffix}").hex) == found
    outcome = cli("quantize", "drawn.png", "--palette", f"five{suffix}", "--palette-out",
                  f"again{suffix}", "-o", "out.png", "--json")  # fmt: skip
    assert outcome.json["palette"] == found
    assert list(pc.Palette.load(f"again{suffix}").hex) == found
