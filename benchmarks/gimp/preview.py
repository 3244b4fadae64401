"""Measure how soon the filter's dialog shows a preview, in GIMP on a virtual screen.

    python -m benchmarks.gimp.preview IMAGE [--runs N]

Needs GIMP 3 and the tools of the GUI tests, and runs as an ordinary user. The plug-in is installed
in a home of its own, and its preview is patched to log when something is shown. The time runs from
the key press that chooses the filter in the menu.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from tools.harness.gimp_session import environment_of
from tools.harness.gimp_window import gimp_window
from tools.harness.screen import IMAGE_WINDOW, Screen, virtual_screen, wait_for

PROJECT = Path(__file__).parents[2]
DIALOG = "^Quantize with k-means$"
FROM_CLICK = {
    "start": "start of the plug-in's process, from the click",
    "window": "window, still empty",
    "content": "window with its content",
    "set_original": "original image",
    "_on_palette": "first preview",
    "_on_result": "first whole result",
}
# Inserted before the plug-in's last line: the times of the process's start and of
# everything that these methods show, once it is drawn.
_PATCH = """
import builtins, functools, os, time

def _log(what):
    with open({log!r}, "a") as out:
        out.write(f"{{what}} {{time.clock_gettime(time.CLOCK_BOOTTIME)}}\\n")

def _patch(dialog):
    preview = sys.modules["ui.preview"]
    draw = preview.Canvas._draw
    undrawn = []

    def noted(owner, name):
        method = getattr(owner, name)

        @functools.wraps(method)
        def call(*arguments):
            undrawn.append(name)
            return method(*arguments)

        setattr(owner, name, call)

    def drawn(self, *arguments):
        done = draw(self, *arguments)
        _log("content")
        while undrawn:
            _log(undrawn.pop(0))
        return done

    noted(preview.Canvas, "set_original")
    noted(preview.Preview, "_on_palette")
    noted(preview.Preview, "_on_result")
    preview.Canvas._draw = drawn

def _import_timed(name, *args, _import=builtins.__import__, **options):
    module = _import(name, *args, **options)
    if name == "ui" and "ui.dialog" in sys.modules:
        builtins.__import__ = _import
        _patch(sys.modules["ui.dialog"])
    return module

if "-run" in sys.argv:
    ticks = float(open("/proc/self/stat").read().rsplit(")", 1)[1].split()[19])
    with open({log!r}, "a") as out:
        out.write(f"start {{ticks / os.sysconf('SC_CLK_TCK')}}\\n")
    builtins.__import__ = _import_timed
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("image", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="preview-") as place:
        folder = Path(place)
        log = install_timed_plugin(folder)
        with virtual_screen(folder) as screen:
            rows = measure(screen, folder, log, chosen.image.resolve(), chosen.runs)
    for name, values in rows.items():
        shown = " ".join(f"{value:.2f}" for value in values)
        print(f"{name:46} {statistics.median(values):5.2f} s   ({shown})")


def install_plugin(home: Path) -> None:
    """Install the plug-in in a home folder."""
    command = [PROJECT / "install.sh", "--no-demo"]
    subprocess.run(command, env=environment_of(home), check=True, stdout=subprocess.DEVNULL)


def install_timed_plugin(home: Path) -> Path:
    """Install the plug-in with a preview that logs what it shows; return the log."""
    install_plugin(home)
    (main,) = home.glob(".config/GIMP/*/plug-ins/quantize-kmeans/quantize-kmeans.py")
    log = home / "shown.log"
    text, last = main.read_text().rsplit("Gimp.main(", 1)
    main.write_text(f"{text}{_PATCH.format(log=str(log))}\nGimp.main({last}")
    return log


def measure(
    screen: Screen, home: Path, log: Path, image: Path, runs: int
) -> dict[str, list[float]]:
    """Open the dialog, and change the number of colours in it, several times."""
    rows: dict[str, list[float]] = defaultdict(list)
    with gimp_window(environment_of(home), screen, home, photo=image):
        for _ in range(runs + 1):
            log.write_text("")
            screen.window(IMAGE_WINDOW)
            screen.press("alt+r")
            click = time.clock_gettime(time.CLOCK_BOOTTIME)
            screen.press("k")
            while not screen.has_window(DIALOG):
                time.sleep(0.005)
            seen = time.clock_gettime(time.CLOCK_BOOTTIME)
            times = wait_for(lambda: read_times(log, "_on_result"), "the result")
            times["window"] = seen
            for name, label in FROM_CLICK.items():
                rows[label].append(times[name] - click)
            screen.window(DIALOG)
            screen.press("alt+n", "ctrl+a")
            screen.type("24")
            log.write_text("")
            before = time.clock_gettime(time.CLOCK_BOOTTIME)
            screen.press("Tab")
            times = wait_for(lambda: read_times(log, "_on_result"), "another result")
            rows["another number of colours, seen"].append(times["_on_palette"] - before)
            rows["another number of colours, whole"].append(times["_on_result"] - before)
            screen.press("Escape")
            wait_for(lambda: not screen.has_window(DIALOG), "an end of the dialog")
    return {label: values[1:] for label, values in rows.items()}  # the first run fills caches


def read_times(log: Path, last: str) -> dict[str, float] | None:
    """Return when each kind of value was first shown, once `last` was."""
    lines = [line.split() for line in log.read_text().splitlines()]
    times = {name: float(when) for name, when in reversed(lines)}
    return times if last in times else None


if __name__ == "__main__":
    main()
