"""How users find the filter: by its menus, by GIMP's action search, and its Help button."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image

import palette_core as pc
from tests.gui.dialog_driver import TITLE, DialogDriver
from tools.harness.gimp_session import Gimp, decode
from tools.harness.gimp_window import search_actions
from tools.harness.screen import IMAGE_WINDOW, Screen, wait_for

NAME = "From the menu"
WORDS = ("quantise", "indexed", "posterize", "reduce colours", "palette")


@pytest.fixture(scope="module")
def opened(home: Path) -> Path:
    """A file that the user's own web browser writes what it opens into."""
    seen = home / "opened"
    applications = home / ".local" / "share" / "applications"
    applications.mkdir(parents=True, exist_ok=True)
    program = home / ".local" / "bin" / "browser"
    program.write_text(f'#!/bin/sh\nprintf "%s" "$1" >"{seen}"\n')
    program.chmod(0o755)
    (applications / "browser.desktop").write_text(
        f'[Desktop Entry]\nType=Application\nName=Browser\nExec="{program}" %u\n'
        "MimeType=text/html;\n"
    )
    (applications / "mimeapps.list").write_text(
        "[Default Applications]\ntext/html=browser.desktop\n"
    )
    return seen


def run_from_menu(screen: Screen) -> None:
    """Find the menu's entry as GIMP finds actions by their names."""
    search_actions(screen, "New Palette from Image")
    screen.picture("palettes-menu")
    screen.press("Down", "Return")


def test_a_palette_from_the_open_image(
    gimp: Gimp, screen: Screen, dialog: DialogDriver, photo: int
) -> None:
    expected = pc.find_palette(decode(gimp.merged(photo)), 5, space="oklab")
    before = gimp.describe(photo)
    run_from_menu(screen)
    dialog.wait_until_open()
    screen.press("alt+n", "ctrl+a")
    screen.type("5")
    screen.press("alt+a")
    screen.type(NAME)
    screen.press("Tab")
    screen.picture("palettes-dialog")
    screen.press("alt+o")
    wait_for(lambda: gimp.palette(NAME), "the palette")
    wait_for(lambda: len(gimp.palette(NAME)["colors"]) == 5, "its colours")
    assert gimp.palette(NAME)["colors"] == expected.colors.tolist()
    assert gimp.describe(photo) == before
    assert gimp.images() == [photo]


def test_help_is_the_guide(opened: Path, dialog: DialogDriver, screen: Screen, home: Path) -> None:
    dialog.open()
    screen.press("alt+h")
    wait_for(opened.is_file, "the guide")
    wait_for(opened.read_text, "its address")
    page = home / ".local" / "share" / "palette-core" / "docs" / "guide" / "gimp.html"
    assert Path(unquote(urlsplit(opened.read_text()).path)).resolve() == page.resolve()
    sources = re.findall('<img src="([^"]+)"', page.read_text())
    assert len(sources) > 1
    for source in sources:
        with Image.open(page.parent / source) as image:
            assert image.format == "PNG"
    assert screen.has_window(TITLE)  # it stays
    screen.window(TITLE)
    dialog.cancel()


def search(dialog: DialogDriver, screen: Screen, words: str) -> None:
    """Run the first action that GIMP finds, which is to open the dialog."""
    search_actions(screen, words)
    screen.picture(f"search-{words.replace(' ', '-')}")
    screen.press("Return")
    dialog.wait_until_open()
    dialog.close_if_open()


def test_the_action_search_finds_the_filter(dialog: DialogDriver, screen: Screen) -> None:
    search(dialog, screen, "quantize")
    for words in WORDS:  # of all that is found, the action that has been run already is first
        search(dialog, screen, words)


def test_the_mode_menu_opens_the_dialog(dialog: DialogDriver, screen: Screen) -> None:
    screen.window(IMAGE_WINDOW)
    screen.press("alt+i", "m")
    screen.picture("mode-menu")
    screen.press("k")
    dialog.wait_until_open()
