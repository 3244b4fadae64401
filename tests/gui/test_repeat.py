"""The next run: on a new image of the filter, where its source is meant, and on another image.

What belongs to one image does not come back for another; what is a matter of taste does.
"""

from __future__ import annotations

import numpy as np

import palette_core as pc
from tests.gui.dialog_driver import DEFAULTS, TITLE, DialogDriver
from tools.harness.gimp_session import Gimp, decode
from tools.harness.screen import IMAGE_WINDOW, Screen

PLAIN = {**DEFAULTS, "dither": "none"}


def run_filter(dialog: DialogDriver, gimp: Gimp, picture: np.ndarray) -> int:
    """Make a new image in eight colours of an image, and return the window of the latter."""
    windows = gimp.windows()
    dialog.draw(picture)
    (window,) = set(gimp.windows()) - set(windows)
    dialog.open()
    dialog.set_number(8)
    dialog.ok()
    assert len(gimp.colormap(dialog.result())) == 8
    return window


def test_repeat(dialog: DialogDriver, gimp: Gimp, screen: Screen, picture: np.ndarray) -> None:
    run_filter(dialog, gimp, picture)
    gimp.select_rectangle(dialog.image, 0, 0, 80, 106)
    expected = pc.quantize(dialog.seen()[:, :80], 8, **DEFAULTS)
    screen.window(IMAGE_WINDOW)
    dialog.check_indexed(dialog.result_of("ctrl+f"), expected)


def test_show_again(dialog: DialogDriver, gimp: Gimp, screen: Screen, picture: np.ndarray) -> None:
    run_filter(dialog, gimp, picture)
    screen.window(IMAGE_WINDOW)
    screen.press("ctrl+shift+f")
    dialog.wait_until_open()
    dialog.wait_until_still()
    screen.picture("repeat-indexed-already")
    left, top, width, _height = screen.geometry(TITLE)
    screen.click(left + width - 100, top + 14)  # "Use the Original Image"
    dialog.set_number(12)
    dialog.wait_until_still()
    screen.picture("repeat-source")
    expected = pc.quantize(dialog.seen(), 12, **DEFAULTS)
    dialog.check_indexed(dialog.result_of("alt+o"), expected)


def test_a_closed_source_cannot_be_repeated(
    dialog: DialogDriver, gimp: Gimp, screen: Screen, picture: np.ndarray
) -> None:
    gimp.close(run_filter(dialog, gimp, picture))
    before = gimp.images()
    screen.window(IMAGE_WINDOW)
    screen.press("ctrl+f")
    screen.window("^GIMP Message$")
    screen.picture("repeat-without-source")
    screen.press("Return")
    assert gimp.images() == before


def test_locked_colours_and_names(
    dialog: DialogDriver, gimp: Gimp, screen: Screen, picture: np.ndarray
) -> None:
    pixels = dialog.draw(picture)
    eight = pc.quantize(pixels, 8, **PLAIN).palette
    # A locked colour stays at its place, from dark to light.
    rules = {"locked": [eight.hex[5]], "order": "luminance"}
    locked = pc.quantize(pixels, 5, **rules, **PLAIN)
    dialog.open()
    dialog.choose("dither", 0)
    dialog.set_number(8)
    screen.click(*dialog.swatch(eight.colors[5]), button=3)
    screen.press("l")
    dialog.set_number(5)
    dialog.focus("palette-name")
    dialog.write("Only of this image")
    dialog.save_preset("With a locked color")
    dialog.ok()
    dialog.check_indexed(dialog.result(), locked)
    assert gimp.active_palette() == "Only of this image"

    # Another image: no locked colour and no name, but the same number and dithering
    other = picture[::-1, :, [2, 0, 1, 3]]
    image = dialog.open_another(other)
    shown = decode(gimp.read_rgba(gimp.layers(image)[0]))
    plain = pc.quantize(shown, 5, **PLAIN)
    assert eight.hex[5] not in plain.palette.hex
    dialog.open()
    dialog.wait_until_still()
    screen.picture("next-image")
    dialog.check_indexed(dialog.result_of("alt+o"), plain)
    assert not gimp.active_palette().startswith("Only of this image")

    # Filters > Repeat: on the first image what was done to it, on a third what goes for all
    screen.window(IMAGE_WINDOW)
    gimp.show(dialog.image)
    screen.window(IMAGE_WINDOW)
    dialog.check_indexed(dialog.result_of("ctrl+f"), locked)
    third = dialog.open_another(other)
    screen.window(IMAGE_WINDOW)
    dialog.check_indexed(dialog.result_of("ctrl+f"), plain)

    # The preset has the locked colour for any image
    gimp.show(third)
    dialog.open()
    dialog.choose_preset(6)
    dialog.wait_until_still()
    screen.picture("next-image-preset")
    preset = pc.quantize(shown, 5, **rules, **PLAIN)
    dialog.check_indexed(dialog.result_of("alt+o"), preset)
