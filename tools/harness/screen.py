"""A virtual screen with a window manager, its keyboard and its mouse."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, TITLE_BAR = 1366, 768, 24
PATIENCE_SECONDS = 60
IMAGE_WINDOW = "(GNU Image Manipulation Program|GIMP)$"


class Screen:
    """Finds windows, types, clicks, takes images."""

    def __init__(self, display: str, pictures: Path) -> None:
        self.display = display
        self._environment = {**os.environ, "DISPLAY": display}
        self._pictures = pictures

    def window(self, title: str) -> str:
        """Wait for a window whose title matches, bring it to the front, and return its number."""
        return wait_for(lambda: self._activate(title), f"a window titled {title!r}")

    def has_window(self, title: str) -> bool:
        """Return whether there is a visible window whose title matches."""
        return bool(self._xdotool("search", "--onlyvisible", "--name", title))

    def process(self, title: str) -> int:
        """Return the number of the process whose visible window's title matches."""
        return int(self._xdotool("search", "--onlyvisible", "--name", title, "getwindowpid"))

    def fill(self, title: str) -> None:
        """Make a window as large as the screen."""
        number = self.window(title)
        self._xdotool("windowmove", number, "0", "0")
        self._xdotool("windowsize", "--sync", number, str(WIDTH), str(HEIGHT - TITLE_BAR))

    def move(self, title: str, x: int, y: int) -> None:
        """Move a window."""
        self._xdotool("windowmove", "--sync", self.window(title), str(x), str(y))

    def dismiss(self, title: str) -> None:
        """Close a dialog that some versions of GIMP show a few seconds after their start."""
        for _ in range(25):
            if self.has_window(title):
                self.window(title)
                self.press("Escape")
                return
            time.sleep(0.2)

    def geometry(self, title: str) -> tuple[int, int, int, int]:
        """Return a window's left, top, width and height in pixels, without its title bar."""
        shell = self._xdotool("getwindowgeometry", "--shell", self.window(title))
        values = dict(line.split("=") for line in shell.splitlines())
        left, top, width, height = (int(values[key]) for key in ("X", "Y", "WIDTH", "HEIGHT"))
        return left, top, width, height

    def press(self, *keys: str, times: int = 1) -> None:
        """Press keys, one after the other, each some times."""
        for key in keys:
            self._xdotool("key", "--delay", "50", *[key] * times)
            time.sleep(0.3)

    def type(self, text: str) -> None:
        """Type a text."""
        self._xdotool("type", "--delay", "50", text)
        time.sleep(0.3)

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click a place on the screen: 1 is the left button, 3 the right one."""
        self._xdotool("mousemove", str(x), str(y), "click", str(button))
        time.sleep(0.5)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Drag from one place on the screen to another with the left button."""
        x, y = ((a + b) // 2 for a, b in zip(start, end, strict=True))
        self._xdotool("mousemove", *map(str, start), "mousedown", "1", "sleep", "0.1")
        self._xdotool("mousemove", str(x), str(y), "sleep", "0.1", "mousemove", *map(str, end))
        self._xdotool("sleep", "0.1", "mouseup", "1")
        time.sleep(0.3)

    def scroll(self, x: int, y: int, steps: int) -> None:
        """Turn the wheel at a place: up by steps, or down by negative ones."""
        self.scroll_over([(x, y)], steps)

    def scroll_over(self, places: Iterable[tuple[int, int]], steps: int) -> None:
        """Turn the wheel at one place after the other: up by steps, or down by negative ones."""
        button = "4" if steps > 0 else "5"
        moves: list[str] = []
        for x, y in places:
            moves += ["mousemove", str(x), str(y), "click", "--repeat", str(abs(steps)), button]
        self._xdotool(*moves)
        time.sleep(0.5)

    @contextlib.contextmanager
    def holding(self, key: str) -> Iterator[None]:
        """Hold a key."""
        self._xdotool("keydown", key)
        time.sleep(0.3)
        try:
            yield
        finally:
            self._xdotool("keyup", key)
            time.sleep(0.3)

    def rest(self, x: int, y: int) -> None:
        """Rest the pointer on a place until there is a tooltip."""
        self._xdotool("mousemove", str(x), str(y))
        time.sleep(1.0)

    def look(self) -> NDArray[np.uint8]:
        """Return the pixels of the screen: (HEIGHT, WIDTH, 3)."""
        command = ["import", "-silent", "-window", "root", "-depth", "8", "rgb:-"]
        done = subprocess.run(command, env=self._environment, check=True, stdout=subprocess.PIPE)
        return np.frombuffer(done.stdout, np.uint8).reshape(HEIGHT, WIDTH, 3)

    def picture(self, name: str) -> Path:
        """Keep an image of the screen, and return its path."""
        path = self._pictures / f"{name}.png"
        subprocess.run(["import", "-window", "root", path], env=self._environment, check=True)
        return path

    def _activate(self, title: str) -> str | None:
        found = self._xdotool("search", "--onlyvisible", "--name", title).split()
        if not found:
            return None
        self._xdotool("windowactivate", "--sync", found[-1])
        return found[-1]

    def _xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
        return done.stdout.strip()


Found = TypeVar("Found")


def wait_for(look: Callable[[], Found | None], what: str, pause: float = 0.2) -> Found:
    """Repeat a search until it finds something, with a pause in seconds between two searches."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(pause)
    raise AssertionError(f"{what} did not appear in {PATIENCE_SECONDS} s")


@contextlib.contextmanager
def virtual_screen(pictures: Path) -> Iterator[Screen]:
    """Start a screen of a small laptop's size; end it when done."""
    pictures.mkdir(parents=True, exist_ok=True)
    reader, writer = os.pipe()
    # Without autorepeat (-r): on a busy machine a short key press may last long enough to repeat.
    command = f"Xvfb -displayfd {writer} -screen 0 {WIDTH}x{HEIGHT}x24 -nolisten tcp -r"
    server = subprocess.Popen(command.split(), pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as stream:
            display = f":{stream.readline().strip()}"
        manager = subprocess.Popen(
            ["openbox"], env={**os.environ, "DISPLAY": display}, stderr=subprocess.DEVNULL
        )
        try:
            yield Screen(display, pictures)
        finally:
            manager.terminate()
            manager.wait()
    finally:
        server.terminate()
        server.wait()
