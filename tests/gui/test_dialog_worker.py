"""The dialog where GIMP's Python has no NumPy: a worker draws and computes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import palette_core as pc
from tests.gui.conftest import complaints
from tests.gui.dialog_driver import DEFAULTS, TITLE, DialogDriver
from tools.harness.gimp_session import (
    BARE_PYTHON,
    Gimp,
    environment_of,
    profile_with_plugin,
    python_of,
    workers_of,
)
from tools.harness.gimp_window import gimp_window
from tools.harness.screen import Screen, wait_for


@pytest.fixture(scope="module")
def gimp(home: Path, screen: Screen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gimp]:
    """GIMP in its window, whose own Python has no NumPy."""
    folder = tmp_path_factory.mktemp("bare-gui")
    profile = profile_with_plugin(folder, f"{BARE_PYTHON} -sE", python_of(home))
    environment = {**environment_of(folder), "GIMP3_DIRECTORY": str(profile)}
    with gimp_window(environment, screen, folder) as session:
        yield session
    assert complaints(session.log.read_text()) == []


def wait_no_worker(gimp: Gimp) -> None:
    wait_for(lambda: not workers_of(gimp.directory()), "an end of the worker")


def colors_of(shown: NDArray[np.uint8]) -> set[tuple[int, ...]]:
    return {tuple(color) for color in shown.reshape(-1, 3).tolist()}


def test_all_of_the_dialog(
    dialog: DialogDriver, gimp: Gimp, screen: Screen, picture: NDArray[np.uint8]
) -> None:
    pixels = dialog.draw(picture)
    expected = pc.quantize(pixels, 6, **DEFAULTS)
    dialog.open()
    dialog.set_number(6)
    result = dialog.still_canvas("worker-result")
    assert colors_of(result) <= {tuple(color) for color in expected.palette.colors.tolist()}
    assert len(colors_of(result)) > 1
    assert len(workers_of(gimp.directory())) == 1

    place = dialog.swatch(expected.palette.colors[4])
    screen.click(*place)
    highlighted = dialog.still_canvas("worker-highlight")
    kept = (result == expected.palette.colors[4]).all(axis=-1)
    np.testing.assert_array_equal(highlighted[kept], result[kept])
    assert (highlighted != result).any()
    screen.click(*place)
    np.testing.assert_array_equal(dialog.still_canvas("worker-result-again"), result)

    screen.click(*dialog.canvas_middle())
    dialog.tab(-4)
    screen.press("space")  # the button Difference
    loss = dialog.still_canvas("worker-loss")
    assert (loss != result).any()
    dialog.tab(-1)
    screen.press("space")  # the button Original
    original = dialog.still_canvas("worker-original")
    assert len(colors_of(original)) > 50
    assert (original != loss).any()

    dialog.ok()
    dialog.check_indexed(dialog.result(), expected)
    wait_no_worker(gimp)


def test_cancel_leaves_no_process(
    dialog: DialogDriver, gimp: Gimp, picture: NDArray[np.uint8]
) -> None:
    dialog.draw(picture)
    before = dialog.snapshot()
    for settle in (False, True):
        dialog.open()
        if settle:
            dialog.still_canvas("worker-before-cancel")
        dialog.cancel()
        wait_no_worker(gimp)
    assert dialog.snapshot() == before


def test_a_worker_that_is_killed(
    dialog: DialogDriver, gimp: Gimp, screen: Screen, picture: NDArray[np.uint8]
) -> None:
    pixels = dialog.draw(picture)
    before = dialog.snapshot()
    dialog.open()
    dialog.set_number(6)
    shown = dialog.still_canvas("worker-before-the-kill")
    (worker,) = workers_of(gimp.directory())
    os.kill(worker, signal.SIGKILL)
    dialog.set_number(5)
    assert (dialog.still_canvas("worker-killed") != shown).any()  # words lie over it
    screen.press("alt+o")  # there is nothing that OK could do
    dialog.wait_until_still()
    assert screen.has_window(TITLE)
    dialog.cancel()
    assert dialog.snapshot() == before

    dialog.open()
    dialog.set_number(5)
    dialog.ok()
    dialog.check_indexed(dialog.result(), pc.quantize(pixels, 5, **DEFAULTS))
    wait_no_worker(gimp)
