"""The widgets of the preview, in a window of their own, used by mouse and keyboard."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tools.harness.gimp_session import environment_of, plugin_of, python_of
from tools.harness.screen import Screen, wait_for

pytestmark = pytest.mark.any_gimp  # GTK alone, without GIMP

PROJECT = Path(__file__).parents[2]
TITLE = "^Widgets$"
# What loads GTK's icons in Debian's next release, in a root folder that has no sandboxes.
SANDBOX = "WARNING: Glycin running without sandbox."
CHECKS = {0x66, 0x99}


class Widgets:
    """Calls the methods of `widgets.py` in a running window."""

    def __init__(self, process: subprocess.Popen[str], screen: Screen, scale: int) -> None:
        self._process, self.screen, self.scale = process, screen, scale

    def __getattr__(self, name: str) -> Any:
        def call(*args: object) -> Any:
            print(json.dumps([name, *args]), file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()
            assert answer, "the program has gone"
            return json.loads(answer)

        return call

    def at(self, x: float, y: float) -> tuple[int, int]:
        """Return the place on the screen at these parts of the canvas, 0 to 1."""
        left, top, width, height = self.places()["canvas"]
        return round(left + x * width), round(top + y * height)

    def swatch(self, entry: int) -> tuple[int, int]:
        """Return the middle of an entry on the screen."""
        left, top, width, height = self.places()["swatches"][entry]
        return left + width // 2, top + height // 2

    def seen(self, name: str) -> NDArray[np.uint8]:
        """Take a picture of the screen, and return the canvas's part of it."""
        self.screen.window(TITLE)
        time.sleep(0.3)  # until all is drawn
        path = self.screen.picture(f"widgets-{self.scale}-{name}")
        left, top, width, height = self.places()["canvas"]
        whole = np.asarray(Image.open(path).convert("RGB"))
        return whole[top : top + height, left : left + width]


@pytest.fixture(params=[1, 2], ids=["plain screen", "fine screen"])
def widgets(request: pytest.FixtureRequest, home: Path, screen: Screen) -> Iterator[Widgets]:
    python = python_of(home)
    environment = {
        **environment_of(home),
        "DISPLAY": screen.display,
        "GDK_SCALE": str(request.param),
    }
    plugin = plugin_of(home)
    with subprocess.Popen(
        [python, PROJECT / "tests" / "gui" / "widgets.py", plugin],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            screen.window(TITLE)
            yield Widgets(process, screen, request.param)
            process.stdin.close()
            assert process.wait(20) == 0
            assert [line for line in process.stderr if not line.startswith(SANDBOX)] == []
        finally:
            process.kill()


def near(color: object, expected: object, tolerance: int = 3) -> bool:
    return bool(np.abs(np.asarray(color, int) - np.asarray(expected, int)).max() <= tolerance)


def test_zoom_and_move(widgets: Widgets) -> None:
    screen = widgets.screen
    widgets.show(1200, 900, 8)
    state = widgets.state()
    assert state["fitted"]
    assert state["seen"] == [0, 0, 1200, 900]
    widgets.seen("fit")

    place = widgets.at(0.4, 0.6)
    screen.scroll(*place, 1)
    assert not widgets.state()["fitted"]
    widgets.call("zoom_to", 1.0)
    under = place_in_picture(widgets, 0.4, 0.6)
    for zoom in (2, 3, 4):
        screen.scroll(*place, 1)
        state = widgets.state()
        assert state["zoom"] == zoom
        assert "view-changed" in state["events"]
        assert near(place_in_picture(widgets, 0.4, 0.6), under, 2)
    screen.scroll(*place, -1)

    state = widgets.state()
    screen.drag(widgets.at(0.5, 0.5), widgets.at(0.6, 0.5))
    moved = widgets.state()
    assert moved["zoom"] == state["zoom"]
    shift = (state["seen"][0] - moved["seen"][0]) * state["zoom"]
    assert abs(shift - 0.1 * state["window"][0]) <= 2

    screen.press("1")
    assert widgets.state()["zoom"] == 1
    screen.press("Right", "Down")
    lower = widgets.state()["seen"]
    assert lower[0] > 0
    assert lower[1] > 0
    screen.press("plus", "plus")
    assert widgets.state()["zoom"] == 3
    screen.press("minus", "0")
    assert widgets.state()["fitted"]
    screen.scroll(*place, 30)
    assert widgets.state()["zoom"] == 16
    shown = widgets.seen("close")
    # Every pixel of the picture is a square of 16 of the screen's, also where that is fine.
    edges = np.flatnonzero(shown[shown.shape[0] // 3, 4:-4, 0].astype(int)[1:] != 0)
    assert len(edges)
    square = shown[100:164, 100:164].astype(int)
    down = np.flatnonzero(np.abs(np.diff(square, axis=0)).max(axis=(1, 2)))
    across = np.flatnonzero(np.abs(np.diff(square, axis=1)).max(axis=(0, 2)))
    assert set(np.diff(down) % 16) <= {0}
    assert set(np.diff(across) % 16) <= {0}


def place_in_picture(widgets: Widgets, x: float, y: float) -> list[float]:
    state = widgets.state()
    box, seen = state["box"], state["seen"]
    place = x * state["window"][0], y * state["window"][1]
    return [seen[axis] + (place[axis] - box[axis]) / state["zoom"] for axis in (0, 1)]


def test_the_line_between_original_and_result(widgets: Widgets) -> None:
    screen = widgets.screen
    palette = widgets.show(1200, 900, 3)
    colors = [list(bytes.fromhex(color[1:])) for color in palette]
    widgets.call("zoom_to", 1.0)
    widgets.update_state({"split": 0.5})
    shown = widgets.seen("split")
    row, width = shown.shape[0] // 2, shown.shape[1]
    right = {tuple(color) for color in shown[8, width // 2 + 16 : -8].tolist()}
    assert right <= {tuple(color) for color in colors}
    left = {tuple(color) for color in shown[8, 8 : width // 2 - 16].tolist()}
    assert len(left) > 20
    assert near(shown[row, width // 2], 255)

    screen.drag(widgets.at(0.5, 0.3), widgets.at(0.75, 0.3))
    state = widgets.state()
    assert state["split"] == pytest.approx(0.75, abs=0.01)
    screen.press("shift+Left")
    assert widgets.state()["split"] == pytest.approx(0.75 - 1 / 32, abs=0.01)

    widgets.update_state({"split": None})
    plain = widgets.seen("result")
    assert {tuple(c) for c in plain[8, 8:-8].tolist()} <= {tuple(c) for c in colors}
    with screen.holding("space"):
        held = widgets.seen("held")
    assert len({tuple(c) for c in held[8, 8:-8].tolist()}) > 20
    np.testing.assert_array_equal(widgets.seen("let-go"), plain)
    screen.click(*widgets.at(0.5, 0.5), button=3)
    np.testing.assert_array_equal(widgets.seen("clicked"), plain)


def test_modes_busy_and_words(widgets: Widgets) -> None:
    widgets.show(800, 500, 4)
    result = widgets.seen("mode-result")
    assert widgets.show_loss() > 0
    loss = widgets.seen("mode-loss")
    assert widgets.state()["mode"] == "loss"
    assert not near(loss, result, 20)
    widgets.update_state({"mode": "original"})
    assert not near(widgets.seen("mode-original"), result, 20)
    widgets.update_state({"mode": "result"})
    widgets.call("set_busy", True)
    widgets.call("set_status", "Every pixel is transparent.")
    corner = np.s_[: 40 * widgets.scale, -40 * widgets.scale :]
    wait_for(lambda: not near(widgets.seen("busy")[corner], result[corner], 20), "the spinner")
    widgets.call("set_busy", False)
    widgets.call("set_status", None)
    np.testing.assert_array_equal(widgets.seen("idle"), result)


def test_transparent_pixels_are_on_checks(widgets: Widgets) -> None:
    widgets.show(400, 400, 4, True)
    left, top = widgets.state()["box"][:2]
    shown = widgets.seen("transparent")
    corner = shown[top + 4 : top + 40, left + 4 : left + 40]
    assert set(np.unique(corner).tolist()) == CHECKS


def test_a_tiny_and_a_large_picture(widgets: Widgets) -> None:
    widgets.show(1, 1, 1)
    assert widgets.state()["zoom"] == 16
    widgets.seen("tiny")
    widgets.show(4000, 3000, 256)
    state = widgets.state()
    assert state["fitted"]
    assert len(widgets.places()["swatches"]) == 256
    widgets.seen("large")


def test_the_focus_is_seen(widgets: Widgets) -> None:
    screen = widgets.screen
    widgets.show(600, 400, 4)
    without = widgets.seen("no-focus")
    screen.press("shift+Tab", "shift+Tab")
    state = widgets.state()
    assert state["focus_name"] == "Preview"
    focused = widgets.seen("focus")
    assert not near(focused[:8], without[:8], 20)
    np.testing.assert_array_equal(focused[20:-20, 20:-20], without[20:-20, 20:-20])


def test_swatches_are_named_selected_and_highlighted(widgets: Widgets) -> None:
    screen = widgets.screen
    palette = widgets.show(600, 400, 5, True)
    places = widgets.places()
    assert len(places["swatches"]) == 6
    for entry, color in enumerate(palette):
        name = places["names"][entry]
        assert name.startswith(f"Index {entry}, {color}, ")
        assert name.endswith(" % of the pixels")
        assert places["tooltips"][entry] == f"{name}\nRight-click to lock or replace this color."
    assert places["names"][5].startswith("Index 5, transparent, ")
    assert places["tooltips"][5] == places["names"][5]
    widgets.state()

    plain = widgets.seen("swatches")
    screen.click(*widgets.swatch(2))
    state = widgets.state()
    assert (state["selected"], state["events"]) == (2, [["entry-selected", 2]])
    highlighted = widgets.seen("highlight")
    kept = (highlighted == plain).all(axis=-1)
    own = (plain == list(bytes.fromhex(palette[2][1:]))).all(axis=-1)
    inside = np.s_[10:-10, 10:-10]
    assert kept[inside][own[inside]].all()
    assert not near(highlighted, plain, 20)

    screen.press("Right")
    assert widgets.state()["events"][-1] == ["entry-selected", 3]
    screen.click(*widgets.swatch(3))
    assert widgets.state()["events"][-1] == ["entry-selected", None]


def test_the_menu_of_a_swatch(widgets: Widgets) -> None:
    screen = widgets.screen
    palette = widgets.show(600, 400, 5)
    screen.click(*widgets.swatch(1), button=3)
    screen.picture(f"widgets-{widgets.scale}-menu")
    screen.press("l")
    assert ["lock", palette[1]] in widgets.state()["events"]
    widgets.show_palette([1])
    places = widgets.places()
    assert places["names"][1].endswith(", locked")
    assert places["tooltips"][1].endswith("\nRight-click to unlock or replace this color.")
    widgets.seen("locked")
    screen.click(*widgets.swatch(1), button=3)
    screen.press("u")
    assert ["unlock", palette[1]] in widgets.state()["events"]
    screen.click(*widgets.swatch(0))
    screen.press("Menu", "r")
    assert ["replace", palette[0]] in widgets.state()["events"]
    screen.press("Right", "shift+F10", "r")
    assert ["replace", palette[1]] in widgets.state()["events"]


@pytest.mark.parametrize("colors", [16, 64, 256])
def test_a_palette_takes_little_room(widgets: Widgets, colors: int) -> None:
    widgets.show(600, 400, colors)
    wait_for(lambda: len(widgets.places()["swatches"]) == colors, "the swatches")
    places = widgets.places()
    widgets.seen(f"{colors}-colours")
    tops = [top for _, top, _, _ in places["swatches"]]
    assert tops.count(tops[0]) >= 16
    assert tops == sorted(tops)
    assert places["least"] <= 220
    _, top, _, height = places["swatches"][-1]
    assert top + height - tops[0] <= 120 * widgets.scale


def test_only_the_newest_job_counts(widgets: Widgets) -> None:
    assert widgets.run_jobs(5) == [
        ["busy", True],
        ["arrived", "4 half"],
        ["arrived", "4 whole"],
        ["busy", False],
        "close",
        ["busy", True],
    ]
    assert widgets.run_jobs(2)[:-1] == [
        ["busy", True],
        ["arrived", "1 half"],
        ["busy", False],
        ["failed", "1 failed"],
        "close",
    ]
