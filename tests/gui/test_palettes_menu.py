"""The Palettes dialog's menu: a palette from the open image."""

from __future__ import annotations

import pytest

import palette_core as pc
from tests.gui.test_dialog import DIALOG
from tools.harness.gimp_session import Gimp, decode
from tools.harness.screen import IMAGE_WINDOW, Screen, wait_for

pytestmark = pytest.mark.gimp

NAME = "From the menu"


def run_from_menu(screen: Screen) -> None:
    """Find the menu's entry as GIMP finds actions by their names."""
    screen.window(IMAGE_WINDOW)
    screen.press("slash")
    screen.type("New Palette from Image")
    screen.picture("palettes-menu")
    screen.press("Down", "Return")


def test_a_palette_from_the_open_image(gimp: Gimp, screen: Screen, photo: int) -> None:
    expected = pc.find_palette(decode(gimp.merged(photo)), 5, space="oklab")
    before = gimp.describe(photo)
    run_from_menu(screen)
    screen.window(DIALOG)
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
