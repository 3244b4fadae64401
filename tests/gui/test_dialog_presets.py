"""Values come back: saved settings, factory defaults, last values, and Filters > Repeat."""

from __future__ import annotations

import pytest

import palette_core as pc
from tests.gimp.pictures import drawn
from tests.gimp_session import Gimp
from tests.gui.dialog import Dialog
from tests.gui.screen import Screen

pytestmark = pytest.mark.gimp


def test_presets(dialog: Dialog, gimp: Gimp, screen: Screen) -> None:
    pixels = dialog.draw(drawn("rgb"))
    dialog.open()
    dialog.set_number(5)
    dialog.choose("dither", 0)
    screen.press("alt+s")
    screen.picture("settings-saved")
    dialog.set_number(9)
    screen.press("alt+r")
    screen.picture("reset-menu")
    screen.press("alt+l")
    screen.picture("settings-loaded")
    dialog.ok()
    dialog.expect(dialog.result(), pc.quantize(pixels, 5, space="oklab"))
