"""Colours are locked, replaced and unlocked by the menu of their swatches."""

from __future__ import annotations

import numpy as np

import palette_core as pc
from tests.gui.dialog_driver import DEFAULTS, DialogDriver
from tools.harness.gimp_session import Gimp
from tools.harness.screen import Screen


def test_a_swatch_is_locked_and_unlocked(
    dialog: DialogDriver, gimp: Gimp, screen: Screen, picture: np.ndarray
) -> None:
    pixels = dialog.draw(picture)
    eight = pc.quantize(pixels, 8, **DEFAULTS).palette
    color = eight.hex[6]
    dialog.open()
    dialog.set_number(8)
    place = dialog.swatch(eight.colors[6])
    screen.rest(*place)
    screen.picture("swatch-hover")
    screen.click(*place)
    dialog.wait_until_still()
    screen.picture("swatch-highlight")
    screen.click(*place, button=3)
    screen.picture("swatch-menu")
    screen.press("l")
    dialog.wait_until_still()
    moved = np.subtract(dialog.swatch(eight.colors[6]), place)
    assert np.abs(moved).max() < 12  # half a swatch; its corner is cut off now
    dialog.set_number(5)
    dialog.wait_until_still()
    screen.picture("swatch-locked")
    dialog.ok()
    locked = pc.quantize(pixels, 5, locked=[color], order="luminance", **DEFAULTS)
    assert color in locked.palette.hex
    assert color not in pc.quantize(pixels, 5, **DEFAULTS).palette.hex
    dialog.check_indexed(dialog.result(), locked)

    gimp.show(dialog.image)
    dialog.open()  # with the last values
    dialog.wait_until_still()
    screen.click(*dialog.swatch(eight.colors[6]), button=3)
    screen.picture("swatch-menu-locked")
    screen.press("u")
    dialog.wait_until_still()
    screen.picture("swatch-unlocked")
    dialog.delete_last_values()
    dialog.ok()
    dialog.check_indexed(max(dialog.gimp.images()), pc.quantize(pixels, 5, **DEFAULTS))


def test_no_swatches_after_an_error(
    dialog: DialogDriver, screen: Screen, picture: np.ndarray
) -> None:
    pixels = dialog.draw(picture)
    four = pc.quantize(pixels, 4, **DEFAULTS).palette
    dialog.open()
    dialog.set_number(4)
    x, y = dialog.swatch(four.colors[1])
    screen.press("alt+i")
    dialog.focus("locked")
    dialog.tab(2)
    dialog.choose_focused(2)  # force eight colors
    dialog.wait_until_still()
    screen.picture("error-without-swatches")
    row = screen.look()[y - 6 : y + 6, x - 60 : x + 60].reshape(-1, 3)
    assert not (row == four.colors[1]).all(axis=1).any()
    dialog.choose_focused(0)
    dialog.swatch(four.colors[1])
    dialog.cancel()


def test_a_swatch_is_replaced(dialog: DialogDriver, screen: Screen, picture: np.ndarray) -> None:
    pixels = dialog.draw(picture)
    six = pc.quantize(pixels, 6, **DEFAULTS).palette
    dialog.open()
    dialog.set_number(6)
    screen.click(*dialog.swatch(six.colors[2]), button=3)
    screen.press("r")
    chooser = f"^Replace {six.hex[2]}$"
    screen.window(chooser)
    screen.picture("swatch-replace")
    dialog.enter_color(chooser, "#33d17a")
    dialog.wait_until_still()
    screen.picture("swatch-replaced")
    dialog.ok()
    expected = pc.quantize(pixels, 6, locked=["#33d17a"], order="luminance", **DEFAULTS)
    dialog.check_indexed(dialog.result(), expected)


def test_swatches_are_sorted(dialog: DialogDriver, screen: Screen, picture: np.ndarray) -> None:
    pixels = dialog.draw(picture)
    six = pc.quantize(pixels, 6, **DEFAULTS)
    by_pixels = six.sorted("popularity")
    assert by_pixels.palette.hex != six.palette.hex
    dialog.open()
    dialog.set_number(6)
    screen.click(*dialog.swatch(six.palette.colors[2]), button=3)
    screen.press("s")
    screen.picture("swatch-sort")
    screen.press("Down", "Down", "Down", "Down", "Return")  # most pixels first
    dialog.wait_until_still()
    screen.picture("swatches-sorted")
    dialog.ok()
    dialog.check_indexed(dialog.result(), by_pixels)


def test_only_an_indexed_image_has_a_transparent_swatch(
    dialog: DialogDriver, screen: Screen, picture: np.ndarray
) -> None:
    holed = picture.copy()
    holed[:30, :30, 3] = 0
    colors = pc.quantize(dialog.draw(holed, "rgba"), 4, **DEFAULTS).palette.colors
    dialog.open()
    dialog.set_number(4)
    for output, is_shown in ((0, True), (2, False)):  # a new image, and this layer
        dialog.choose("output", output)
        dialog.wait_until_still()
        screen.picture(f"swatch-transparent-{is_shown}")
        (left, y), (x, _y) = dialog.swatch(colors[2]), dialog.swatch(colors[3])
        x += x - left  # where the next swatch is
        beside = screen.look()[y - 5 : y + 5, x - 5 : x + 5]
        assert (beside != beside[0, 0]).any() == is_shown
