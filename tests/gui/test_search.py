"""Users find the filter: by GIMP's action search, and beside GIMP's own conversion."""

from __future__ import annotations

import pytest

from tests.gui.dialog_driver import DialogDriver
from tools.harness.screen import IMAGE_WINDOW, Screen

pytestmark = pytest.mark.gimp

WORDS = ("quantise", "indexed", "posterize", "reduce colours", "reduce colors", "palette")


def search(dialog: DialogDriver, screen: Screen, words: str) -> None:
    """Run the first action that GIMP finds, which is to open the dialog."""
    screen.window(IMAGE_WINDOW)
    screen.press("slash")
    screen.type(words)
    screen.picture(f"search-{words.replace(' ', '-')}")
    screen.press("Return")
    dialog.wait_until_open()
    dialog.close_if_open()


def test_action_search(dialog: DialogDriver, screen: Screen) -> None:
    search(dialog, screen, "quantize")
    for words in WORDS:  # of all that is found, the action that has been run already is first
        search(dialog, screen, words)


def test_mode_menu(dialog: DialogDriver, screen: Screen) -> None:
    screen.window(IMAGE_WINDOW)
    screen.press("alt+i", "m")
    screen.picture("mode-menu")
    screen.press("k")
    dialog.wait_until_open()
