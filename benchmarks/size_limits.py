"""Measure very large and very long images on the command line: time, peak memory, too little of it.

    python -m benchmarks.size_limits [large] [scarce] [long]

prints the tables of docs/reliability.md. Only Linux reports a process's peak.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from palette_core.arrays import Bytes
from palette_core.design import METHODS
from palette_core.dither import DITHERS

from .markdown import print_head, print_row

_MIB = 1 << 20
# What is done with an image of 100 megapixels.
LARGE = [
    "quantize large.png -k 16 -o out.png --dither none",
    "quantize large.png -k 256 -o out.png --dither none",
    "quantize large.png -k 16 -o out.png",
    "quantize large.png -k 256 -o out.png",
    "quantize large.png -k 256 -o out.png --dither blue-noise",
    "palette large.png -k 256 -o out.gpl",
    "sheet large.png -k 16 -o sheet.png",
    "compare large.png out.png",
]
LONG = 500_000


class Run(NamedTuple):
    """A run of the command line, with its peak memory and all that it printed."""

    seconds: float
    peak_mib: float
    code: int
    text: str


def run_command(words: str, folder: Path, room: int | None = None) -> Run:
    """Run a command in a folder, with `room` bytes of address space."""
    if not words.startswith("compare"):
        words += " --force"
    start = time.perf_counter()
    log = folder / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "palette_core", *words.split()],
            cwd=folder,
            stdout=stream,
            stderr=stream,
            preexec_fn=room and (lambda: resource.setrlimit(resource.RLIMIT_AS, (room, room))),
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    return Run(seconds, usage.ru_maxrss / 1024, process.returncode, log.read_text().strip())


def draw_noise(height: int, width: int) -> Bytes:
    """Return a smooth image with noise, of very many colours."""
    y, x = np.ogrid[0:height, 0:width]
    pixels = np.empty((height, width, 3), np.uint8)
    for channel, values in enumerate((x // 40 + 0 * y, y // 40 + 0 * x, (x + y) // 80)):
        pixels[..., channel] = values
    pixels += np.random.default_rng(0).integers(0, 6, pixels.shape, np.uint8)
    return pixels


def measure_large(folder: Path) -> None:
    """Print the time and memory for 100 megapixels."""
    _in_process(_save_noise, folder / "large.png", 10_000)
    print_head("100 megapixels", "seconds", "MiB")
    for words in LARGE:
        done = run_command(words, folder)
        outcome = done.text if done.code else f"{done.peak_mib:.0f}"
        print_row(f"`{words}`", f"{done.seconds:.1f}", outcome)


def measure_scarce(folder: Path) -> None:
    """Print the results with too little memory."""
    print_head("megapixels", "`ulimit -v`, MiB", "exit code", "said")
    for side in (3_000, 10_000, 13_000):
        _in_process(_save_flat, folder / "flat.png", side)
        for room in (256, 512, 1024, 2048):
            done = run_command("quantize flat.png -k 16 -o out.png", folder, room * _MIB)
            print_row(f"{side * side / 1e6:.0f}", room, done.code, done.text if done.code else "-")


def measure_long(folder: Path) -> None:
    """Print the time and memory for images that are one pixel high or wide."""
    _in_process(_save_lines, folder)
    print_head(f"1 x {LONG}", "seconds across", "seconds down", "MiB")
    options = [f"--dither none --method {method}" for method in METHODS]
    options += [f"--dither {dither}" for dither in DITHERS if dither != "none"]
    for words in options:
        across, down = (
            run_command(f"quantize {name}.png -k 16 -o out.png {words}", folder)
            for name in ("across", "down")
        )
        if across.code or down.code:
            raise SystemExit(f"{words}: {across.text} {down.text}")
        peak = max(across.peak_mib, down.peak_mib)
        print_row(f"`{words}`", f"{across.seconds:.1f}", f"{down.seconds:.1f}", f"{peak:.0f}")


def _in_process(save: Callable[..., None], *arguments: object) -> None:
    """Call in a process of its own: the peak of a new process is at least that of its parent."""
    process = multiprocessing.get_context("fork").Process(target=save, args=arguments)
    process.start()
    process.join()


def _save_noise(path: Path, side: int) -> None:
    Image.fromarray(draw_noise(side, side)).save(path, compress_level=1)


def _save_flat(path: Path, side: int) -> None:
    Image.new("RGB", (side, side), (99, 99, 99)).save(path, compress_level=1)


def _save_lines(folder: Path) -> None:
    steps = np.random.default_rng(0).integers(-3, 4, (LONG, 3))
    line = (np.cumsum(steps, axis=0) % 256).astype(np.uint8)
    for name, shape in (("across", (1, LONG, 3)), ("down", (LONG, 1, 3))):
        Image.fromarray(line.reshape(shape)).save(folder / f"{name}.png", compress_level=1)


def main() -> None:
    """Print the tables that the command line asks for."""
    tables = {"large": measure_large, "scarce": measure_scarce, "long": measure_long}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tables", nargs="*", choices=tables, default=list(tables))
    for name in parser.parse_args().tables:
        with tempfile.TemporaryDirectory() as folder:
            tables[name](Path(folder))
            print()


if __name__ == "__main__":
    main()
