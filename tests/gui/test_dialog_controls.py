"""Every usual control of the dialog, used as a user does, says what the result is."""

from __future__ import annotations

import numpy as np
import pytest

import palette_core as pc
from tests.gui.dialog_driver import DEFAULTS, TITLE, DialogDriver
from tools.harness.gimp_session import Gimp
from tools.harness.screen import Screen

OUTPUTS = ("new-image", "convert", "layer", "palette")
# Colours of a palette that looks red in GIMP's list, so that it is found there.
RED = (230, 20, 40)
OWN = ["#000000", "#804020", "#30a060", "#f0e0c0", *["#e61428"] * 250]


def test_number_by_spin_button(dialog: DialogDriver, picture: np.ndarray) -> None:
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.focus("colors")
    dialog.screen.press("Up", times=3)
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 19, **DEFAULTS))


def test_number_by_quick_button(dialog: DialogDriver, picture: np.ndarray) -> None:
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.focus("quick")
    dialog.screen.press("Left")
    dialog.wait_until_still()
    dialog.screen.picture("dialog-quick-8")
    eight = dialog.find_focus()
    dialog.set_number(7)
    dialog.screen.click(*eight)
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 8, **DEFAULTS))


def test_arrow_keys_go_over_the_quick_buttons(dialog: DialogDriver, picture: np.ndarray) -> None:
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.set_number(7)
    dialog.focus("quick")
    dialog.screen.press("Right", "Right", "Left")  # from 2, as none is active
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 4, **DEFAULTS))


def test_locked_colors_are_added_and_removed(dialog: DialogDriver, picture: np.ndarray) -> None:
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.screen.press("alt+i")
    dialog.focus("locked")
    for color in ("#c02040", "#20c040"):
        dialog.screen.press("space")  # add a color
        dialog.enter_color("^Add a color$", color)
    dialog.tab(3)
    dialog.screen.press("space")  # remove the first
    dialog.focus("locked")
    dialog.tab(2)
    dialog.choose_color("#2040c0")
    dialog.tab(2)
    dialog.choose_focused(1)  # force black and white
    dialog.wait_until_still()
    dialog.screen.picture("dialog-locked")
    dialog.ok()
    locked = ["#2040c0", "#000000", "#ffffff"]
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 16, locked=locked, **DEFAULTS))


def test_sampling_is_a_usual_option_with_a_selection(
    dialog: DialogDriver, gimp: Gimp, picture: np.ndarray
) -> None:
    pixels = dialog.draw(picture)
    gimp.select_rectangle(dialog.image, 0, 0, 40, 40)
    dialog.open()
    dialog.focus("selection")
    dialog.wait_until_still()
    dialog.screen.picture("dialog-sampling")
    dialog.choose_focused(2)  # ignore the selection
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 16, **DEFAULTS))


def test_a_target_decides_the_number_of_colors(dialog: DialogDriver, picture: np.ndarray) -> None:
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.choose("number", 1)
    dialog.tab(1)
    dialog.write("27")
    dialog.wait_until_still()
    dialog.screen.picture("dialog-target")
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, "auto", target_psnr=27.0, **DEFAULTS))


def test_a_typed_number_counts_without_leaving_the_control(
    dialog: DialogDriver, screen: Screen, picture: np.ndarray
) -> None:
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.focus("colors")
    screen.press("ctrl+a")
    screen.type("12")
    screen.picture("dialog-number-typed")
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 12, **DEFAULTS))


def test_keys_while_the_window_is_empty(
    dialog: DialogDriver, screen: Screen, picture: np.ndarray
) -> None:
    pixels = dialog.draw(picture)
    with dialog.opened_without_content():
        screen.picture("dialog-empty")
        dialog.choose("number", 1)
    dialog.wait_until_still()
    dialog.tab(1)
    dialog.write("27")
    screen.picture("dialog-after-early-keys")
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, "auto", target_psnr=27.0, **DEFAULTS))


def test_dithering_off_and_on(dialog: DialogDriver, picture: np.ndarray) -> None:
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.set_number(6)
    dialog.choose("dither", 0)
    dialog.wait_until_still()
    dialog.screen.picture("dialog-without-dithering")
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 6, space="oklab"))

    dialog.show(dialog.image)
    dialog.open()
    dialog.set_number(6)
    dialog.choose("dither", 0)
    dialog.choose_focused(8)
    dialog.tab(1)
    dialog.write("1")
    dialog.ok()
    expected = pc.quantize(pixels, 6, space="oklab", dither="atkinson", dither_strength=1.0)
    dialog.check_indexed(max(dialog.gimp.images()), expected)


def test_a_palette_of_gimp_is_chosen_and_mapped_to(
    dialog: DialogDriver, gimp: Gimp, screen: Screen, picture: np.ndarray
) -> None:
    gimp.new_palette(" of the test", OWN)
    # The chooser scrolls to the active palette, beside which that of the test has to be seen.
    gimp.new_palette(" of the test, active", ["#123456"])
    gimp.activate_palette(" of the test, active")
    pixels = dialog.draw(picture)
    dialog.open()
    dialog.choose("palette-use", 1)
    dialog.wait_until_still()
    screen.picture("dialog-palette-before")
    dialog.tab(1)
    screen.press("space")
    screen.window("^Palette$")
    screen.click(*dialog.find_square(RED, "^Palette$"))
    screen.picture("palette-chooser")
    screen.press("alt+o")
    dialog.wait_until_still()
    screen.picture("dialog-palette")
    dialog.ok()
    expected = pc.map_pixels(
        pixels, pc.Palette([tuple(bytes.fromhex(color[1:])) for color in OWN]), **DEFAULTS
    )
    dialog.check_indexed(dialog.result(), expected)


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_output(dialog: DialogDriver, gimp: Gimp, picture: np.ndarray, output: str) -> None:
    pixels = dialog.draw(picture)
    expected = pc.quantize(pixels, 9, **DEFAULTS)
    before = gimp.describe(dialog.image), gimp.palettes()
    dialog.open()
    dialog.set_number(9)
    dialog.choose("output", OUTPUTS.index(output))
    dialog.wait_until_still()
    dialog.screen.picture(f"dialog-output-{output}")
    dialog.ok()
    if output == "new-image":
        dialog.check_indexed(dialog.result(), expected)
        assert gimp.describe(dialog.image) == before[0]
        return
    assert dialog.results() == []
    if output == "convert":
        dialog.check_indexed(dialog.image, expected)
    elif output == "layer":
        np.testing.assert_array_equal(dialog.seen()[..., :3], expected.to_array()[..., :3])
    else:
        assert gimp.describe(dialog.image) == before[0]
        (made,) = set(gimp.palettes()) - set(before[1])
        plain = pc.quantize(pixels, 9, space="oklab")
        assert gimp.palette(made)["colors"] == plain.palette.colors.tolist()


@pytest.mark.any_gimp  # the wheel does not reach GIMP
def test_the_wheel_changes_the_control_with_the_focus_alone(
    dialog: DialogDriver, screen: Screen, picture: np.ndarray
) -> None:
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
