"""Measure very large layers in GIMP: time, and peak memory of the plug-in and of GIMP.

    python -m benchmarks.gimp.limits [--side 10000]

prints the table of docs/reliability.md. Needs GIMP 3 and the tools of the GUI tests, and runs as an
ordinary user: the plug-in is installed in a home of its own, and run with its defaults in a GIMP
without a window; then its dialog is opened on a virtual screen, until it shows the final result.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from pathlib import Path

from PIL import Image

from tools.harness.gimp_session import environment_of, gimp_console, running_gimp
from tools.harness.gimp_window import gimp_window
from tools.harness.screen import IMAGE_WINDOW, virtual_screen, wait_for

from ..fresh_process import resident_bytes
from ..markdown import print_head, print_row
from ..size_limits import draw_noise
from .faults import OUTPUTS, wait_for_process
from .preview import install_timed_plugin, read_times

_PAUSE = 0.05


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=int, default=10_000)
    side = parser.parse_args().side
    with tempfile.TemporaryDirectory(prefix="limits-") as place:
        home = Path(place)
        image_file = home / "large.bmp"
        Image.fromarray(draw_noise(side, side)).save(image_file)
        log = install_timed_plugin(home)
        print_head("output", "seconds", "plug-in, MiB", "GIMP before", "GIMP then")
        for output in OUTPUTS:
            print_row(output, *measure_output(home, image_file, output))
        row = measure_dialog(home, image_file, log)
        print_row("dialog, until it shows all of the result", *row)


def measure_output(home: Path, image_file: Path, output: str) -> list[int]:
    """Run the filter in a new GIMP; return its seconds and the peaks."""
    command = [gimp_console(), "--no-interface"]
    with running_gimp(command, environment_of(home), home) as gimp:
        image = gimp.load(str(image_file))
        before = peak_mib(gimp.process())
        peaks: list[int] = []
        done = threading.Event()
        watcher = threading.Thread(target=record_peaks, args=(done, peaks))
        watcher.start()
        start = time.monotonic()
        outcome = gimp.quantize(image, plain=False, output=output)
        seconds = time.monotonic() - start
        done.set()
        watcher.join()
        if not outcome["ok"]:
            raise SystemExit(f"{output}: {outcome['message']}")
        return [round(seconds), max(peaks, default=0), before, peak_mib(gimp.process())]


def measure_dialog(home: Path, image_file: Path, log: Path) -> list[int]:
    """Open the dialog; return the seconds until the final result is shown, and the peaks."""
    log.write_text("")
    with (
        virtual_screen(home) as screen,
        gimp_window(environment_of(home), screen, home, photo=image_file) as gimp,
    ):
        before = peak_mib(gimp.process())
        screen.window(IMAGE_WINDOW)
        screen.press("alt+r", "k")
        times = wait_for(lambda: read_times(log, "_on_result"), "the result")
        process = wait_for_process(threading.Event())
        peaks = [peak_mib(process or 0), before, peak_mib(gimp.process())]
        screen.press("Escape")
        return [round(times["_on_result"] - times["start"]), *peaks]


def record_peaks(done: threading.Event, peaks: list[int]) -> None:
    """Append the plug-in's peak repeatedly, until it has ended."""
    process = wait_for_process(done)
    while process is not None and not done.is_set():
        try:
            peaks.append(peak_mib(process))
        except OSError:  # it has ended
            return
        time.sleep(_PAUSE)


def peak_mib(process: int) -> int:
    """Return the peak of a process's resident memory, in MiB."""
    return round(resident_bytes("VmHWM", process) / 2**20)


if __name__ == "__main__":
    main()
