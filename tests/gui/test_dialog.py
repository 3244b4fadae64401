"""The filter as its users meet it: menu, dialog, result, and once more with the last values."""

from __future__ import annotations

import palette_core as pc
from tests.gimp.pictures import soft_edged
from tests.gui.dialog_driver import DEFAULTS, TITLE, DialogDriver
from tools.harness.gimp_session import Gimp, decode, encode
from tools.harness.screen import HEIGHT, IMAGE_WINDOW, TITLE_BAR, Screen


def test_menu_dialog_number_ok(
    gimp: Gimp, screen: Screen, dialog: DialogDriver, photo: int
) -> None:
    dialog.delete_last_values()
    pixels = decode(gimp.read_rgba(gimp.layers(photo)[0]))
    expected = pc.quantize(pixels, 7, **DEFAULTS)
    described, palettes = gimp.describe(photo), set(gimp.palettes())

    screen.window(IMAGE_WINDOW)
    screen.press("alt+r")
    screen.picture("filters-menu")
    screen.press("k")
    dialog.wait_until_open()
    screen.press("alt+n", "ctrl+a")
    screen.type("7")
    screen.press("Tab")
    screen.picture("dialog")
    screen.press("alt+o")

    dialog.wait_until_done()
    result = max(gimp.images())
    screen.window(IMAGE_WINDOW)
    screen.picture("result")
    dialog.check_indexed(result, expected)
    assert gimp.describe(photo) == described
    (name,) = set(gimp.palettes()) - palettes
    assert name.startswith("china")
    assert gimp.palette(name)["colors"] == expected.palette.colors.tolist()

    again = gimp.quantize(photo, run_mode="with-last-vals")
    assert again["ok"], again
    assert again["colors"] == 7
    assert gimp.colormap(again["image"]) == expected.palette.colors.tolist()


def test_advanced_options_are_used(gimp: Gimp, screen: Screen, dialog: DialogDriver) -> None:
    dialog.delete_last_values()
    gimp.close_all()
    pixels = soft_edged()
    image = gimp.make_image("rgba", "u8", pixels.shape[1], pixels.shape[0], encode(pixels))
    gimp.show(image)
    expected = pc.quantize(
        pixels,
        7,
        **DEFAULTS,
        lightness_weight=2.0,
        dither_adaptive=True,
        alpha_threshold=60,
        matte="#1e6432",
    )

    dialog.open()
    assert screen.geometry(TITLE)[3] + TITLE_BAR <= HEIGHT
    screen.press("alt+n", "ctrl+a")
    screen.type("7")
    screen.press("alt+i", "alt+g", "Tab", "space", "shift+Tab", "ctrl+a")  # not automatic
    screen.type("60")
    screen.press("Tab", "Tab", "Tab")
    dialog.choose_color("#1e6432")
    screen.picture("dialog-transparency")
    screen.press("alt+w", "ctrl+a")
    screen.type("2")
    screen.press("Tab")
    screen.picture("dialog-advanced")
    screen.press("alt+o")

    dialog.wait_until_done()
    _, interactive = gimp.images()
    again = gimp.quantize(image, run_mode="with-last-vals")
    assert again["ok"], again
    for result in (interactive, again["image"]):
        dialog.check_indexed(result, expected)
