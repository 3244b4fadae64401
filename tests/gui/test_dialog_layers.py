"""The dialog over layers of every sort."""

from __future__ import annotations

import numpy as np
import pytest

import palette_core as pc
from tests.gimp.pictures import drawn
from tests.gui.dialog_driver import DEFAULTS, TITLE, DialogDriver
from tools.harness.screen import Screen


def test_a_layer_of_one_pixel_is_quantized(dialog: DialogDriver, screen: Screen) -> None:
    pixels = dialog.draw(np.array([[[200, 100, 50, 255]]], np.uint8))
    dialog.open()
    dialog.wait_until_still()
    screen.picture("one-pixel")
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 16, **DEFAULTS))


def test_a_transparent_layer_greys_out_ok(dialog: DialogDriver, screen: Screen) -> None:
    pixels = drawn("rgba")
    pixels[..., 3] = 0
    dialog.draw(pixels, "rgba")
    before = dialog.snapshot()
    dialog.open()
    dialog.wait_until_still()
    screen.picture("nothing-opaque")
    screen.press("alt+o")
    screen.picture("nothing-opaque-ok")
    assert screen.has_window(TITLE)  # OK is greyed out
    dialog.cancel()
    assert dialog.snapshot() == before


@pytest.mark.parametrize(
    ("kind", "precision"),
    [("indexed", "u8"), ("indexeda", "u8"), ("rgba", "float"), ("graya", "u16")],
)
def test_kinds_of_layers(dialog: DialogDriver, screen: Screen, kind: str, precision: str) -> None:
    pixels = dialog.draw(drawn(kind), kind, precision)
    dialog.open()
    dialog.set_number(7)
    dialog.wait_until_still()
    screen.picture(f"layer-{kind}-{precision}")
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 7, **DEFAULTS))
