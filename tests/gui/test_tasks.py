"""Usual tasks, from the menu to what is in GIMP afterwards."""

from __future__ import annotations

import numpy as np

import palette_core as pc
from palette_core.palette_library import LIBRARY
from tests.gui.dialog_driver import DEFAULTS, TITLE, DialogDriver
from tools.harness.gimp_session import Gimp, decode
from tools.harness.screen import Screen


def test_pick_a_color_in_the_preview(
    dialog: DialogDriver, screen: Screen, picture: np.ndarray
) -> None:
    marked = picture.copy()
    marked[:20, :20, :3] = 250, 10, 20
    pixels = dialog.draw(marked)
    dialog.open()
    dialog.set_number(4)
    screen.press("alt+i")
    dialog.wait_until_still()
    left, top, width, _height = screen.geometry(TITLE)
    screen.click(left + 140, top + 20)  # the original
    dialog.wait_until_still()
    dialog.focus("locked")
    dialog.tab(1)
    screen.press("space")
    look = screen.look()[top:, left : left + width // 2]
    y, x = np.argwhere((look == (250, 10, 20)).all(axis=2))[100]
    screen.click(left + int(x), top + int(y))
    dialog.wait_until_still()
    screen.picture("task-picked-color")
    dialog.ok()
    expected = pc.quantize(pixels, 4, locked=["#fa0a14"], **DEFAULTS)
    dialog.check_indexed(dialog.result(), expected)


def test_use_a_palette_without_dithering(
    dialog: DialogDriver, gimp: Gimp, screen: Screen, picture: np.ndarray
) -> None:
    gimp.new_palette("of the task", ["#102030", "#d04020", "#30a060", "#f0e0c0"])
    gimp.activate_palette("of the task")
    pixels, palettes = dialog.draw(picture), gimp.palettes()
    dialog.open()
    dialog.choose("palette-use", 1)
    dialog.choose("dither", 0)
    dialog.wait_until_still()
    screen.picture("task-palette")
    dialog.ok()
    palette = [(16, 32, 48), (208, 64, 32), (48, 160, 96), (240, 224, 192)]
    dialog.check_indexed(dialog.result(), pc.map_pixels(pixels, palette, space="oklab"))
    assert gimp.palettes() == palettes


def test_use_the_palette_of_an_old_computer(
    dialog: DialogDriver, screen: Screen, picture: np.ndarray
) -> None:
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.choose("palette-use", 5)
    dialog.wait_until_still()
    screen.picture("task-classic-palette")
    dialog.tab(1)
    dialog.choose_focused(1 + list(LIBRARY).index("c64"))
    dialog.choose("dither", 0)
    dialog.wait_until_still()
    dialog.ok()
    palette = pc.Palette.named("c64")
    dialog.check_indexed(dialog.result(), pc.map_pixels(pixels, palette, space="oklab"))


def test_convert_for_a_console(dialog: DialogDriver, screen: Screen, picture: np.ndarray) -> None:
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.choose("palette-use", 6)
    dialog.choose("dither", 0)
    dialog.wait_until_still()
    screen.picture("task-tiles")
    dialog.ok()
    tiled = pc.quantize_tiles(pixels, "game-boy-color", space="oklab")
    dialog.check_indexed(dialog.result(), pc.Quantized(tiled.palette, tiled.indices, tiled.opaque))


def test_black_and_white_preset(dialog: DialogDriver, screen: Screen, picture: np.ndarray) -> None:
    dialog.draw(picture)
    dialog.open()
    dialog.choose_preset(5)
    dialog.wait_until_still()
    screen.picture("task-black-and-white")
    dialog.ok()
    assert dialog.gimp.colormap(dialog.result()) == [[0, 0, 0], [255, 255, 255]]
    indices = decode(dialog.gimp.read_native(dialog.gimp.layers(dialog.result())[0]))[..., 0]
    assert 0.2 < indices.mean() < 0.8
