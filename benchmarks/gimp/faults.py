"""Interrupt the plug-in at random moments, and check GIMP afterwards.

    python -m benchmarks.gimp.faults [--times 25]

prints the table of docs/reliability.md. Needs GIMP 3 and the tools of the GUI tests, and runs as an
ordinary user: the plug-in is installed in a home of its own, and run in GIMP on a virtual screen.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import resource
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from sklearn.datasets import load_sample_image

from palette_core.arrays import Bytes
from palette_core.errors import PaletteCoreError
from palette_core.palette import Palette
from tools.harness.gimp_session import Gimp, encode, environment_of
from tools.harness.gimp_window import gimp_window
from tools.harness.screen import IMAGE_WINDOW, Screen, virtual_screen

from ..markdown import print_head, print_row
from .preview import DIALOG, install_plugin

OUTPUTS = ("new-image", "convert", "layer", "palette")
# The filter's default.
COLORS = 16
PROCESS = "quantize-kmeans.py"
Fault: TypeAlias = Callable[[int], None]
# Seconds: how long GIMP may take to undo, and how often that is checked.
_PATIENCE, _PAUSE, _MOMENT = 10.0, 0.2, 0.001
# Moments reach this far beyond the usual end.
_MARGIN = 1.2
# What is counted, as docs/reliability.md explains.
_COUNTS = ("hit", "said", "half", "lost", "palettes", "stray", "settings", "stuck")


class Run(NamedTuple):
    """A run of the filter: what it returned, its seconds, and those from its first write on."""

    outcome: dict[str, Any]
    whole: float
    writing: float


class Session:
    """GIMP in a window, in which the filter is run and interrupted.

    Parameters
    ----------
    gimp : Gimp
    screen : Screen
    pixels : (height, width, 4) ndarray of uint8
    """

    def __init__(self, gimp: Gimp, screen: Screen, pixels: Bytes) -> None:
        self.gimp, self.screen, self._pixels = gimp, screen, pixels
        self._folder = Path(gimp.directory(), "palettes")
        self._given = set(gimp.palettes())
        self._files = 0
        self.image = 0

    def reset(self) -> None:
        """Open an image in a window, and close all others; delete the palettes."""
        self.gimp.close_all()
        for name in self._new_palettes():
            self.gimp.delete_palette(name)
        self._files = len(list(self._folder.glob("*.gpl")))
        height, width = self._pixels.shape[:2]
        self.image = self.gimp.make_image("rgb", "u8", width, height, encode(self._pixels))
        self.gimp.show(self.image)

    def quantize(self, output: str) -> dict[str, Any]:
        """Run the filter; in the dialog with the output that the dialog begins with."""
        if output == "dialog":
            return self.gimp.quantize(self.image, run_mode="interactive", plain=False)
        return self.gimp.quantize(self.image, plain=False, output=output)

    def run(self, output: str, fault: Fault | None, delay: float, *, late: bool) -> Run:
        """Run the filter, and interrupt it some time after it starts, or after it starts to write.

        In the dialog it starts at OK.
        """
        times = []

        def wait_and_interrupt() -> None:
            process = wait_for_process(done)
            if output == "dialog":
                self.press_ok()
            times.append(time.monotonic())
            while late and not self._is_writing() and not done.is_set():
                time.sleep(_MOMENT)
            times.append(time.monotonic())
            time.sleep(delay)
            if process is not None and fault is not None and not done.is_set():
                with contextlib.suppress(OSError):  # it has ended meanwhile
                    fault(process)

        done = threading.Event()
        watcher = threading.Thread(target=wait_and_interrupt)
        watcher.start()
        try:
            outcome = self.quantize(output)
        finally:
            end = time.monotonic()
            done.set()
            watcher.join()
        # A run may end before the first write is noticed.
        return Run(outcome, end - times[0], max(end - times[1], 0.0))

    def press_ok(self) -> None:
        """Press OK in the dialog."""
        self.screen.window(DIALOG)
        self.screen.press("alt+o")

    def state(self) -> dict[str, Any]:
        """Return all of the image that could be lost."""
        described = self.gimp.describe(self.image)
        return {key: value for key, value in described.items() if key != "dirty"}

    def is_undone(self, before: dict[str, Any]) -> bool:
        """Undo once, as a user does; return whether that restores the image."""
        self.screen.window(IMAGE_WINDOW)
        self.screen.press("ctrl+z")
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            if self.state() == before:
                return True
            time.sleep(_PAUSE)
        return False

    def count_without_window(self) -> int:
        """Return how many images have no window."""
        return len(self.gimp.images()) - len(self.gimp.windows())

    def palettes_are_whole(self) -> bool:
        """Return whether all palettes are complete, in GIMP and as files."""
        self.gimp.read_palette_files()
        if any(len(self.gimp.palette(name)["colors"]) < COLORS for name in self._new_palettes()):
            return False
        for path in self._folder.glob("*.gpl"):
            try:
                Palette.load(path)
            except PaletteCoreError:
                return False
        return True

    def settings_are_whole(self) -> bool:
        """Return whether GIMP's files of the filter's settings have their last line."""
        files = Path(self.gimp.directory(), "plug-in-settings").glob("*quantize-kmeans*")
        return all("\n# end of " in path.read_text() for path in files)

    def _is_writing(self) -> bool:
        """Return whether there is a palette file, which all outputs write first."""
        return len(list(self._folder.glob("*.gpl"))) > self._files

    def _new_palettes(self) -> set[str]:
        return set(self.gimp.palettes()) - self._given


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=25)
    times = parser.parse_args().times
    photo = np.ascontiguousarray(load_sample_image("china.jpg")[::2, ::2])
    pixels = np.dstack([photo, np.full(photo.shape[:2], 255, np.uint8)])
    print_head("output", "fault", "tried", *_COUNTS)
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        home = Path(place)
        install_plugin(home)
        with (
            virtual_screen(home) as screen,
            gimp_window(environment_of(home), screen, home) as gimp,
        ):
            session = Session(gimp, screen, pixels)
            for output in (*OUTPUTS, "dialog"):
                for fault in FAULTS:
                    counts = try_often(session, output, FAULTS[fault], times)
                    print_row(output, fault, times, *(int(counts[name]) for name in _COUNTS))


def try_often(session: Session, output: str, fault: Fault, times: int) -> Counter[str]:
    """Interrupt the plug-in: half of the times anywhere in its run, half while it writes."""
    session.reset()
    undisturbed = session.run(output, None, 0, late=True)
    if not undisturbed.outcome["ok"]:
        raise SystemExit(f"{output}: {undisturbed.outcome['message']}")
    after = session.state()
    counts: Counter[str] = Counter()
    for number in range(times):
        session.reset()
        before, open_before = session.state(), session.count_without_window()
        late = number % 2 == 1
        most = _MARGIN * (undisturbed.writing if late else undisturbed.whole)
        delay = random.Random(number).uniform(0, most)  # noqa: S311 - not a secret
        outcome = session.run(output, fault, delay, late=late).outcome
        hit = not outcome["ok"]
        changed = session.state() not in (before, after)
        undone = changed and session.is_undone(before)
        counts.update(
            hit=hit,
            said=hit and "memory" in outcome["message"],
            half=undone,
            lost=changed and not undone,
            palettes=not session.palettes_are_whole(),
            stray=hit and session.count_without_window() > open_before,
            settings=not session.settings_are_whole(),
            stuck=not session.quantize("new-image")["ok"],
        )
    return counts


def wait_for_process(done: threading.Event) -> int | None:
    """Wait for the plug-in's process; return its number."""
    while not done.is_set():
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes().split(b"\0")
            except OSError:  # it has ended
                continue
            if b"-run" in words and any(word.endswith(PROCESS.encode()) for word in words):
                return int(entry.parent.name)
    return None


def limit_memory(process: int) -> None:
    """Refuse a process more memory than it has."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[0])
    room = pages * resource.getpagesize()
    resource.prlimit(process, resource.RLIMIT_AS, (room, room))


FAULTS: dict[str, Fault] = {
    "SIGKILL": lambda process: os.kill(process, signal.SIGKILL),
    "SIGTERM": lambda process: os.kill(process, signal.SIGTERM),
    "no memory": limit_memory,
}


if __name__ == "__main__":
    main()
