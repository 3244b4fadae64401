"""Measure how soon the filter's dialog shows a preview, in GIMP on a virtual screen.

    python -m benchmarks.gimp.preview IMAGE [--runs N]

Needs GIMP 3 and the tools of the GUI tests, and runs as an ordinary user. The plug-in is installed
in a home of its own, and its preview is patched to log when something is shown. The time runs from
the key press that chooses the filter in the menu. Beside it is a plug-in that shows an empty dialog
and does nothing else: sooner than its window no plug-in in Python can show anything.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

from tools.harness.gimp_session import environment_of
from tools.harness.gimp_window import gimp_window
from tools.harness.screen import IMAGE_WINDOW, Screen, virtual_screen, wait_for

PROJECT = Path(__file__).parents[2]
DIALOG = "^Quantize with k-means$"
EMPTY_DIALOG = "^Empty$"
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

_EMPTY_PLUGIN = """#!/usr/bin/env python3
import sys

import gi

gi.require_versions({"Gimp": "3.0", "GimpUi": "3.0"})
from gi.repository import Gimp, GimpUi

class Empty(Gimp.PlugIn):
    def do_set_i18n(self, _name):
        return False

    def do_query_procedures(self):
        return ["plug-in-empty"]

    def do_create_procedure(self, name):
        kind = Gimp.PDBProcType.PLUGIN
        procedure = Gimp.ImageProcedure.new(self, name, kind, run, None)
        procedure.set_image_types("*")
        procedure.set_menu_label("_Just a window")
        procedure.add_menu_path("<Image>/Filters/")
        return procedure

def run(procedure, _run_mode, _image, _drawables, config, _data):
    GimpUi.init("empty")
    GimpUi.ProcedureDialog.new(procedure, config, "Empty").run()
    return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)

Gimp.main(Empty.__gtype__, sys.argv)
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
    """Install the empty plug-in and ours, whose preview logs what it shows; return the log."""
    install_plugin(home)
    (main,) = home.glob(".config/GIMP/*/plug-ins/quantize-kmeans/quantize-kmeans.py")
    log = home / "shown.log"
    text, last = main.read_text().rsplit("Gimp.main(", 1)
    main.write_text(f"{text}{_PATCH.format(log=str(log))}\nGimp.main({last}")
    empty = main.parents[1] / "empty" / "empty.py"
    empty.parent.mkdir()
    empty.write_text(_EMPTY_PLUGIN)
    empty.chmod(0o755)
    return log


def measure(
    screen: Screen, home: Path, log: Path, image: Path, runs: int
) -> dict[str, list[float]]:
    """Open the dialog, and change the number of colours in it, several times."""
    rows: dict[str, list[float]] = defaultdict(list)
    with gimp_window(environment_of(home), screen, home, photo=image):
        for _ in range(runs + 1):
            click, seen = open_dialog(screen, "j", EMPTY_DIALOG)
            rows["an empty plug-in's window"].append(seen - click)
            close_dialog(screen, EMPTY_DIALOG)
            log.write_text("")
            click, seen = open_dialog(screen, "k", DIALOG)
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
            close_dialog(screen, DIALOG)
    return {label: values[1:] for label, values in rows.items()}  # the first run fills caches


def open_dialog(screen: Screen, key: str, title: str) -> tuple[float, float]:
    """Choose a filter by its key in the menu; return the times of that and of its window."""
    screen.window(IMAGE_WINDOW)
    screen.press("alt+r")
    click = time.clock_gettime(time.CLOCK_BOOTTIME)
    pressing = threading.Thread(target=screen.press, args=(key,))  # it rests after the key
    pressing.start()
    while not screen.has_window(title):
        time.sleep(0.005)
    seen = time.clock_gettime(time.CLOCK_BOOTTIME)
    pressing.join()
    return click, seen


def close_dialog(screen: Screen, title: str) -> None:
    """Cancel a dialog."""
    screen.window(title)
    screen.press("Escape")
    wait_for(lambda: not screen.has_window(title), "an end of the dialog")


def read_times(log: Path, last: str) -> dict[str, float] | None:
    """Return when each kind of value was first shown, once `last` was."""
    lines = [line.split() for line in log.read_text().splitlines()]
    times = {name: float(when) for name, when in reversed(lines)}
    return times if last in times else None


if __name__ == "__main__":
    main()
