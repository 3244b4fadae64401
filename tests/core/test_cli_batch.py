"""The command line with several pictures, folders of them, and animations."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.cli import console

from .command_line import EYE, Cli, assert_one_line, files_of
from .reference_metrics import read_image

pytestmark = pytest.mark.usefixtures("workdir")


@pytest.fixture
def workdir(
    tmp_path: Path, drawn: Bytes, flower: Bytes, cutout: Bytes, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The current folder: pictures, one of them broken, in a folder and beside it."""
    (tmp_path / "album").mkdir()
    (tmp_path / "empty").mkdir()
    Image.fromarray(drawn).save(tmp_path / "album" / "drawn.png")
    Image.fromarray(flower).save(tmp_path / "album" / "flower.jpg", quality=95)
    Image.fromarray(cutout).save(tmp_path / "cutout.png")
    rolled = [Image.fromarray(np.roll(drawn, 4 * step, axis=1)) for step in range(3)]
    rolled[0].save(
        tmp_path / "film.webp",
        save_all=True,
        append_images=rolled[1:],
        duration=[20, 40, 60],
        loop=0,
        lossless=True,
    )
    (tmp_path / "broken.png").write_text("Dear Sir or Madam,\n")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "flower.png").write_bytes(b"mine")
    (tmp_path / "there" / "flower.gpl").write_bytes(b"mine")
    pc.Palette([[0, 0, 0], [255, 255, 255], [9, 200, 30]], name="Three").save(
        tmp_path / "three.gpl"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


# What cannot be done

BAD: dict[str, tuple[str, int, Sequence[str]]] = {
    "no output": ("quantize album", 2, ["-o", "folder"]),
    "a file for many": (
        "quantize album cutout.png -o out.png",
        2,
        ["out.png", "expected a folder"],
    ),
    "a file for a folder": ("quantize album -o out.gif", 2, ["out.gif", "expected a folder"]),
    "standard output": ("quantize album -o -", 2, ["-o", "folder"]),
    "standard input too": ("quantize - cutout.png -o out", 2, ["standard input"]),
    "standard input into a folder": ("quantize - -o album", 2, ["standard input"]),
    "an empty folder": ("quantize album empty -o out", 1, ["no picture in the folder empty"]),
    "an output is there": ("quantize album -o there", 1, ["there/flower.png", "--force"]),
    "a palette is there": (
        "quantize album -o out --palette-out there",
        1,
        ["there/flower.gpl", "--force"],
    ),
    "the folder of the pictures": ("quantize album -o album", 1, ["album/drawn.png", "--force"]),
    "the same file twice": ("quantize album album/drawn.png -o out", 1, ["both become"]),
    "one palette file for many palettes": (
        "quantize album -o out --palette-out out.gpl",
        2,
        ["out.gpl", "expected a folder", "--shared-palette"],
    ),
    "a palette folder for one": (
        "quantize album -o out --shared-palette --palette-out there",
        2,
        ["there", "suffix"],
    ),
    "a shared and a given palette": (
        "quantize album -o out --shared-palette --palette three.gpl",
        2,
        ["--palette", "--shared-palette"],
    ),
    "no jobs": ("quantize album -o out --jobs 0", 2, ["'0'", "1 to", "-1"]),
    "minus two jobs": ("quantize album -o out --jobs -2", 2, ["--jobs"]),
    "jobs and a scheduler": (
        "quantize album -o out --jobs 2 --scheduler tcp://localhost:8786",
        2,
        ["--jobs", "--scheduler"],
    ),
    "no address": ("quantize album -o out --scheduler here", 2, ["'here'", "tcp://host:8786"]),
    "jobs for one picture": ("quantize cutout.png -o out.png --jobs 2", 2, ["--jobs", "several"]),
    "a shared palette for one": (
        "quantize cutout.png -o out.png --shared-palette",
        2,
        ["--shared-palette", "several"],
    ),
    "all pixels of many": (
        "quantize album -o out --shared-palette --method sklearn-kmeans",
        2,
        ["sklearn-kmeans", "sees all pixels at once"],
    ),
    "options that do not go together": (
        "quantize album -o out --alpha-dither --matte #ffffff",
        2,
        ["alpha_dither"],
    ),
    "WebP out": ("quantize film.webp -o out.webp", 2, ["out.webp", ".png, .gif"]),
    "an animation is there": ("quantize film.webp -o there/flower.png", 1, ["--force"]),
    "all pixels of a film": (
        "quantize film.webp -o out.gif --method sklearn-kmeans",
        2,
        ["sees all pixels at once"],
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_done_is_one_line_and_nothing_written(
    name: str, workdir: Path, cli: Cli
) -> None:
    command, code, words = BAD[name]
    before = files_of(workdir)
    outcome = cli(*command.split())
    assert_one_line(outcome.err, words)
    assert outcome.code == code
    assert not outcome.out
    assert files_of(workdir) == before
    assert not (workdir / "out").exists()


# Many pictures


def test_files_and_folders_into_a_folder(workdir: Path, cli: Cli) -> None:
    outcome = cli("quantize", "cutout.png", "album", "-o", "out", "-k", "7")
    assert (outcome.code, outcome.err) == (0, "")
    names = [line.split(":")[0] for line in outcome.text.splitlines()]
    assert names == ["out/cutout.png", "out/drawn.png", "out/flower.png"]
    assert outcome.text.startswith("out/cutout.png: 7 colours, PSNR ")
    assert set(files_of(workdir / "out")) == {"cutout.png", "drawn.png", "flower.png"}
    for source in ("cutout.png", "album/drawn.png", "album/flower.jpg"):
        alone = Path(source).stem + ".alone.png"
        assert cli("quantize", source, "-k", "7", "-o", alone).code == 0
        assert Path(alone).read_bytes() == Path("out", Path(source).stem + ".png").read_bytes()


@pytest.mark.parametrize("output", ["new/", "there"])
def test_one_picture_into_a_folder(output: str, workdir: Path, cli: Cli) -> None:
    # As a pattern of the shell may match one file only.
    outcome = cli("quantize", "cutout.png", "-o", output, "--jobs", "1")
    assert (outcome.code, outcome.err) == (0, "")
    assert (workdir / output / "cutout.png").is_file()


def test_a_shared_palette(workdir: Path, cli: Cli) -> None:
    outcome = cli("quantize", "album", "film.webp", "-o", "out", "-k", "6", "--shared-palette",
                  "--palette-out", "all.gpl", "--json", "--jobs", "-1")  # fmt: skip
    assert (outcome.code, outcome.err) == (0, "")
    pixels = [read_image(f"album/{name}").pixels for name in ("drawn.png", "flower.jpg")]
    film = [np.roll(pixels[0], 4 * step, axis=1) for step in range(3)]
    palette = pc.find_shared_palette([*pixels, *film], 6, **EYE)
    assert pc.Palette.load("all.gpl").hex == palette.hex
    assert pc.Palette.load("all.gpl").name == "all"
    files = outcome.json["files"]
    assert set(outcome.json) == {"files"}
    assert [found["palette"] for found in files] == [list(palette.hex)] * 3
    assert [found.get("frames") for found in files] == [None, None, 3]
    assert [found["input"] for found in files] == [
        "album/drawn.png",
        "album/flower.jpg",
        "film.webp",
    ]
    assert [found["output"] for found in files] == [
        "out/drawn.png",
        "out/flower.png",
        "out/film.png",
    ]
    expected = pc.compare(pixels[1], read_image(workdir / "out" / "flower.png").pixels)
    assert files[1]["mse"] == expected.mse


def test_a_palette_for_each(workdir: Path, cli: Cli) -> None:
    command = "quantize album -o out --palette-out palettes -k 5 --json"
    files = cli(*command.split()).json["files"]
    for found, name in zip(files, ("drawn", "flower"), strict=True):
        palette = pc.Palette.load(workdir / "palettes" / f"{name}.gpl")
        assert list(palette.hex) == found["palette"]
        assert palette.name == name


def test_a_given_palette_for_all(workdir: Path, cli: Cli) -> None:
    command = "quantize album -o out --palette three.gpl --palette-out again.gpl --json"
    files = cli(*command.split()).json["files"]
    given = pc.Palette.load("three.gpl")
    assert [found["palette"] for found in files] == [list(given.hex)] * 2
    assert pc.Palette.load(workdir / "again.gpl") == given


def test_what_fails_is_listed_at_the_end(workdir: Path, cli: Cli) -> None:
    outcome = cli("quantize", "broken.png", "album", "no.png", "-o", "out")
    assert outcome.code == 1
    assert len(outcome.text.splitlines()) == 2
    broken, missing, sum_of_all = outcome.err.splitlines()
    start = "palette-core: error: "
    assert broken.startswith(start + "cannot read broken.png: it is no picture")
    assert "no.png: there is no such file" in missing
    assert sum_of_all == start + "2 of 4 pictures failed, see above"
    assert set(files_of(workdir / "out")) == {"drawn.png", "flower.png"}


def test_what_fails_is_in_the_list_too(cli: Cli) -> None:
    outcome = cli("quantize", "broken.png", "cutout.png", "-o", "out", "--json")
    assert outcome.code == 1
    broken, fine = outcome.json["files"]
    assert set(broken) == {"input", "error"}
    assert "no picture" in broken["error"]
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


def test_force_overwrites(workdir: Path, cli: Cli) -> None:
    command = "quantize album -o there --palette-out there --force"
    assert cli(*command.split()).code == 0
    assert read_image(workdir / "there" / "flower.png").pixels.ndim == 3
    assert len(pc.Palette.load(workdir / "there" / "flower.gpl")) == 16


# Animations


@pytest.mark.parametrize(("output", "kind"), [("out.gif", "GIF"), ("out.png", "PNG")])
def test_an_animation_stays_one(
    output: str, kind: str, workdir: Path, drawn: Bytes, cli: Cli
) -> None:
    command = (
        f"quantize film.webp -k 6 --dither blue-noise -o {output} --palette-out out.gpl --json"
    )
    outcome = cli(*command.split())
    assert (outcome.code, outcome.err) == (0, "")
    frames = [np.roll(drawn, 4 * step, axis=1) for step in range(3)]
    options = {"space": "oklab", "dither": "blue-noise"}
    palette = pc.find_shared_palette(frames, 6, **options)
    assert pc.Palette.load("out.gpl").hex == palette.hex
    assert outcome.json["palette"] == list(palette.hex)
    assert outcome.json["frames"] == 3
    with Image.open(workdir / output) as image:
        assert (image.format, image.n_frames, image.info["loop"]) == (kind, 3, 0)
        for number, frame in enumerate(frames):
            image.seek(number)
            expected = pc.map_pixels(frame, palette, **options).to_array()
            assert np.array_equal(np.asarray(image.convert("RGB")), expected)
            assert image.info["duration"] == [20, 40, 60][number]


def test_an_animation_to_standard_output(cli: Cli) -> None:
    outcome = cli("quantize", "film.webp", "-o", "-")
    with Image.open(io.BytesIO(outcome.out)) as image:
        assert (image.format, image.n_frames) == ("PNG", 3)


def test_what_is_printed_of_an_animation(cli: Cli) -> None:
    line = cli("quantize", "film.webp", "-o", "out.gif").text
    assert line.startswith("out.gif: 3 frames, 16 colours, PSNR ")
    assert len(cli("quantize", "film.webp").text.split()) == 16


def test_a_still_gif(workdir: Path, cli: Cli) -> None:
    assert cli("quantize", "cutout.png", "-k", "5", "-o", "out.gif").code == 0
    assert cli("quantize", "cutout.png", "-k", "5", "-o", "out.png").code == 0
    with Image.open(workdir / "out.gif") as gif, Image.open(workdir / "out.png") as png:
        assert gif.format == "GIF"
        assert np.array_equal(np.asarray(gif.convert("RGBA")), np.asarray(png.convert("RGBA")))


# The progress bar


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    "command", ["quantize album -o out --shared-palette", "quantize film.webp -o out.gif"]
)
def test_long_work_shows_a_bar_on_a_terminal(
    command: str, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(console, "_PATIENCE", 0.0)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert cli(*command.split()).code == 0
    shown = terminal.getvalue()
    assert "0%|" in shown
    assert shown.split("\r")[-1].strip() == ""  # it has gone at the end


def test_short_work_shows_none(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(console, "_PATIENCE", 1e9)
    monkeypatch.setattr(sys, "stderr", terminal)
    assert cli("quantize", "album", "-o", "out").code == 0
    assert "%|" not in terminal.getvalue()


def test_nothing_but_a_terminal_gets_one(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "_PATIENCE", 0.0)
    assert cli("quantize", "album", "-o", "out").err == ""
