"""The hands on the filter's dialog: it is opened, changed, watched and ended as a user does it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import palette_core as pc
from tests.gimp.pictures import PALETTE_HEX
from tools.harness.gimp_session import Gimp, decode, encode
from tools.harness.screen import IMAGE_WINDOW, Screen, wait_for

TITLE = "^Quantize with k-means$"
# The filter's defaults, where they are not those of palette_core's functions.
DEFAULTS = {"space": "oklab", "dither": "floyd-steinberg"}
# Where the choices are, in the order in which Tab goes through the usual controls: how often it is
# to be pressed after the mnemonic of another control. Negative: together with Shift.
_FOCUS = {
    "colors": ("alt+n", 0),
    "slider": ("alt+n", -1),
    "quick": ("alt+n", 1),
    "number": ("alt+n", 9),
    "palette-use": ("alt+n", 10),
    "dither": ("alt+d", 0),
    "output": ("alt+u", 0),
    "effort": ("alt+e", 0),
    "palette-name": ("alt+a", 0),
}
# The least side of a swatch that has nothing drawn over it.
_SWATCH = 14


class Dialog:
    """The filter's dialog, over an image of its own for each test."""

    def __init__(self, gimp: Gimp, screen: Screen) -> None:
        self.gimp, self.screen = gimp, screen
        self.image = 0
        self._before: set[int] = set()

    # Before and after

    def draw(
        self, pixels: NDArray[np.uint8], kind: str = "rgb", precision: str = "u8"
    ) -> NDArray[np.uint8]:
        """Open an image of these pixels to work on, without last values; give what is seen."""
        palette = PALETTE_HEX if kind.startswith("indexed") else None
        height, width = pixels.shape[:2]
        return self.show(
            self.gimp.make_image(kind, precision, width, height, encode(pixels), palette=palette)
        )

    def show(self, image: int) -> NDArray[np.uint8]:
        """Open a window on the image to work on, without last values; give what is seen of it."""
        self.forget()
        self.image, self._before = image, set(self.gimp.images())
        self.gimp.show(image)
        return self.seen()

    def forget(self) -> None:
        """Let there be no last values, nor saved settings."""
        for kept in self.settings_folder.glob("*quantize-kmeans.*"):
            kept.unlink()

    def seen(self) -> NDArray[np.uint8]:
        """Give the pixels of the image's layer as 8-bit sRGB with alpha."""
        return decode(self.gimp.read_rgba(self.gimp.layers(self.image)[0]))

    @property
    def settings_folder(self) -> Path:
        """Where GIMP keeps last values and saved settings."""
        return Path(self.gimp.directory()) / "plug-in-settings"

    def world(self) -> dict[str, Any]:
        """Give all that the filter could change: images, palettes, files."""
        images = {image: self.gimp.describe(image) for image in self.gimp.images()}
        return {"images": images, **self.kept()}

    def kept(self) -> dict[str, Any]:
        """Give what outlasts the images: palettes, files."""
        folders = self.settings_folder, Path(self.gimp.directory()) / "palettes"
        files = {path: path.read_bytes() for folder in folders for path in folder.glob("*")}
        return {"palettes": self.gimp.palettes(), "files": files}

    # From the menu to the end

    def open(self) -> None:
        """Choose the filter in the menu, and wait for the dialog."""
        self.screen.window(IMAGE_WINDOW)
        self.screen.press("alt+r", "k")
        self.screen.window(TITLE)

    def ok(self) -> None:
        """Press OK, and wait until all is done: GIMP keeps the last values then."""
        self.screen.press("alt+o")
        self.wait_done()

    def wait_done(self) -> None:
        """Wait until the work is done."""
        wait_for(
            lambda: any(self.settings_folder.glob("*quantize-kmeans.last")), "an end of the work"
        )

    def cancel(self) -> None:
        """Press Cancel, and wait for the end of the dialog."""
        self.screen.press("alt+c")
        self.wait_gone()

    def wait_gone(self) -> None:
        """Wait for the end of the dialog."""
        wait_for(lambda: not self.screen.has_window(TITLE), "an end of the dialog")

    def leave(self) -> None:
        """Close the dialog if a test has left it open.

        Images stay open: GIMP 3.0 may crash when one is closed right after it was opened.
        """
        if self.screen.has_window(TITLE):
            self.screen.window(TITLE)
            self.screen.press("Escape")
            self.wait_gone()

    def result(self) -> int:
        """Give the number of the only new image."""
        (result,) = self.results()
        return result

    def results(self) -> list[int]:
        """Give the numbers of the images that are new."""
        return sorted(set(self.gimp.images()) - self._before)

    def expect(self, image: int, expected: pc.Quantized) -> None:
        """Check an indexed image's colormap and indices against palette_core's."""
        assert self.gimp.colormap(image) == expected.palette.colors.tolist()
        native = decode(self.gimp.read_native(self.gimp.layers(image)[0]))
        np.testing.assert_array_equal(native[..., 0], expected.indices)
        if expected.opaque is not None:
            np.testing.assert_array_equal(native[..., 1] == 255, expected.opaque)

    # Controls

    def focus(self, control: str) -> None:
        """Bring the keyboard to a control."""
        mnemonic, tabs = _FOCUS[control]
        self.screen.press(mnemonic)
        self.tab(tabs)

    def tab(self, count: int) -> None:
        """Go so many controls on, or back."""
        if count:
            self.screen.press("Tab" if count > 0 else "shift+Tab", times=abs(count))

    def choose(self, control: str, position: int) -> None:
        """Take one of a control's choices by its place in the list."""
        self.focus(control)
        self.take(position)

    def take(self, position: int) -> None:
        """Take one of the choices of the control that has the focus."""
        self.screen.press("Home")
        if position:
            self.screen.press("Down", times=position)

    def write(self, text: str) -> None:
        """Put a text in place of that of the control that has the focus, and leave it."""
        self.screen.press("ctrl+a")
        self.screen.type(text)
        self.screen.press("Tab")

    def set_number(self, number: int) -> None:
        """Type how many colours there are to be."""
        self.focus("colors")
        self.write(str(number))

    # What is seen

    def settle(self) -> None:
        """Wait until the preview is still: its spinner turns for as long as there is work."""
        time.sleep(0.3)  # values are to be still for a moment before work begins
        wait_for(self._is_still, "a preview that is done")

    def _is_still(self) -> bool:
        looks = []
        for _ in range(3):
            looks.append(self._preview())
            time.sleep(0.15)
        return all(np.array_equal(looks[0], look) for look in looks[1:])

    def _preview(self) -> NDArray[np.uint8]:
        left, top, width, height = self.screen.geometry(TITLE)
        return self.screen.look()[top : top + height, left : left + width // 2]

    def swatch(self, color: Sequence[int]) -> tuple[int, int]:
        """Wait for the swatch of a colour; give its place on the screen."""
        return self.square(color, TITLE)

    def square(self, color: Sequence[int], title: str) -> tuple[int, int]:
        """Wait for a square of a colour in a window; give the lowest one's place on the screen."""
        return wait_for(lambda: self._square(color, title), f"a square of {tuple(color)}")

    def _square(self, color: Sequence[int], title: str) -> tuple[int, int] | None:
        left, top, width, height = self.screen.geometry(title)
        same = (self.screen.look()[top : top + height, left : left + width] == color).all(axis=-1)
        shape = _SWATCH, _SWATCH
        squares = np.lib.stride_tricks.sliding_window_view(same, shape).all(axis=(2, 3))
        if not squares.any():
            return None
        y, x = np.argwhere(squares)[-1]
        return left + int(x) + _SWATCH // 2, top + int(y) + _SWATCH // 2

    def place_of_focus(self) -> tuple[int, int]:
        """Give the middle of the control that has the focus, in a row of such controls.

        It is what changes as the focus goes on, and also as it goes back.
        """
        here = self.screen.look()
        self.tab(1)
        after = self.screen.look()
        self.tab(-2)
        before = self.screen.look()
        self.tab(1)
        changed = (here != after).any(axis=-1) & (here != before).any(axis=-1)
        rows, columns = np.nonzero(changed)
        assert len(rows), "nothing shows where the focus is"
        return int(columns.min() + columns.max()) // 2, int(rows.min() + rows.max()) // 2
