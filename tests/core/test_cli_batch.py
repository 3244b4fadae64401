"""The command line with several pictures, folders of them, and animations."""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.cli import console

from .command_line import BEE, EYE, Cli, files_of
from .reference_metrics import read_image


@pytest.fixture(autouse=True)
def files(workdir: Path, drawn: Bytes) -> None:
    """Add a folder of images, an animation and a broken image to the current folder."""
    (workdir / "album").mkdir()
    for name in ("drawn.png", "photo.jpg"):
        shutil.copy(name, "album")
    frames = [Image.fromarray(np.roll(drawn, 4 * step, axis=1)) for step in range(3)]
    options = {"duration": [20, 40, 60], "loop": 0, "lossless": True}
    frames[0].save("film.webp", save_all=True, append_images=frames[1:], **options)
    Path("broken.png").write_text("Dear Sir or Madam,\n")


# Many pictures


def test_files_and_folders_into_a_folder(workdir: Path, cli: Cli) -> None:
    outcome = cli("quantize", "cutout.png", "album", "-o", "out", "-k", "7")
    assert (outcome.code, outcome.err) == (0, "")
    names = [line.split(":")[0] for line in outcome.text.splitlines()]
    assert names == ["out/cutout.png", "out/drawn.png", "out/photo.png"]
    assert outcome.text.startswith("out/cutout.png: 7 colours, PSNR ")
    assert set(files_of(workdir / "out")) == {"cutout.png", "drawn.png", "photo.png"}
    for source in ("cutout.png", "album/drawn.png", "album/photo.jpg"):
        alone = Path(source).stem + ".alone.png"
        assert cli("quantize", source, "-k", "7", "-o", alone).code == 0
        assert Path(alone).read_bytes() == Path("out", Path(source).stem + ".png").read_bytes()


@pytest.mark.parametrize("output", ["new/", "album"])
def test_one_picture_into_a_folder(output: str, workdir: Path, cli: Cli) -> None:
    # As a pattern of the shell may match one file only.
    outcome = cli("quantize", "cutout.png", "-o", output, "--jobs", "1")
    assert (outcome.code, outcome.err) == (0, "")
    assert (workdir / output / "cutout.png").is_file()


def test_a_shared_palette_is_that_of_all_frames(cli: Cli) -> None:
    outcome = cli("quantize", "album", "film.webp", "-o", "out", "-k", "6", "--shared-palette",
                  "--palette-out", "all.gpl", "--json", "--jobs", "-1")  # fmt: skip
    assert (outcome.code, outcome.err) == (0, "")
    pixels = [read_image(f"album/{name}").pixels for name in ("drawn.png", "photo.jpg")]
    film = [np.roll(pixels[0], 4 * step, axis=1) for step in range(3)]
    palette = pc.find_shared_palette([*pixels, *film], 6, **EYE)
    assert pc.Palette.load("all.gpl").hex == palette.hex
    assert pc.Palette.load("all.gpl").name == "all"
    assert set(outcome.json) == {"files"}
    found = outcome.json["files"]
    inputs = ["album/drawn.png", "album/photo.jpg", "film.webp"]
    outputs = ["out/drawn.png", "out/photo.png", "out/film.png"]
    assert [report["input"] for report in found] == inputs
    assert [report["output"] for report in found] == outputs
    assert [report.get("frames") for report in found] == [None, None, 3]
    assert [report["palette"] for report in found] == [list(palette.hex)] * 3
    expected = pc.compare(pixels[1], read_image("out/photo.png").pixels)
    assert found[1]["mse"] == expected.mse


def test_a_shared_palette_keeps_locked_and_rare_colours(cli: Cli) -> None:
    command = "quantize album -k4 --shared-palette --lock #ff00ff@3 --rare 0.5 -o out"
    assert cli(*command.split(), "--palette-out", "all.gpl").code == 0
    pixels = [read_image(f"album/{name}").pixels for name in ("drawn.png", "photo.jpg")]
    expected = pc.find_shared_palette(pixels, 4, locked=["#ff00ff@3"], rare=0.5, **EYE)
    assert pc.Palette.load("all.gpl").hex == expected.hex
    assert expected.hex[3] == "#ff00ff"


def test_a_palette_for_each(workdir: Path, cli: Cli) -> None:
    command = "quantize album -o out --palette-out palettes -k 5 --json"
    files = cli(*command.split()).json["files"]
    for found, name in zip(files, ("drawn", "photo"), strict=True):
        palette = pc.Palette.load(workdir / "palettes" / f"{name}.gpl")
        assert list(palette.hex) == found["palette"]
        assert palette.name == name


def test_a_given_palette_for_all(cli: Cli) -> None:
    command = "quantize album -o out --palette bee.gpl --palette-out again.gpl --json"
    files = cli(*command.split()).json["files"]
    assert [found["palette"] for found in files] == [list(BEE.hex)] * 2
    assert pc.Palette.load("again.gpl") == BEE


def test_strict_names_the_image_and_stops_no_other(cli: Cli) -> None:
    Image.fromarray(BEE.colors[[[0, 1], [1, 2]]]).save("album/bee.png")
    outcome = cli("quantize", "album", "--palette", "bee.gpl", "--strict", "-o", "out")
    assert outcome.code == 1
    assert "photo.jpg" in outcome.err
    assert set(files_of(Path("out"))) == {"bee.png"}


def test_what_fails_is_listed_at_the_end(workdir: Path, cli: Cli) -> None:
    outcome = cli("quantize", "broken.png", "album", "no.png", "-o", "out")
    assert outcome.code == 1
    assert len(outcome.text.splitlines()) == 2
    broken, missing, sum_of_all = outcome.err.splitlines()
    start = "palette-core: error: "
    assert broken.startswith(start + "cannot read broken.png: not an image")
    assert missing == start + "cannot read no.png: no such file"
    assert sum_of_all == start + "2 of 4 images failed; see the messages above"
    assert set(files_of(workdir / "out")) == {"drawn.png", "photo.png"}


def test_what_fails_is_in_the_list_too(cli: Cli) -> None:
    outcome = cli("quantize", "broken.png", "cutout.png", "-o", "out", "--json")
    assert outcome.code == 1
    broken, fine = outcome.json["files"]
    assert set(broken) == {"input", "error"}
    assert "not an image" in broken["error"]
    assert fine["output"] == "out/cutout.png"


def test_notes_name_their_picture(workdir: Path, cli: Cli) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    for name in ("a", "b"):
        Image.new("L", (3, 3)).save(workdir / f"{name}.png", exif=exif)
    outcome = cli("quantize", "a.png", "b.png", "-o", "out")
    assert outcome.err.splitlines() == [
        f"palette-core: note: {name}.png: turned upright, as its EXIF data says"
        for name in ("a", "b")
    ]


def test_force_overwrites(cli: Cli) -> None:
    for _ in range(2):
        assert cli("quantize", "album", "-o", "out", "--palette-out", "out", "--force").code == 0
    assert read_image("out/photo.png").pixels.ndim == 3
    assert len(pc.Palette.load("out/photo.gpl")) == 16


# Animations


@pytest.mark.parametrize(("output", "kind"), [("out.gif", "GIF"), ("out.png", "PNG")])
def test_an_animation_stays_one(output: str, kind: str, drawn: Bytes, cli: Cli) -> None:
    command = f"quantize film.webp -k 6 -o {output} --palette-out out.gpl --json"
    outcome = cli(*command.split())
    assert (outcome.code, outcome.err) == (0, "")
    frames = [np.roll(drawn, 4 * step, axis=1) for step in range(3)]
    palette = pc.find_shared_palette(frames, 6, **EYE)
    assert pc.Palette.load("out.gpl").hex == palette.hex
    assert outcome.json["palette"] == list(palette.hex)
    assert outcome.json["frames"] == 3
    with Image.open(output) as image:
        assert (image.format, image.n_frames, image.info["loop"]) == (kind, 3, 0)


def test_an_animation_to_standard_output(cli: Cli) -> None:
    outcome = cli("quantize", "film.webp", "-o", "-")
    with Image.open(io.BytesIO(outcome.out)) as image:
        assert (image.format, image.n_frames) == ("PNG", 3)


def test_what_is_printed_of_an_animation(cli: Cli) -> None:
    line = cli("quantize", "film.webp", "-o", "out.gif").text
    assert line.startswith("out.gif: 3 frames, 16 colours, PSNR ")
    assert len(cli("quantize", "film.webp").text.split()) == 16


# The progress bar


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def set_delay(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(console, "BAR_DELAY", seconds)


@pytest.mark.parametrize(
    "command", ["quantize album -o out --shared-palette", "quantize film.webp -o out.gif"]
)
def test_long_work_shows_a_bar_on_a_terminal(
    command: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    set_delay(monkeypatch, 0.0)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert cli(*command.split()).code == 0
    shown = terminal.getvalue()
    assert "0%|" in shown
    assert shown.split("\r")[-1].strip() == ""  # it has gone at the end


def test_short_work_shows_none(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    set_delay(monkeypatch, 1e9)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert cli("quantize", "album", "-o", "out").code == 0
    assert "%|" not in terminal.getvalue()


def test_nothing_but_a_terminal_gets_one(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    set_delay(monkeypatch, 0.0)
    assert cli("quantize", "album", "-o", "out").err == ""
