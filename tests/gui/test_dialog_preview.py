"""What the dialog shows, and what its keys do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from sklearn.datasets import load_sample_image

import palette_core as pc
from tests.gui.dialog_driver import TITLE, DialogDriver
from tools.harness.gimp_session import Gimp
from tools.harness.screen import HEIGHT, IMAGE_WINDOW, TITLE_BAR, WIDTH, Screen, wait_for


@pytest.fixture
def look(dialog: DialogDriver, screen: Screen) -> Callable[[str], NDArray[np.uint8]]:
    """Open the dialog over a photo, focus its canvas, and return what looks at its middle."""
    dialog.draw(np.asarray(Image.fromarray(load_sample_image("china.jpg")).convert("RGBA")))
    dialog.open()
    dialog.set_number(6)
    dialog.wait_until_still()
    screen.click(*dialog.canvas_middle())
    return lambda name: dialog.still_canvas(f"preview-{name}")


def test_zoom_and_pan(
    dialog: DialogDriver, screen: Screen, look: Callable[[str], NDArray[np.uint8]]
) -> None:
    x, y = dialog.canvas_middle()
    fit = look("fit")
    screen.scroll(x, y, 2)
    zoomed = look("zoomed")
    assert (zoomed != fit).any()
    screen.drag((x, y), (x - 60, y - 40))
    panned = look("panned")
    np.testing.assert_array_equal(panned[:-40, :-60], zoomed[40:, 60:])
    screen.press("0")
    np.testing.assert_array_equal(look("fit-again"), fit)
    screen.press("1")
    pixel = look("one-to-one")
    assert (pixel != fit).any()
    dialog.tab(-2)
    screen.press("space")  # the button Fit
    np.testing.assert_array_equal(look("fit-by-button"), fit)
    dialog.tab(1)
    screen.press("space")  # the button 1 : 1
    np.testing.assert_array_equal(look("one-to-one-by-button"), pixel)
    dialog.cancel()


def test_the_modes_show_original_result_and_loss(
    dialog: DialogDriver, screen: Screen, look: Callable[[str], NDArray[np.uint8]]
) -> None:
    result = look("result")
    with screen.holding("space"):
        original = dialog.look_at_canvas()
        screen.picture("preview-space")
    assert (original != result).any()
    np.testing.assert_array_equal(look("space-released"), result)
    dialog.tab(-5)
    screen.press("space")  # the button Original
    np.testing.assert_array_equal(look("original"), original)
    dialog.tab(1)
    screen.press("space")  # the button Difference
    loss = look("loss")
    assert (loss != result).any()
    assert (loss != original).any()
    dialog.tab(-2)
    screen.press("space")  # the button Result
    np.testing.assert_array_equal(look("result-again"), result)
    dialog.tab(3)
    screen.press("space")  # the button Split
    split = look("split")
    shown = [np.array_equal(split[:, :20], which[:, :20]) for which in (original, result)]
    assert shown == [True, False]
    shown = [np.array_equal(split[:, -20:], which[:, -20:]) for which in (original, result)]
    assert shown == [False, True]
    dialog.cancel()


def test_the_preview_says_that_a_large_layer_is_read(
    dialog: DialogDriver, gimp: Gimp, screen: Screen, tmp_path: Path
) -> None:
    file = tmp_path / "large.png"
    Image.new("RGB", (6000, 6000), "red").save(file)
    dialog.delete_last_values()
    gimp.show(gimp.load(str(file)))
    screen.window(IMAGE_WINDOW)
    screen.press("alt+r", "k")
    screen.window(TITLE)

    def middle() -> set[tuple[int, ...]]:
        return {tuple(color) for color in dialog.look_at_canvas().reshape(-1, 3).tolist()}

    def has_text() -> bool:
        colors = middle()
        return len(colors) > 2 and (255, 0, 0) not in colors

    wait_for(has_text, "the text", pause=0.0)
    screen.picture("reading")
    wait_for(lambda: middle() == {(255, 0, 0)}, "the image")
    dialog.wait_until_still()
    dialog.cancel()


def test_fits_a_small_screen(dialog: DialogDriver, screen: Screen) -> None:
    dialog.draw(np.asarray(Image.fromarray(load_sample_image("china.jpg")).convert("RGBA")))
    dialog.open()
    screen.press("alt+i")
    dialog.wait_until_still()
    screen.picture("advanced")
    left, top, width, height = screen.geometry(TITLE)
    assert left >= 0
    assert left + width <= WIDTH
    assert top >= TITLE_BAR
    assert top + height <= HEIGHT
    dialog.tab(24)  # the lower ones come into view
    screen.picture("advanced-lower")
    dialog.cancel()


def test_keyboard_from_start_to_end(dialog: DialogDriver, gimp: Gimp, screen: Screen) -> None:
    pixels = dialog.draw(
        np.asarray(Image.fromarray(load_sample_image("flower.jpg")).convert("RGBA"))[::4, ::4]
    )
    dialog.open()
    screen.press("ctrl+a")
    screen.type("7")
    dialog.tab(2)
    screen.press("Down", "Up")  # Target
    dialog.tab(1)
    screen.press("Down", "Up")  # Palette
    dialog.tab(1)
    screen.press("Home")  # Dithering: none, so that its strength is skipped
    dialog.tab(1)
    screen.press("Down", "Up")  # Output
    dialog.tab(2)
    screen.type("By keyboard")
    dialog.wait_until_still()
    screen.picture("by-keyboard")
    dialog.ok()
    expected = pc.quantize(pixels, 7, space="oklab")
    dialog.check_indexed(dialog.result(), expected)
    assert gimp.palette("By keyboard")["colors"] == expected.palette.colors.tolist()


def test_suggested_number_of_colors(dialog: DialogDriver, screen: Screen) -> None:
    rng = np.random.default_rng(1)
    colors = rng.integers(0, 256, (12, 4), dtype=np.uint8)
    colors[:, 3] = 255
    dialog.draw(colors[np.arange(12).repeat(40) + np.zeros((300, 1), int)])
    dialog.open()
    dialog.set_number(5)
    dialog.wait_until_still()
    wait_for(lambda: has_link(screen), "the suggested number")
    screen.press("alt+p", "shift+Tab")  # back from the first option to the link
    screen.picture("suggestion")
    screen.press("Return")
    dialog.wait_until_still()
    dialog.ok()
    found = {tuple(color) for color in dialog.gimp.colormap(dialog.result())}
    assert found == {tuple(color) for color in colors[:, :3].tolist()}


def has_link(screen: Screen) -> bool:
    """Return whether there is a text in the lowest line of the preview."""
    left, top, _, height = screen.geometry(TITLE)
    bottom = top + height - 108
    line = screen.look()[bottom - 20 : bottom, left + 30 : left + 100]
    return bool((line != line[0, 0]).any())
