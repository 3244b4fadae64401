"""The guide is true: its examples run, its links lead somewhere, and it names every option."""

from __future__ import annotations

import argparse
import contextlib
import doctest
import io
import re
import shlex
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, PngImagePlugin
from sklearn.datasets import load_sample_image

import palette_core as pc
from docs.pictures import PICTURES
from docs.pictures.guide import a_leaf, a_map
from docs.tables import PAGES as TABLE_PAGES
from docs.tables import TABLE, make_tables
from palette_core import cli
from palette_core.cli import printing
from palette_core.design import METHODS
from palette_core.dither import DITHERS
from palette_core.formats import FORMATS
from palette_core.ordering import ORDERS
from tools.harness.sprites import blur, draw_sprite, enlarge

from .markdown_pages import (
    ALL_PAGES,
    PAGES,
    PROJECT,
    Command,
    agrees,
    anchors,
    commands,
    examples,
    links,
)

GUIDE = PROJECT / "docs" / "guide"
IMAGES = PROJECT / "docs" / "images"


def named(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@pytest.fixture
def workdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a folder with the files that the pages name, in which they are run."""
    monkeypatch.chdir(tmp_path)
    for name, picture in (("photo", "china"), ("flower", "flower")):
        data = resources.files("sklearn.datasets.images").joinpath(f"{picture}.jpg").read_bytes()
        Path(f"{name}.jpg").write_bytes(data)
    edited = load_sample_image("china.jpg").copy()
    edited[50:100, 80:160] = (230, 0, 230)
    Image.fromarray(edited).save("edited.png")
    Image.fromarray(a_map()).save("map.png")
    Image.fromarray(a_leaf()).save("logo.png")
    enlarged = blur(enlarge(draw_sprite(32, 4), 7.5), 1.2)
    Image.fromarray(enlarged).save("enlarged.jpg", quality=60)
    _make_png_with_gamma()
    icon = Image.fromarray(np.array([[0, 1], [2, 3]], np.uint8))
    icon.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0])
    icon.save("icon.png")
    _make_frames()
    Path("empty").mkdir()
    pc.Palette(np.random.default_rng(0).integers(0, 256, (300, 3))).save("lots.gpl")
    pc.Palette([[0, 0, 0]] * 4).save("broken.ase")
    with Path("broken.ase").open("r+b") as file:
        file.truncate(40)
    Path("broken.hex").write_text("000000\nred\n", encoding="utf-8")
    Path("broken.png").write_bytes(b"no picture")


def _make_png_with_gamma() -> None:
    info = PngImagePlugin.PngInfo()
    info.add(b"gAMA", (55556).to_bytes(4, "big"))
    Image.fromarray(load_sample_image("china.jpg")).save("wide.png", pnginfo=info)


def _make_frames() -> None:
    frames = [_frame(number) for number in range(4)]
    Path("frames/sub").mkdir(parents=True)
    for frame, name in zip(frames, ("a", "b", "c", "sub/d"), strict=True):
        frame.save(f"frames/{name}.png")
    frames[0].save("clip.webp", save_all=True, append_images=frames[1:], duration=80, lossless=True)


def _frame(number: int) -> Image.Image:
    """Draw a disc that crosses a part of a photo."""
    image = Image.fromarray(load_sample_image("china.jpg")[100:160, 200:280])
    ImageDraw.Draw(image).ellipse((8 + 10 * number, 20, 28 + 10 * number, 40), (230, 60, 40))
    return image


@pytest.mark.parametrize("page", [page for page in PAGES if examples(page)], ids=named)
@pytest.mark.usefixtures("workdir")
def test_the_examples_of_a_page_run(page: Path) -> None:
    names: dict[str, Any] = {}
    for block in examples(page):
        place = f"{page.name}, line {block.line}"
        if block.tag == "console":
            for command in commands(block):
                check_command(command, place)
        elif block.text.startswith(">>>"):
            check_doctest(block.text, names, place)
        else:
            exec(compile(block.text, place, "exec"), names)  # noqa: S102 - our own pages


def check_command(command: Command, place: str) -> None:
    program, *arguments = shlex.split(command.words, comments=True)
    assert program == "palette-core", f"{place}: {program} is not run; tag the block sh"
    code, printed = run(arguments)
    said = f"{place}: {command.words}\n{printed}"
    # What fails shows its error, and nothing else does.
    fails = code not in (cli.DONE, printing.SKIPPED)
    assert fails == ("palette-core: error:" in command.printed), said
    assert agrees(command.printed, printed), said


def run(arguments: list[str]) -> tuple[int, str]:
    """Run the command line, and give its exit code and what a terminal would show."""
    terminal = io.StringIO()
    with contextlib.redirect_stdout(terminal), contextlib.redirect_stderr(terminal):
        try:
            code = cli.main(arguments)
        except SystemExit as end:  # how argparse ends --help and --version
            code = int(end.code or 0)
    return code, terminal.getvalue()


def check_doctest(text: str, names: dict[str, Any], title: str) -> None:
    test = doctest.DocTestParser().get_doctest(text, names, title, None, 0)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    said = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=flags)
    failed, _ = runner.run(test, out=said.write, clear_globs=False)
    names.update(test.globs)
    assert not failed, said.getvalue()


@pytest.mark.parametrize("page", ALL_PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    for link in links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target), link


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_up_to_date(name: str) -> None:
    # Run `python -m docs.pictures` after an intended change. Another kind of processor may place
    # dithered dots differently, so that averages of 8 x 8 pixels are compared.
    with Image.open(IMAGES / f"{name}.png") as image:
        stored = np.asarray(image.convert("RGB").reduce(8), int)
    drawn = np.asarray(PICTURES[name]().convert("RGB").reduce(8), int)
    assert stored.shape == drawn.shape
    assert np.abs(stored - drawn).max() <= 8


def test_every_picture_is_shown() -> None:
    shown = {(page.parent / link).resolve() for page in ALL_PAGES for link in links(page)}
    assert set(IMAGES.glob("*.png")) <= shown


def test_every_page_of_the_guide_is_in_its_index() -> None:
    found = {link.partition("#")[0] for link in links(GUIDE / "index.md")}
    assert {page.name for page in GUIDE.glob("*.md")} <= found | {"index.md"}


def test_the_tables_of_the_guide_are_those_of_the_registries() -> None:
    # A new entry may be missing until `python -m docs.tables` adds it.
    tables = {name: iter(lines) for name, lines in make_tables().items()}
    shown = {
        table[2]: table[3].strip().splitlines()
        for page in TABLE_PAGES
        for table in TABLE.finditer(page.read_text(encoding="utf-8"))
    }
    assert shown.keys() == tables.keys()
    for name, lines in shown.items():
        assert [line for line in lines if line not in tables[name]] == []


def test_the_table_of_commands_has_all_of_them() -> None:
    page = (GUIDE / "command-line.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `palette-core ")]
    listed = {name for row in rows for name in re.findall("`palette-core ([a-z]+)`", row)}
    assert listed == set(cli.COMMANDS)


def test_the_guide_names_every_command_and_option() -> None:
    words = " ".join(page.read_text(encoding="utf-8") for page in GUIDE.glob("*.md"))
    registered = {*METHODS, *DITHERS, *ORDERS, *FORMATS}
    for name in cli.COMMANDS:
        assert f"palette-core {name}" in words
        parser = argparse.ArgumentParser(add_help=False)
        cli.load_command(name).add_arguments(parser)
        for action in parser._actions:  # noqa: SLF001 - argparse tells them in no other way
            assert not action.option_strings or any(
                re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", words)
                for option in action.option_strings
            ), f"{name} {action.option_strings}"
            # The tables list what the registries have.
            for choice in set(action.choices or ()) - registered:
                assert str(choice) in words, f"{name} {action.option_strings}: {choice}"
