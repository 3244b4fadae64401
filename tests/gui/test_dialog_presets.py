"""Values come back: presets, saved settings, defaults, last values, and Filters > Repeat."""

from __future__ import annotations

import json

import numpy as np
import pytest

import palette_core as pc
from tests.gimp.pictures import drawn
from tests.gui.dialog_driver import DEFAULTS, DialogDriver
from tools.harness.gimp_session import Gimp
from tools.harness.screen import IMAGE_WINDOW, Screen, wait_for

pytestmark = pytest.mark.gimp


def test_saved_settings_and_factory_defaults(
    dialog: DialogDriver, gimp: Gimp, screen: Screen
) -> None:
    pixels = dialog.draw(drawn("rgb"))
    dialog.open()
    dialog.set_number(5)
    dialog.choose("dither", 0)
    screen.press("alt+s")  # save
    screen.picture("settings-saved")
    dialog.set_number(9)
    screen.press("alt+l")  # load
    dialog.wait_until_still()
    screen.picture("settings-loaded")
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 5, space="oklab"))

    gimp.show(dialog.image)
    dialog.open()
    screen.press("alt+r")
    screen.picture("reset-menu")
    screen.press("Tab", "space")  # from the initial values on to the factory defaults
    dialog.wait_until_still()
    screen.picture("factory-defaults")
    dialog.delete_last_values()
    dialog.ok()
    dialog.check_indexed(max(dialog.gimp.images()), pc.quantize(pixels, 16, **DEFAULTS))


def test_last_values_and_repeat(dialog: DialogDriver, gimp: Gimp, screen: Screen) -> None:
    pixels = dialog.draw(drawn("rgb"))
    expected = pc.quantize(pixels, 6, **DEFAULTS)
    dialog.open()
    dialog.set_number(6)
    dialog.ok()
    dialog.check_indexed(dialog.result(), expected)

    gimp.show(dialog.image)
    before = gimp.images()
    dialog.open()
    dialog.wait_until_still()
    screen.picture("last-values")
    screen.press("alt+o")
    wait_for(lambda: len(gimp.whole_images()) > len(before), "a result of the last values")
    dialog.wait_until_closed()
    gimp.show(dialog.image)
    screen.window(IMAGE_WINDOW)
    screen.press("ctrl+f")
    wait_for(lambda: len(gimp.whole_images()) > len(before) + 1, "a result of the repetition")
    screen.window(IMAGE_WINDOW)
    screen.picture("repeated")
    for image in gimp.images()[-2:]:
        dialog.check_indexed(image, expected)


def test_shipped_preset(dialog: DialogDriver, screen: Screen, picture: np.ndarray) -> None:
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.choose("preset", 4)
    dialog.wait_until_still()
    screen.picture("preset-e-paper")
    dialog.ok()
    colors = ["#000000", "#ffffff", "#ff0000", "#ffff00", "#0000ff", "#00ff00"]
    expected = pc.quantize(pixels, 6, locked=colors, dither_strength=1.0, **DEFAULTS)
    dialog.check_indexed(dialog.result(), expected)


def test_preset_of_the_user(dialog: DialogDriver, screen: Screen, picture: np.ndarray) -> None:
    file = dialog.settings_folder / "quantize-kmeans-presets.json"
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.set_number(5)
    dialog.choose("dither", 0)
    dialog.focus("preset")
    dialog.tab(1)
    screen.press("space")  # save
    screen.type("Mine")
    screen.picture("preset-name")
    screen.press("Return")
    dialog.wait_until_still()
    screen.picture("preset-saved")
    assert json.loads(file.read_text())["Mine"]["colors"] == 5
    dialog.set_number(7)
    dialog.focus("preset")
    dialog.tab(1)
    screen.press("space")  # save by the same name, which overwrites nothing
    screen.type("Mine")
    screen.picture("preset-name-taken")
    screen.press("Return", "Escape")
    assert json.loads(file.read_text())["Mine"]["colors"] == 5
    dialog.choose("preset", 2)
    dialog.choose_focused(6)
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 5, space="oklab"))

    dialog.show(dialog.image)
    dialog.open()
    dialog.choose("preset", 6)
    dialog.tab(2)
    screen.press("space")  # delete
    dialog.wait_until_still()
    screen.picture("preset-deleted")
    dialog.cancel()
    assert json.loads(file.read_text()) == {}


def test_reset_leaves_the_expander(dialog: DialogDriver, screen: Screen) -> None:
    dialog.draw(drawn("rgb"))
    dialog.open()
    screen.press("alt+i")
    dialog.set_number(9)
    screen.press("alt+r", "Tab", "space")
    dialog.wait_until_still()
    screen.picture("reset-with-more-options")
    dialog.ok()
    (file,) = dialog.settings_folder.glob("*quantize-kmeans.last")
    assert "(more yes)" in file.read_text()
    assert "(colors 16)" in file.read_text()
