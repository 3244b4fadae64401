"""Layers, masks and locks in GIMP's window: undo, the dialog's words, and what Export proposes."""

from __future__ import annotations

import numpy as np

import palette_core as pc
from tests.gimp.conftest import Studio
from tests.gimp.pictures import SIZE, drawn
from tests.gui.dialog_driver import DEFAULTS, DialogDriver
from tests.gui.test_undo import undo_and_redo
from tools.harness.gimp_session import Gimp, decode, encode
from tools.harness.screen import IMAGE_WINDOW, Screen, wait_for


def layered(gimp: Gimp) -> int:
    """Make an image of a photo below a small layer with a mask, and return its number."""
    pixels = drawn("rgb")
    image = gimp.make_image("rgb", "u8", SIZE[1], SIZE[0], encode(pixels))
    small = drawn("rgba", seed=1)[10:30, 5:20]
    top = gimp.add_layer(image, "rgba", 15, 20, encode(small), (-3, 9))
    gimp.add_mask(top, encode(np.full((20, 15), 200, np.uint8)))
    return image


def test_export_proposes_the_photo_s_folder_and_name(
    gimp: Gimp, screen: Screen, photo: int
) -> None:
    folder = gimp.log.parent  # where the photo is that was opened
    before = {path: path.read_bytes() for path in folder.glob("china*")}
    outcome = gimp.quantize(photo, colors=6, save_palette=False)
    gimp.show(outcome["image"])
    screen.window(IMAGE_WINDOW)
    screen.press("ctrl+shift+e")
    screen.window("^Export Image$")
    screen.picture("export")
    screen.press("Return")
    screen.window("^Export Image as PNG")
    screen.press("Return")
    exported = folder / "china-6.png"
    wait_for(exported.exists, "an exported image")
    assert before == {path: path.read_bytes() for path in before}


def test_undo_of_many_layers(gimp: Gimp, screen: Screen) -> None:
    gimp.close_all()
    image = layered(gimp)
    for lock in ("position", "alpha", "visibility"):
        gimp.lock(gimp.layers(image)[0], lock)
    if gimp.version().startswith("3.2"):  # GIMP 3.0 draws text anew at redo, as after its own Mode
        gimp.add_drawn_layer(image, "text", "")
    gimp.show(image)
    undo_and_redo(gimp, screen, image, output="convert")


def test_undo_works_after_a_refusal(gimp: Gimp, screen: Screen) -> None:
    gimp.close_all()
    image = layered(gimp)
    layer = gimp.layers(image)[0]
    gimp.lock(gimp.layers(image)[1], "content")
    gimp.show(image)
    for output in ("convert", "layer"):
        outcome = gimp.quantize(image, [gimp.layers(image)[1]], colors=5, output=output)
        assert "locked" in outcome["message"]
    undo_and_redo(gimp, screen, image, [layer], output="layer")


def test_the_dialog_says_what_it_takes(dialog: DialogDriver, gimp: Gimp, screen: Screen) -> None:
    image = layered(gimp)
    gimp.select_ellipse(image, 2, 4, 15, 20)
    dialog.show(image)
    shown = [decode(gimp.read_rgba(layer)) for layer in gimp.layers(image)]
    dialog.open()
    dialog.wait_until_still()
    screen.picture("layers-masked-selected")
    dialog.choose("output", 1)
    dialog.wait_until_still()
    screen.picture("layers-convert-selected")
    dialog.ok()
    palette = gimp.colormap(image)
    for layer, pixels in zip(gimp.layers(image), shown, strict=True):
        Studio(gimp).expect_indexed(layer, pc.map_pixels(pixels, palette, **DEFAULTS))


def test_selected_layers_are_converted(dialog: DialogDriver, gimp: Gimp, screen: Screen) -> None:
    image = layered(gimp)
    dialog.show(image)
    gimp.select_layers(gimp.layers(image))
    dialog.open()
    dialog.wait_until_still()
    screen.picture("layers-several")
    dialog.choose("output", 1)
    dialog.wait_until_still()
    dialog.ok()
    assert gimp.colormap(image) is not None
