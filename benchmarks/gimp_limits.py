"""Very large layers in GIMP: time, and peak memory of the plug-in and of GIMP.

    python -m benchmarks.gimp_limits [--side 10000]

prints a table. For a machine with GIMP 3, by an ordinary user: the plug-in is installed for a home
of its own, and run with its defaults in a GIMP without a window.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from PIL import Image

from benchmarks.gimp_faults import OUTPUTS, PROJECT, wait_for_process
from benchmarks.limits import noisy
from tests.gimp_session import environment_of, gimp_console, running_gimp

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
        subprocess.run(
            [PROJECT / "install.sh", "--no-demo"],
            env=environment_of(home),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        print("| output | seconds | plug-in, MiB | GIMP before | GIMP then |")
        print("|---|---|---|---|---|")
        for output in OUTPUTS:
            print(f"| {output} | {' | '.join(measured(home, picture, output))} |", flush=True)


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
