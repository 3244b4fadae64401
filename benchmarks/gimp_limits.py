"""Very large layers in GIMP: time, and peak memory of the plug-in and of GIMP.

    python -m benchmarks.gimp_limits [--side 10000]

prints a table. For a machine with GIMP 3 and the tools of the GUI tests, by an ordinary user: the
plug-in is installed for a home of its own, and run with its defaults in a GIMP without a window;
then its dialog is opened on a virtual screen, until it shows the whole result.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import threading
import time
from pathlib import Path

from PIL import Image

from benchmarks.gimp_faults import OUTPUTS, wait_for_process
from benchmarks.limits import noisy
from benchmarks.preview import seen, spied_plugin
from tools.harness.gimp_session import environment_of, gimp_console, running_gimp
from tools.harness.gimp_window import gimp_window
from tools.harness.screen import IMAGE_WINDOW, virtual_screen, wait_for

_PAUSE = 0.05


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=int, default=10_000)
    side = parser.parse_args().side
    with tempfile.TemporaryDirectory(prefix="limits-") as place:
        home = Path(place)
        picture = home / "large.bmp"
        Image.fromarray(noisy(side, side)).save(picture)
        log = spied_plugin(home)
        print("| output | seconds | plug-in, MiB | GIMP before | GIMP then |")
        print("|---|---|---|---|---|")
        for output in OUTPUTS:
            print(f"| {output} | {' | '.join(measured(home, picture, output))} |", flush=True)
        print(f"| dialog | {' | '.join(in_dialog(home, picture, log))} |")


def measured(home: Path, picture: Path, output: str) -> list[str]:
    """Run the filter on a picture in a new GIMP; give its seconds and the peaks."""
    command = [gimp_console(), "--no-interface"]
    with running_gimp(command, environment_of(home), home) as gimp:
        image = gimp.load(str(picture))
        before = peak(gimp.process())
        peaks = [0]
        done = threading.Event()
        watcher = threading.Thread(target=watch, args=(done, peaks))
        watcher.start()
        start = time.monotonic()
        outcome = gimp.quantize(image, plain=False, output=output)
        seconds = time.monotonic() - start
        done.set()
        watcher.join()
        if not outcome["ok"]:
            raise SystemExit(f"{output}: {outcome['message']}")
        mebibytes = max(peaks), before, peak(gimp.process())
        return [f"{seconds:.0f}", *(f"{value:.0f}" for value in mebibytes)]


def in_dialog(home: Path, picture: Path, log: Path) -> list[str]:
    """Open the dialog; give the seconds until the whole result is seen, and the peaks."""
    log.write_text("")
    with (
        virtual_screen(home) as screen,
        gimp_window(environment_of(home), screen, home, photo=picture) as gimp,
    ):
        before = peak(gimp.process())
        screen.window(IMAGE_WINDOW)
        screen.press("alt+r", "k")
        times = wait_for(lambda: seen(log, "Result"), "the result")
        process = wait_for_process(threading.Event())
        mebibytes = peak(process or 0), before, peak(gimp.process())
        screen.press("Escape")
        seconds = times["Result"] - times["start"]
        return [f"{seconds:.0f}", *(f"{value:.0f}" for value in mebibytes)]


def watch(done: threading.Event, peaks: list[float]) -> None:
    """Note the plug-in's peak again and again, until it has ended."""
    process = wait_for_process(done)
    while process is not None and not done.is_set():
        try:
            peaks.append(peak(process))
        except (OSError, LookupError):  # it has ended
            return
        time.sleep(_PAUSE)


def peak(process: int) -> float:
    """Give the most that was resident of a process, in MiB."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    if found is None:
        raise LookupError(process)
    return int(found[1]) / 1024


if __name__ == "__main__":
    main()
