"""GIMP's palettes folder: odd names, another GIMP, no way to write, clocks that are wrong."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import palette_core as pc
from tests.gimp.conftest import Studio
from tests.gimp.pictures import drawn
from tests.gimp.test_user_errors import expect_error
from tools.harness.gimp_session import Gimp, environment_of, gimp_console, running_gimp

OUTPUTS = ["new-image", "convert", "layer", "palette"]
NAMES = {
    "  two\nlines\t": "two lines",
    "../../up/and #1": "../../up/and #1",
    "/absolute": "/absolute",
    "..": "..",
    ".hidden": ".hidden",
    "a\\b:c*?": "a\\b:c*?",
    "x" * 300: "x" * 200,
    "ä" * 300: "ä" * 100,
    "😀 faces 👩‍🎨": "😀 faces 👩‍🎨",
    "bell\a and \x1b[31mred\x7f": "bell  and  [31mred",
    "\n": "Untitled",
}


def files_of(home: Path) -> set[Path]:
    """Return all files of a user, but for the environment, which other users run too."""
    return {
        file
        for folder in home.iterdir()
        if folder.name != ".local"
        for file in (folder, *folder.rglob("*"))
    }


def folder_of(gimp: Gimp) -> Path:
    """Return the folder that GIMP writes palettes into."""
    return Path(gimp.directory()) / "palettes"


@pytest.fixture(scope="module")
def apart(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A GIMP with a profile of its own, which lets no signal end it where a file is too large."""
    folder = tmp_path_factory.mktemp("apart")
    profile = folder / "profile"
    (plugin,) = home.glob(".config/GIMP/*/plug-ins/quantize-kmeans")
    shutil.copytree(plugin, profile / "plug-ins" / "quantize-kmeans")
    environment = {**environment_of(home), "GIMP3_DIRECTORY": str(profile)}
    command = ["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh", gimp_console(), "--no-interface"]
    with running_gimp(command, environment, folder) as gimp:
        yield Studio(gimp)


@pytest.mark.parametrize("asked", NAMES, ids=ascii)
def test_palettes_with_odd_names_are_saved(studio: Studio, home: Path, asked: str) -> None:
    studio.gimp.quantize(studio.draw("rgb"), colors=3, output="palette", save_palette=False)
    before = files_of(home)

    # An image of which no other test makes a palette, since an equal one would be used again.
    image = studio.draw("rgb", pixels=drawn("rgb", seed=8))
    outcome = studio.quantize(image, colors=3, palette_name=asked)

    assert outcome["palette"].startswith(NAMES[asked])
    (file,) = files_of(home) - before
    assert file.parent == folder_of(studio.gimp)
    assert file.suffix == ".gpl"
    saved = pc.Palette.load(file)
    assert saved.name == outcome["palette"]
    assert saved.colors.tolist() == studio.gimp.palette(outcome["palette"])["colors"]


def test_two_gimps_save_palettes_of_one_name(studio: Studio, home: Path, tmp_path: Path) -> None:
    folder = folder_of(studio.gimp)
    command = [gimp_console(), "--no-interface"]
    with running_gimp(command, environment_of(home), tmp_path) as second:
        other = Studio(second)
        saved = {}
        for who, colors in ((studio, 3), (other, 4), (studio, 5), (other, 6)):
            outcome = who.gimp.quantize(who.draw("rgb"), colors=colors, palette_name="Twin")
            saved[colors] = outcome["palette"]
            assert len(who.gimp.palette(outcome["palette"])["colors"]) == colors
    assert set(saved.values()) == {"Twin", "Twin #1", "Twin #2", "Twin #3"}
    files = [pc.Palette.load(path) for path in folder.glob("Twin*.gpl")]
    assert sorted(len(palette.colors) for palette in files) == [3, 4, 5, 6]
    studio.gimp.read_palette_files()
    twins = [name for name in studio.gimp.palettes() if name.startswith("Twin")]
    assert sorted(len(studio.gimp.palette(name)["colors"]) for name in twins) == [3, 4, 5, 6]


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_folder_that_is_read_only(studio: Studio, output: str) -> None:
    folder = folder_of(studio.gimp)
    # Of a palette that no other test has made.
    image = studio.draw(pixels=drawn("rgb", seed=100 + OUTPUTS.index(output)))
    files = set(folder.iterdir())
    folder.chmod(0o500)
    try:
        expect_error(studio, image, str(folder), "Permission denied", "writable", output=output)
    finally:
        folder.chmod(0o700)
    assert set(folder.iterdir()) == files
    assert studio.gimp.quantize(image, output=output)["ok"]


@pytest.mark.parametrize("room", [0, 100])
def test_a_disk_that_is_full(apart: Studio, room: int) -> None:
    folder = folder_of(apart.gimp)
    unlimited = resource.RLIM_INFINITY
    for output in OUTPUTS:
        image = apart.draw()
        resource.prlimit(apart.gimp.process(), resource.RLIMIT_FSIZE, (room, unlimited))
        try:
            expect_error(
                apart, image, apart.gimp.directory(), "File too large", "disk space", output=output
            )
        finally:
            resource.prlimit(apart.gimp.process(), resource.RLIMIT_FSIZE, (unlimited, unlimited))
        assert list(folder.glob("*")) == []
        outcome = apart.gimp.quantize(image, output=output, save_palette=False)
        assert outcome["ok"], outcome
        if output == "palette":  # it is saved in any case, and would be used again
            apart.gimp.delete_palette(outcome["palette"])


def test_a_clock_that_was_set_back(studio: Studio) -> None:
    folder = folder_of(studio.gimp)
    first = studio.gimp.quantize(studio.draw("rgb"), colors=3, palette_name="Later")["palette"]
    future = 4_000_000_000
    for path in (*folder.iterdir(), folder):
        os.utime(path, (future, future))

    second = studio.gimp.quantize(studio.draw("rgb"), colors=4, palette_name="Later")["palette"]

    saved = {pc.Palette.load(path).name: path for path in folder.glob("Later*.gpl")}
    assert set(saved) == {first, second}
    assert len(pc.Palette.load(saved[first]).colors) == 3
    assert len(pc.Palette.load(saved[second]).colors) == 4
    studio.gimp.read_palette_files()
    assert len(studio.gimp.palette(second)["colors"]) == 4
