"""The dialog ends in every way, at every stage: as it was before, or with what was asked for."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from sklearn.datasets import load_sample_image

import palette_core as pc
from tests.gimp.pictures import drawn
from tests.gui.dialog_driver import DEFAULTS, TITLE, DialogDriver
from tools.harness.gimp_session import Gimp, processes_of
from tools.harness.screen import HEIGHT, IMAGE_WINDOW, Screen, wait_for

# The rows and columns of the bar below the image, without the docks, which change on their own, and
# the least width of GIMP's progress in it.
BAR, PROGRESS_BAR = (slice(-36, None), slice(200, 1085)), 300
MESSAGE = "^GIMP Message$"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 12 megapixels, for which the preview and the work take their time."""
    path = tmp_path_factory.mktemp("large") / "large.bmp"
    grown = Image.fromarray(load_sample_image("china.jpg")).resize((4000, 3000), Image.BICUBIC)
    noise = np.random.default_rng(0).integers(-9, 10, (3000, 4000, 3), np.int16)
    Image.fromarray(np.clip(np.asarray(grown) + noise, 0, 255).astype(np.uint8)).save(path)
    return path


def test_cancel_at_every_stage(dialog: DialogDriver, screen: Screen, picture: np.ndarray) -> None:
    dialog.draw(picture)
    before = dialog.snapshot()
    dialog.open()
    dialog.cancel()
    assert dialog.snapshot() == before

    dialog.open()
    dialog.set_number(5)
    dialog.choose("output", 1)
    dialog.wait_until_still()
    screen.press("Escape")
    dialog.wait_until_closed()
    assert dialog.snapshot() == before


def test_stop_a_large_layer(dialog: DialogDriver, gimp: Gimp, screen: Screen, large: Path) -> None:
    def snapshot() -> tuple[object, ...]:
        return gimp.images(), gimp.colormap(dialog.image), dialog.palettes_and_files()

    def has_ended_by_cancel() -> bool:
        button = find_cancel_button(idle, screen.look())
        if button is not None:  # it may be drawn in parts, so that a click misses it
            screen.click(*button)
        return not processes_of(plugin)

    plugin = Path(gimp.directory(), "plug-ins", "quantize-kmeans", "quantize-kmeans.py")
    pixels = dialog.show(gimp.load(str(large)))
    screen.window(IMAGE_WINDOW)
    before, idle = snapshot(), screen.look()
    # While the preview works
    dialog.open()
    screen.press("alt+n", "Up")
    screen.picture("large-at-work")
    dialog.cancel()
    assert snapshot() == before
    # While the work goes on after OK
    dialog.open()
    screen.press("alt+i")
    dialog.choose("effort", 3)  # which takes long
    dialog.set_number(256)
    screen.press("alt+o")
    dialog.wait_until_closed()
    screen.window(IMAGE_WINDOW)
    wait_for(lambda: find_cancel_button(idle, screen.look()), "GIMP's Cancel")
    assert processes_of(plugin)
    wait_for(has_ended_by_cancel, "an end of the work")
    screen.picture("large-cancelled")
    time.sleep(3)
    screen.picture("large-cancelled-later")
    assert snapshot() == before
    # OK before the preview is ready
    dialog.open()
    dialog.set_number(12)
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 12, **DEFAULTS))


def find_cancel_button(idle: NDArray[np.uint8], now: NDArray[np.uint8]) -> tuple[int, int] | None:
    """Find GIMP's Cancel button: while it works it is the last in the bar below the image."""
    changed = (idle != now).any(axis=-1)[BAR]
    columns = np.nonzero(changed.any(axis=0))[0]
    if len(columns) < PROGRESS_BAR:
        return None
    return BAR[1].start + int(columns[-1]) - 15, HEIGHT - 18


def test_a_closed_image_gets_no_result(dialog: DialogDriver, gimp: Gimp, screen: Screen) -> None:
    for changed in (True, False):
        dialog.draw(drawn("rgb"))
        dialog.open()
        dialog.wait_until_still()
        before = gimp.images(), gimp.palettes()
        screen.window(IMAGE_WINDOW)
        screen.press("ctrl+w")
        wait_for(lambda: dialog.image not in gimp.images(), "an end of the image")
        before[0].remove(dialog.image)
        screen.window(TITLE)
        if changed:  # which is seen before OK
            screen.press("alt+n", "Up")
            dialog.wait_until_still()
            screen.picture("image-closed")
            dialog.cancel()
        else:
            screen.press("alt+o")
            dialog.wait_until_closed()
            screen.window(MESSAGE)
            screen.picture("image-closed-ok")
            screen.press("Escape")
        assert (gimp.images(), gimp.palettes()) == before
        assert not screen.has_window(MESSAGE)


def test_layer_and_selection_changed_meanwhile(
    dialog: DialogDriver, gimp: Gimp, screen: Screen, picture: np.ndarray
) -> None:
    opened = dialog.draw(picture)
    dialog.open()
    dialog.set_number(6)
    dialog.wait_until_still()
    screen.window(IMAGE_WINDOW)
    screen.press("n")  # the pencil
    screen.move(TITLE, 140, 560)  # so that the image can be seen
    screen.drag((640, 380), (700, 410))
    wait_for(lambda: (dialog.seen() != opened).any(), "the pencil's line")
    dialog.wait_until_still()
    screen.picture("painted-meanwhile")
    painted = dialog.seen()
    gimp.select_rectangle(dialog.image, 20, 30, 100, 60)
    dialog.screen.window(TITLE)
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(painted[30:90, 20:120], 6, **DEFAULTS))
