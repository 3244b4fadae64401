"""Filters > Repeat after a new image: that is the active one then, but its source is meant."""

from __future__ import annotations

import numpy as np
import pytest

import palette_core as pc
from tests.gui.dialog_driver import DEFAULTS, TITLE, DialogDriver
from tools.harness.gimp_session import Gimp
from tools.harness.screen import IMAGE_WINDOW, Screen, wait_for

pytestmark = pytest.mark.gimp


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


def wait_for_another(dialog: DialogDriver, gimp: Gimp, before: list[int]) -> int:
    """Wait for a new image, and return its number."""
    (result,) = wait_for(lambda: set(gimp.whole_images()) - set(before), "another result")
    dialog.wait_until_closed()
    return result


def test_repeat(dialog: DialogDriver, gimp: Gimp, screen: Screen, picture: np.ndarray) -> None:
    run_filter(dialog, gimp, picture)
    gimp.select_rectangle(dialog.image, 0, 0, 80, 106)
    expected = pc.quantize(dialog.seen()[:, :80], 8, **DEFAULTS)
    before = gimp.images()
    screen.window(IMAGE_WINDOW)
    screen.press("ctrl+f")
    dialog.check_indexed(wait_for_another(dialog, gimp, before), expected)


def test_show_again(dialog: DialogDriver, gimp: Gimp, screen: Screen, picture: np.ndarray) -> None:
    run_filter(dialog, gimp, picture)
    before = gimp.images()
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
    screen.press("alt+o")
    expected = pc.quantize(dialog.seen(), 12, **DEFAULTS)
    dialog.check_indexed(wait_for_another(dialog, gimp, before), expected)


def test_repeat_without_source(
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
