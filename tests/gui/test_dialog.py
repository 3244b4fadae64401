"""The filter as its users meet it: menu, dialog, result, and once more with the last values."""

from __future__ import annotations

import numpy as np
import pytest

import palette_core as pc
from tests.gimp_session import Gimp, decode
from tests.gui.screen import IMAGE_WINDOW, Screen, wait_for

pytestmark = pytest.mark.gimp

DIALOG = "^Quantize with k-means$"


def test_menu_dialog_number_ok(gimp: Gimp, screen: Screen, photo: int) -> None:
    pixels = decode(gimp.read_rgba(gimp.layers(photo)[0]))
    expected = pc.quantize(pixels, 7)
    described = gimp.describe(photo)

    screen.window(IMAGE_WINDOW)
    screen.press("alt+r")
    screen.picture("filters-menu")
    screen.press("k")
    screen.window(DIALOG)
    screen.press("alt+n", "ctrl+a")
    screen.type("7")
    screen.press("Tab")
    screen.picture("dialog")
    screen.press("alt+o")

    wait_for(lambda: len(gimp.images()) == 2, "the result")
    result = max(gimp.images())
    screen.window(IMAGE_WINDOW)
    screen.picture("result")
    assert gimp.colormap(result) == expected.palette.colors.tolist()
    native = decode(gimp.read_native(gimp.layers(result)[0]))
    np.testing.assert_array_equal(native[..., 0], expected.indices)
    assert gimp.describe(photo) == described
    assert gimp.palette("china")["colors"] == expected.palette.colors.tolist()

    again = gimp.quantize(photo, run_mode="with-last-vals")
    assert again["ok"], again
    assert again["colors"] == 7
    assert gimp.colormap(again["image"]) == expected.palette.colors.tolist()


def test_cancel_changes_nothing(gimp: Gimp, screen: Screen) -> None:
    before = gimp.images(), gimp.palettes(), [gimp.describe(image) for image in gimp.images()]
    screen.window(IMAGE_WINDOW)
    screen.press("alt+r", "k")
    screen.window(DIALOG)
    screen.press("alt+c")
    wait_for(lambda: not screen.has_window(DIALOG), "an end of the dialog")
    assert before == (
        gimp.images(),
        gimp.palettes(),
        [gimp.describe(image) for image in gimp.images()],
    )
