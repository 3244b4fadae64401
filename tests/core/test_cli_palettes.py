"""The command line's way with palette files: convert, show, and every format in and out."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.formats import FORMATS, SUFFIXES

from .command_line import Cli

BEE = pc.Palette([[0, 0, 0], [255, 204, 0], [7, 80, 100]], ["Black", "Hönig", ""], "Bee", 2)
LISTED = "0 #000000 Black\n1 #ffcc00 Hönig\n2 #075064\n"


@pytest.fixture(autouse=True)
def workdir(tmp_path: Path, drawn: Bytes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a palette and a picture in it."""
    BEE.save(tmp_path / "bee.gpl")
    Image.fromarray(drawn).save(tmp_path / "drawn.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


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
    outcome = cli("convert", "bee.gpl", "b.pal", "--format", "gif")
    assert outcome.code == 2
    assert "'gif'" in outcome.err


def test_convert_overwrites_by_force_only(cli: Cli) -> None:
    Path("bee.act").write_bytes(b"mine")
    outcome = cli("convert", "bee.gpl", "bee.act")
    assert outcome.code == 1
    assert "it is there already" in outcome.err
    assert Path("bee.act").read_bytes() == b"mine"
    assert cli("convert", "bee.gpl", "bee.act", "--force").code == 0
    assert len(pc.Palette.load("bee.act")) == 3


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("convert no.gpl bee.act", "no.gpl: there is no such file"),
        ("convert no.xyz bee.act", "no.xyz: there is no such file"),
        ("convert many.gpl many.act", "257 entries, expected 1 to 256"),
        ("convert broken.ase new.gpl", "broken.ase, byte 8: 65535 blocks promised"),
        ("convert broken.hex bee.act", "broken.hex, line 2: 'red'"),
        ("convert drawn.png bee.act", "more than 256 colours"),
        ("convert bee.gpl no/bee.act", "there is no folder no"),
        ("quantize drawn.png --palette empty.gpl -o new.png", "0 colours, expected 1 to 256"),
        ("show broken.hex", "broken.hex, line 2"),
        ("show bee.gpl --png drawn.png", "it is there already"),
        ("show broken.hex --png out.png", "broken.hex, line 2"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(
    command: str, words: str, workdir: Path, cli: Cli
) -> None:
    pc.Palette(np.zeros((257, 3), np.uint8)).save("many.gpl")
    Path("broken.ase").write_bytes(b"ASEF\0\1\0\0\0\0\xff\xff")
    Path("broken.hex").write_text("000000\nred\n")
    Path("empty.gpl").write_text("GIMP Palette\n#\n")
    before = {path: path.read_bytes() for path in workdir.iterdir()}
    outcome = cli(*command.split())
    assert (outcome.code, outcome.text) == (1, "")
    assert words in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert {path: path.read_bytes() for path in workdir.iterdir()} == before


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
    """Run the command line with a terminal for standard output; give what is shown there."""
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


def test_names_cannot_command_a_terminal(cli: Cli) -> None:
    Path("evil.json").write_text(json.dumps({"colors": ["#000000"], "names": ["\x1b[2J\u202ex"]}))
    assert cli("show", "evil.json").text == "0 #000000 [2J x\n"


# Every format where a palette is read or written


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_quantize_and_palette_take_every_format(suffix: str, cli: Cli) -> None:
    found = cli("palette", "drawn.png", "-k", "5", "-o", f"five{suffix}", "--json").json["palette"]
    assert list(pc.Palette.load(f"five{suffix}").hex) == found
    outcome = cli("quantize", "drawn.png", "--palette", f"five{suffix}", "--palette-out",
                  f"again{suffix}", "-o", "out.png", "--json")  # fmt: skip
    assert outcome.json["palette"] == found
    assert list(pc.Palette.load(f"again{suffix}").hex) == found
