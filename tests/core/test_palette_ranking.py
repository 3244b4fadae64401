"""The best of several palettes, against a plain search, and as `--best`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.image.histogram import ColorHistogram
from palette_core.palette_library import LIBRARY
from palette_core.palette_ranking import rank_by_colors

from .command_line import Cli

# None has greys close to its vivid colours, whose hues the mapping would penalize.
NAMES = ("black-white", "cga-1", "game-boy", "c64", "zx-spectrum", "nes", "web-safe")


@pytest.fixture(autouse=True)
def photo_file(workdir: Path, small_photo: Bytes) -> None:
    """Write the image that the commands read into the current folder."""
    Image.fromarray(small_photo).save(workdir / "photo.png")


def plain_error(pixels: Bytes, palette: pc.Palette, name: str) -> float:
    """Return the error of the nearest entries, from all distances."""
    points, entries, ends = (
        SPACES[name].from_srgb(colors).astype(np.float64)
        for colors in (pixels.reshape(-1, 3), palette.colors, np.array([[0] * 3, [255] * 3]))
    )
    squares = [np.square(points - entry).sum(axis=1) for entry in entries]
    length = np.linalg.norm(ends[1] - ends[0])
    return float(100 * np.sqrt(np.mean(np.min(squares, axis=0))) / length)


@pytest.mark.parametrize("space", ["srgb", "linear", "cielab"])
def test_errors_are_those_of_all_distances(space: str, small_photo: Bytes) -> None:
    palettes = [pc.Palette.named(name) for name in NAMES]
    histogram = ColorHistogram.unique(small_photo.reshape(-1, 3))
    ranked = rank_by_colors(histogram, palettes, SPACES[space])
    expected = [plain_error(small_photo, palette, space) for palette in palettes]
    assert [one.position for one in ranked] == np.argsort(expected, kind="stable").tolist()
    assert [one.error for one in ranked] == pytest.approx(sorted(expected), rel=2e-3)
    assert all(one.palette is palettes[one.position] for one in ranked)


def test_black_on_white_is_a_hundred_per_cent(cli: Cli, workdir: Path) -> None:
    Image.new("RGB", (4, 4)).save(workdir / "black.png")
    found = cli("quantize", "black.png", "--best", "--palette", "#fff", "--json").json
    assert found["palettes"] == [{"name": "#fff", "colors": 1, "error": pytest.approx(100)}]


def test_the_best_is_used_and_listed_first(cli: Cli, small_photo: Bytes) -> None:
    pc.find_palette(small_photo, 16).save("own.gpl")
    names = ["@c64", "own.gpl", "#000,#fff"]
    options = [word for name in names for word in ("--palette", name)]
    outcome = cli("quantize", "photo.png", "--best", *options, "-o", "out.png", "--dither", "none")
    title, *rows, last = outcome.text.splitlines()
    assert (outcome.code, title) == (0, "error in oklab, % of black to white")
    assert [row.split("  ")[-1] for row in rows] == [
        "own.gpl, 16 colours",
        "@c64, 16 colours",
        "#000,#fff, 2 colours",
    ]
    assert last.startswith("out.png: 16 colours")
    given = cli("quantize", "photo.png", "--palette", "own.gpl", "-o", "-", "--dither", "none")
    assert given.out == Path("out.png").read_bytes()


def test_without_a_palette_the_library_is_compared(cli: Cli) -> None:
    outcome = cli("quantize", "photo.png", "--best")
    assert len(outcome.text.splitlines()) == 1 + len(LIBRARY)
    listed = cli("quantize", "photo.png", "--best", "--json").json
    assert {row["name"] for row in listed["palettes"]} == {f"@{name}" for name in LIBRARY}
    errors = [row["error"] for row in listed["palettes"]]
    assert errors == sorted(errors)
    assert listed["palette"] == list(pc.Palette.named(listed["palettes"][0]["name"][1:]).hex)


def test_a_folder_is_searched_for_palettes(cli: Cli) -> None:
    Path("folder/below").mkdir(parents=True)
    pc.Palette.named("c64").save("folder/b.ase")
    pc.Palette.named("nes").save("folder/a.gpl")
    Path("folder/README.md").write_text("About these palettes.", encoding="utf-8")
    pc.Palette(np.random.default_rng(0).integers(0, 256, (300, 3))).save("folder/lots.gpl")
    outcome = cli("quantize", "photo.png", "--best", "--palette", "folder")
    assert [line.split()[1] for line in outcome.text.splitlines()[1:]] == [
        "folder/a.gpl,",
        "folder/b.ase,",
    ]
    notes = outcome.err.splitlines()
    assert [note.split(":")[2].split(",")[0] for note in notes] == [
        " skipped folder/README.md",
        " skipped folder/lots.gpl",
    ]


def test_all_frames_of_an_animation_count(cli: Cli) -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("#000000", "#55ffff", "#ff55ff")]
    frames[0].save("clip.webp", save_all=True, append_images=frames[1:], lossless=True)
    found = cli("quantize", "clip.webp", "--best", "-o", "clip.gif", "--json").json
    best = found["palettes"][0]
    assert best["error"] == 0
    assert best["name"] == "@cga"


def test_transparent_pixels_do_not_count(cli: Cli) -> None:
    image = Image.new("RGBA", (8, 8), "#ff00ff00")
    image.paste("#0f380f", (0, 0, 4, 8))
    image.save("half.png")
    options = ("--palette", "@game-boy", "--palette", "#ff00ff,#203020", "--json")
    found = cli("quantize", "half.png", "--best", *options).json
    assert found["palettes"][0] == {"name": "@game-boy", "colors": 4, "error": 0}
