"""Values come back: presets, factory defaults, last values, and Filters > Repeat."""

from __future__ import annotations

import json

import numpy as np

import palette_core as pc
from tests.gimp.pictures import drawn, soft_edged
from tests.gui.dialog_driver import DEFAULTS, DialogDriver
from tools.harness.gimp_session import Gimp
from tools.harness.screen import IMAGE_WINDOW, Screen


def test_factory_defaults_leave_the_expander(dialog: DialogDriver, screen: Screen) -> None:
    pixels = dialog.draw(drawn("rgb"))
    dialog.open()
    screen.press("alt+i")
    dialog.set_number(5)
    dialog.choose("dither", 0)
    screen.press("alt+r")
    screen.picture("reset-menu")
    screen.press("Tab", "space")  # from the initial values on to the factory defaults
    dialog.wait_until_still()
    screen.picture("factory-defaults")
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 16, **DEFAULTS))
    (file,) = dialog.settings_folder.glob("*quantize-kmeans.last")
    assert "(more yes)" in file.read_text()


def test_last_values_and_repeat(dialog: DialogDriver, gimp: Gimp, screen: Screen) -> None:
    pixels = dialog.draw(drawn("rgb"))
    expected = pc.quantize(pixels, 6, **DEFAULTS)
    dialog.open()
    dialog.set_number(6)
    dialog.ok()
    dialog.check_indexed(dialog.result(), expected)

    gimp.show(dialog.image)
    dialog.open()
    dialog.wait_until_still()
    screen.picture("last-values")
    dialog.check_indexed(dialog.result_of("alt+o"), expected)
    gimp.show(dialog.image)
    screen.window(IMAGE_WINDOW)
    dialog.check_indexed(dialog.result_of("ctrl+f"), expected)
    screen.window(IMAGE_WINDOW)
    screen.picture("repeated")


def test_shipped_preset_is_used(dialog: DialogDriver, screen: Screen, picture: np.ndarray) -> None:
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.choose_preset(4)
    dialog.wait_until_still()
    screen.picture("preset-e-paper")
    dialog.ok()
    colors = ["#000000", "#ffffff", "#ff0000", "#ffff00", "#0000ff", "#00ff00"]
    expected = pc.quantize(pixels, 6, locked=colors, dither_strength=1.0, **DEFAULTS)
    dialog.check_indexed(dialog.result(), expected)

    # On another image with the last values
    other = picture[::-1].copy()
    dialog.open_another(other)
    dialog.open()
    dialog.delete_last_values()
    dialog.ok()
    expected = pc.quantize(other, 6, locked=colors, dither_strength=1.0, **DEFAULTS)
    dialog.check_indexed(max(dialog.results()), expected)


def test_a_preset_saves_colors(dialog: DialogDriver, screen: Screen) -> None:
    pixels = dialog.draw(soft_edged(), "rgba")
    dialog.open()
    # Adaptive dithering, and an alpha threshold that is not automatic
    screen.press("alt+i", "alt+g", "Tab", "space", "shift+Tab")
    dialog.write("60")
    dialog.tab(2)
    dialog.choose_color("#1e6432")
    dialog.focus("locked")
    screen.press("space")
    dialog.enter_color("^Add a color$", "#c02040")
    dialog.save_preset("Of colors")
    dialog.choose_preset(0)
    dialog.wait_until_still()
    screen.picture("preset-without-colors")
    dialog.choose_preset(6)
    dialog.wait_until_still()
    screen.picture("preset-with-colors")
    dialog.ok()
    expected = pc.quantize(
        pixels,
        16,
        locked=["#c02040"],
        dither_adaptive=True,
        alpha_threshold=60,
        matte="#1e6432",
        **DEFAULTS,
    )
    dialog.check_indexed(dialog.result(), expected)


def test_preset_of_the_user(dialog: DialogDriver, screen: Screen, picture: np.ndarray) -> None:
    file = dialog.presets_file
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.set_number(5)
    dialog.choose("dither", 0)
    dialog.save_preset("Mine")
    dialog.wait_until_still()
    screen.picture("preset-saved")
    assert json.loads(file.read_text())["Mine"]["colors"] == 5
    dialog.set_number(7)
    dialog.save_preset("Mine")  # which overwrites nothing
    screen.picture("preset-name-taken")
    screen.press("Escape")
    assert json.loads(file.read_text())["Mine"]["colors"] == 5
    dialog.choose_preset(2)
    dialog.choose_preset(6)
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 5, space="oklab"))

    dialog.show(dialog.image)
    dialog.open()
    dialog.choose_preset(6)
    dialog.tab(2)
    screen.press("space")  # delete
    dialog.wait_until_still()
    screen.picture("preset-deleted")
    dialog.cancel()
    assert json.loads(file.read_text()) == {}
