"""Faults in GIMP: the plug-in is killed at random moments, and GIMP looked at after.

    python -m benchmarks.gimp_faults [--times 100]

prints what was found as a table. For a machine with GIMP 3, by an ordinary user: the plug-in
is installed for a home of its own, and run in a GIMP without a window.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.datasets import load_sample_image

from palette_core.errors import PaletteCoreError
from palette_core.palette import Palette
from palette_core.pixels import Bytes
from tests.gimp_session import Gimp, encode, environment_of, gimp_console, running_gimp

PROJECT = Path(__file__).parents[1]
OUTPUTS = ("new-image", "convert", "layer", "palette")
SIGNALS = (signal.SIGKILL, signal.SIGTERM)
PROCESS = "quantize-kmeans.py"


class Row(NamedTuple):
    """What came of killing the plug-in, for an output and a signal.

    Attributes
    ----------
    output, signal : str
    tried : int
        How often.
    hit : int
        How often it was not done yet.
    changed : int
        How often the image was neither as before nor as after.
    palettes : int
        How often a palette was there that is not whole, in GIMP or as a file.
    stray : int
        How often a half-made image was left open, which has no window.
    stuck : int
        How often the next run failed.
    """

    output: str
    signal: str
    tried: int
    hit: int
    changed: int
    palettes: int
    stray: int
    stuck: int


def main() -> None:
    """Try and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=100)
    times = parser.parse_args().times
    photo = np.ascontiguousarray(load_sample_image("china.jpg")[::2, ::2])
    pixels = np.dstack([photo, np.full(photo.shape[:2], 255, np.uint8)])
    print("| output | signal | tried | hit | image changed | palettes broken | stray | stuck |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        home = Path(place)
        environment = environment_of(home)
        command = [PROJECT / "install.sh", "--no-demo"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        with running_gimp([gimp_console(), "--no-interface"], environment, home) as gimp:
            for output in OUTPUTS:
                for ending in SIGNALS:
                    row = try_often(gimp, pixels, output, ending, times)
                    print(f"| {' | '.join(str(value) for value in row)} |", flush=True)


def try_often(gimp: Gimp, pixels: Bytes, output: str, ending: signal.Signals, times: int) -> Row:
    """Kill the plug-in at moments all over its run, and after it."""
    counts = np.zeros(5, int)
    image = draw(gimp, pixels)
    begun = time.monotonic()
    quantize(gimp, image, output)
    usual = time.monotonic() - begun
    after = state(gimp, image)
    clear(gimp)
    for number in range(times):
        image = draw(gimp, pixels)
        before, open_before = state(gimp, image), gimp.images()
        delay = random.Random(number).uniform(0, 1.1 * usual)  # noqa: S311 - not a secret
        outcome = killed(gimp, image, output, ending, delay)
        counts += (
            not outcome["ok"],
            state(gimp, image) not in (before, after),
            not palettes_are_whole(gimp),
            not outcome["ok"] and gimp.images() != open_before,
            not quantize(gimp, image, "new-image")["ok"],
        )
        clear(gimp)
    return Row(output, ending.name, times, *(int(count) for count in counts))


def clear(gimp: Gimp) -> None:
    """Close all images, and delete what palettes there are of ours."""
    gimp.close_all()
    for name in gimp.palettes():
        if name.startswith("fault"):
            gimp.delete_palette(name)


def draw(gimp: Gimp, pixels: Bytes) -> int:
    """Open an image."""
    height, width = pixels.shape[:2]
    return gimp.make_image("rgb", "u8", width, height, encode(pixels))


def quantize(gimp: Gimp, image: int, output: str) -> dict[str, Any]:
    """Run the filter, with its own defaults."""
    return gimp.quantize(image, plain=False, output=output, palette_name="fault")


def killed(
    gimp: Gimp, image: int, output: str, ending: signal.Signals, delay: float
) -> dict[str, Any]:
    """Run the filter, and kill it so long after its start; give what GIMP says of it."""

    def kill() -> None:
        process = wait_for_process(done)
        time.sleep(delay)
        if process is not None and not done.is_set():
            with contextlib.suppress(ProcessLookupError):  # it was faster
                os.kill(process, ending)

    done = threading.Event()
    killer = threading.Thread(target=kill)
    killer.start()
    try:
        return quantize(gimp, image, output)
    finally:
        done.set()
        killer.join()


def wait_for_process(done: threading.Event) -> int | None:
    """Wait for the plug-in's process; give its number."""
    while not done.is_set():
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes().split(b"\0")
            except OSError:  # it has ended
                continue
            if b"-run" in words and any(word.endswith(PROCESS.encode()) for word in words):
                return int(entry.parent.name)
    return None


def state(gimp: Gimp, image: int) -> dict[str, Any]:
    """Give all of an image that there is to lose."""
    return {key: value for key, value in gimp.describe(image).items() if key != "dirty"}


def palettes_are_whole(gimp: Gimp) -> bool:
    """Look at all palettes, in GIMP and as files; GIMP writes those that it has at its leisure."""
    names = [name for name in gimp.palettes() if name.startswith("fault")]
    if not all(len(gimp.palette(name)["colors"]) == 16 for name in names):
        return False
    for path in Path(gimp.directory(), "palettes").glob("fault*.gpl"):
        try:
            Palette.load(path)
        except PaletteCoreError:
            return False
    return True


if __name__ == "__main__":
    main()
