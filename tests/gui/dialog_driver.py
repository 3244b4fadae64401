"""Drives the filter's dialog as a user does: opens, changes, watches and closes it."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import palette_core as pc
from tests.gimp.conftest import Studio
from tests.gimp.pictures import PALETTE_HEX
from tools.harness.gimp_session import Gimp, decode, encode
from tools.harness.screen import IMAGE_WINDOW, Screen, wait_for

TITLE = "^Quantize with k-means$"
# The filter's defaults, where they are not those of palette_core's functions.
DEFAULTS = {"space": "oklab", "dither": "auto"}
# How to focus a control: the mnemonic of one, and how often to press Tab after it (if negative,
# Shift+Tab).
_FOCUS = {
    "preset": ("alt+p", 0),
    "colors": ("alt+n", 0),
    "quick": ("alt+n", 1),
    "number": ("alt+n", 2),
    "palette-use": ("alt+n", 3),
    "dither": ("alt+d", 0),
    "output": ("alt+u", 0),
    "effort": ("alt+f", 0),
    "palette-name": ("alt+a", 0),
    "sample": ("alt+a", 1),  # of an image with several layers
    "selection": ("alt+a", 1),  # of an image with a selection
    "locked": ("alt+a", 2),
}
# A place on the canvas from the dialog's upper left corner, and how far around it is looked.
_MIDDLE, _AROUND = (270, 240), (100, 60)
# The side of a square that is in every swatch, beside what is drawn over it.
_SWATCH = 14


def wait_until_saved(settings_folder: Path) -> None:
    """Wait until GIMP has saved the filter's last values, of which it writes a part at a time."""

    def is_saved() -> bool:
        files = settings_folder.glob("*quantize-kmeans.last")
        return any(file.read_text().endswith("# end of settings\n") for file in files)

    wait_for(is_saved, "an end of the work")


class DialogDriver:
    """The filter's dialog, over a new image for each test."""

    def __init__(self, gimp: Gimp, screen: Screen) -> None:
        self.gimp, self.screen = gimp, screen
        self.image = 0
        self._before: set[int] = set()

    # Before and after

    def draw(
        self, pixels: NDArray[np.uint8], kind: str = "rgb", precision: str = "u8"
    ) -> NDArray[np.uint8]:
        """Open an image of these pixels without last values, and return the pixels of its layer."""
        palette = PALETTE_HEX if kind.startswith("indexed") else None
        height, width = pixels.shape[:2]
        return self.show(
            self.gimp.make_image(kind, precision, width, height, encode(pixels), palette=palette)
        )

    def show(self, image: int) -> NDArray[np.uint8]:
        """Open a window on an image without last values, and return the pixels of its layer."""
        self.delete_last_values()
        self.image, self._before = image, set(self.gimp.images())
        self.gimp.show(image)
        return self.seen()

    def open_another(self, pixels: NDArray[np.uint8]) -> int:
        """Open an image beside the others, as from a file, and return its number."""
        height, width = pixels.shape[:2]
        image: int = self.gimp.make_image("rgb", "u8", width, height, encode(pixels))
        self.gimp.show(image)
        return image

    def delete_last_values(self) -> None:
        """Delete the last values."""
        for file in self.settings_folder.glob("*quantize-kmeans.*"):
            file.unlink()

    def seen(self) -> NDArray[np.uint8]:
        """Return the pixels of the image's layer as 8-bit sRGB with alpha."""
        return decode(self.gimp.read_rgba(self.gimp.layers(self.image)[0]))

    @property
    def settings_folder(self) -> Path:
        """Where GIMP keeps last values, and the filter its presets."""
        return Path(self.gimp.directory()) / "plug-in-settings"

    @property
    def presets_file(self) -> Path:
        """The user's presets."""
        return self.settings_folder / "quantize-kmeans-presets.json"

    def snapshot(self) -> dict[str, Any]:
        """Return all that the filter could change: images, palettes, files."""
        images = {image: self.gimp.describe(image) for image in self.gimp.images()}
        return {"images": images, **self.palettes_and_files()}

    def palettes_and_files(self) -> dict[str, Any]:
        """Return what outlasts the images: palettes, files."""
        folders = self.settings_folder, Path(self.gimp.directory()) / "palettes"
        files = {path: path.read_bytes() for folder in folders for path in folder.glob("*")}
        return {"palettes": self.gimp.palettes(), "files": files}

    # From the menu to the end

    def open(self) -> None:
        """Choose the filter in the menu, and wait for the dialog."""
        self._choose_in_menu()
        self.wait_until_open()

    def _choose_in_menu(self) -> None:
        self.screen.window(IMAGE_WINDOW)
        self.screen.press("alt+r", "k")

    def wait_until_open(self) -> None:
        """Wait for the dialog and its content, as the window is empty at first."""
        self.screen.window(TITLE)
        wait_for(lambda: len(np.unique(self._preview())) > 1, "the content of the dialog")

    @contextlib.contextmanager
    def opened_without_content(self) -> Iterator[None]:
        """Choose the filter in the menu, and stop its process while its window is empty."""
        self._choose_in_menu()
        wait_for(lambda: self.screen.has_window(TITLE), "the window", pause=0.0)
        process = self.screen.process(TITLE)
        os.kill(process, signal.SIGSTOP)
        try:
            self.screen.window(TITLE)
            yield
        finally:
            os.kill(process, signal.SIGCONT)

    def ok(self) -> None:
        """Press OK, and wait until GIMP has saved the last values, which it does at the end."""
        self.screen.press("alt+o")
        self.wait_until_done()

    def wait_until_done(self) -> None:
        """Wait until GIMP has saved the last values."""
        wait_until_saved(self.settings_folder)

    def cancel(self) -> None:
        """Press Cancel, and wait for the end of the dialog."""
        self.screen.press("alt+c")
        self.wait_until_closed()

    def wait_until_closed(self) -> None:
        """Wait for the end of the dialog."""
        wait_for(lambda: not self.screen.has_window(TITLE), "an end of the dialog")

    def close_if_open(self) -> None:
        """Close the dialog if it is open.

        Images stay open: GIMP 3.0 may crash when one is closed right after it was opened.
        """
        if self.screen.has_window(TITLE):
            self.screen.window(TITLE)
            self.screen.press("Escape")
            self.wait_until_closed()

    def result_of(self, *keys: str) -> int:
        """Press keys that end in a new image, and return its number."""
        before = set(self.gimp.images())
        self.screen.press(*keys)
        (result,) = wait_for(lambda: set(self.gimp.whole_images()) - before, "a result")
        self.wait_until_closed()
        return result

    def result(self) -> int:
        """Return the number of the only new image."""
        (result,) = self.results()
        return result

    def results(self) -> list[int]:
        """Return the numbers of the images that are new."""
        return sorted(set(self.gimp.images()) - self._before)

    def check_indexed(self, image: int, expected: pc.Quantized) -> None:
        """Check an indexed image's colormap and indices against palette_core's."""
        Studio(self.gimp).expect_image(image, expected)

    # Controls

    def focus(self, control: str) -> None:
        """Move the keyboard focus to a control."""
        mnemonic, tabs = _FOCUS[control]
        self.screen.press(mnemonic)
        self.tab(tabs)

    def tab(self, count: int) -> None:
        """Move the focus on by some controls, or back if negative."""
        if count:
            self.screen.press("Tab" if count > 0 else "shift+Tab", times=abs(count))

    def choose(self, control: str, position: int) -> None:
        """Choose one of a control's values by its place in the list."""
        self.focus(control)
        self.choose_focused(position)

    def choose_focused(self, position: int) -> None:
        """Choose one of the values of the control that has the focus."""
        self.screen.press("Home")
        if position:
            self.screen.press("Down", times=position)

    def write(self, text: str) -> None:
        """Replace the text of the control that has the focus, and leave it."""
        self.screen.press("ctrl+a")
        self.screen.type(text)
        self.screen.press("Tab")

    def set_number(self, number: int) -> None:
        """Type the number of colours."""
        self.focus("colors")
        self.write(str(number))

    def choose_preset(self, position: int) -> None:
        """Choose a preset by its place in the list, where "Custom" is the first."""
        self.choose("preset", position + 1)

    def save_preset(self, name: str) -> None:
        """Save the settings as a preset."""
        self.focus("preset")
        self.tab(1)
        self.screen.press("space")
        self.screen.type(name)
        self.screen.picture("preset-name")
        self.screen.press("Return")

    def choose_color(self, color: str) -> None:
        """Press the colour button that has the focus, and choose "#rrggbb"."""
        self.screen.press("Return")
        self.enter_color("^(Matte|Locked) colors?$", color)

    def enter_color(self, title: str, color: str) -> None:
        """Type a colour into GIMP's selector, a window of this title, and press OK."""
        self.screen.window(title)
        self.screen.press("alt+n", "ctrl+a")
        self.screen.type(color[1:])
        self.screen.press("Tab")
        self.screen.picture("color-selector")
        self.screen.press("alt+o")
        wait_for(lambda: not self.screen.has_window(title), "an end of the color selector")
        self.screen.window(TITLE)

    # What is seen

    def wait_until_still(self) -> None:
        """Wait until the preview is still: its spinner turns while it computes."""
        time.sleep(0.3)  # the preview starts when the options have not changed for a moment
        wait_for(self._is_still, "a preview that is done")

    def _is_still(self) -> bool:
        first = self._preview()
        for _ in range(5):
            time.sleep(0.15)
            if not np.array_equal(self._preview(), first):
                return False
        return True

    def _preview(self) -> NDArray[np.uint8]:
        left, top, width, height = self.screen.geometry(TITLE)
        return self.screen.look()[top : top + height, left : left + width // 2]

    def canvas_middle(self) -> tuple[int, int]:
        """Return the place on the screen of the middle of the canvas."""
        left, top, _, _ = self.screen.geometry(TITLE)
        return left + _MIDDLE[0], top + _MIDDLE[1]

    def look_at_canvas(self) -> NDArray[np.uint8]:
        """Return what the middle of the canvas shows."""
        (x, y), (wide, high) = self.canvas_middle(), _AROUND
        return self.screen.look()[y - high : y + high, x - wide : x + wide]

    def still_canvas(self, name: str) -> NDArray[np.uint8]:
        """Wait until the preview is still, take a picture, and return the middle of the canvas."""
        self.wait_until_still()
        self.screen.picture(name)
        return self.look_at_canvas()

    def swatch(self, color: Sequence[int]) -> tuple[int, int]:
        """Wait for the swatch of a colour, and return its place on the screen."""
        return self.find_square(color, TITLE)

    def find_square(self, color: Sequence[int], title: str) -> tuple[int, int]:
        """Wait for a square of a colour in a window, and return the place of the lowest one."""
        return wait_for(lambda: self._find_square(color, title), f"a square of {tuple(color)}")

    def _find_square(self, color: Sequence[int], title: str) -> tuple[int, int] | None:
        left, top, width, height = self.screen.geometry(title)
        same = (self.screen.look()[top : top + height, left : left + width] == color).all(axis=-1)
        shape = _SWATCH, _SWATCH
        squares = np.lib.stride_tricks.sliding_window_view(same, shape).all(axis=(2, 3))
        if not squares.any():
            return None
        y, x = np.argwhere(squares)[-1]
        return left + int(x) + _SWATCH // 2, top + int(y) + _SWATCH // 2

    def find_focus(self) -> tuple[int, int]:
        """Return the middle of the control that has the focus, in a row of such controls.

        It is what changes as the focus goes on, and also as it goes back.
        """
        here = self.screen.look()
        after = self._look_after_tab(1)
        before = self._look_after_tab(-2)
        self._look_after_tab(1)
        changed = (here != after).any(axis=-1) & (here != before).any(axis=-1)
        rows, columns = np.nonzero(changed)
        assert len(rows), "nothing shows where the focus is"
        return int(columns.min() + columns.max()) // 2, int(rows.min() + rows.max()) // 2

    def _look_after_tab(self, count: int) -> NDArray[np.uint8]:
        """Move the focus on, and return the screen once that is seen."""
        before = self.screen.look()
        self.tab(count)
        wait_for(lambda: not np.array_equal(self.screen.look(), before), "another focus")
        time.sleep(0.3)  # until the change is drawn to its end
        return self.screen.look()
