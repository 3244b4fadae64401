"""The mouse wheel over the options scrolls them, and changes the control with the focus alone."""

from __future__ import annotations

import numpy as np
import pytest

import palette_core as pc
from tests.gui.dialog_driver import DEFAULTS, TITLE, DialogDriver
from tools.harness.screen import Screen

pytestmark = pytest.mark.gimp


def test_wheel(dialog: DialogDriver, screen: Screen, picture: np.ndarray) -> None:
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.ok()
    untouched = settings(dialog)

    dialog.show(dialog.image)
    dialog.open()
    screen.press("alt+i")  # more options, so that the pane is higher than the screen
    dialog.focus("quick")
    dialog.wait_until_still()
    left, top, width, height = screen.geometry(TITLE)
    columns = (left + width - 110, left + width - 200)  # what can be turned by a wheel
    places = [(x, y) for x in columns for y in range(top + 20, top + height - 70, 18)]
    at_top = options(screen)
    screen.scroll_over(places, 1)
    screen.picture("wheel-at-top")
    screen.scroll_over(places[:1], -3)
    assert (options(screen) != at_top).any()
    screen.scroll_over(places, -1)
    screen.scroll_over(places, -1)
    at_end = options(screen)
    screen.picture("wheel-at-end")
    screen.scroll_over(places[:3], 1)
    assert (options(screen) != at_end).any()
    screen.scroll_over(places, 1)
    dialog.delete_last_values()
    dialog.ok()
    assert settings(dialog) == untouched

    dialog.show(dialog.image)
    dialog.open()
    dialog.wait_until_still()
    dialog.focus("colors")
    left, top, width, _height = screen.geometry(TITLE)
    screen.scroll(left + width - 160, top + 57, 3)  # the number in the second row
    dialog.wait_until_still()
    screen.picture("wheel-focused")
    dialog.delete_last_values()
    dialog.ok()
    dialog.check_indexed(max(dialog.results()), pc.quantize(pixels, 19, **DEFAULTS))


def options(screen: Screen) -> np.ndarray:
    """Return what is seen of the labels of the options, over which no pointer goes."""
    left, top, width, height = screen.geometry(TITLE)
    return screen.look()[top : top + height - 60, left + width - 506 : left + width - 380].copy()


def settings(dialog: DialogDriver) -> list[str]:
    """Return the last values, but the palette of the run before and what the dialog shows."""
    (path,) = dialog.settings_folder.glob("*quantize-kmeans.last")
    lines = path.read_text().splitlines()
    return [line for line in lines if not line.startswith(("#", "(more ", "(palette "))]
