"""Very large and very long pictures on the command line: time, peak memory, and too little of it.

    python -m benchmarks.limits [large] [scarce] [long]

prints the tables of docs/reliability.md. Linux alone tells a process's peak.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from palette_core.arrays import Bytes
from palette_core.design import METHODS
from palette_core.dither import DITHERS

_MIB = 1 << 20
# What is asked of a picture of 100 megapixels.
LARGE = [
    "quantize {} -k 16 -o out.png --dither none",
    "quantize {} -k 256 -o out.png --dither none",
    "quantize {} -k 16 -o out.png",
    "quantize {} -k 256 -o out.png",
    "quantize {} -k 256 -o out.png --dither blue-noise",
    "palette {} -k 256 -o out.gpl",
    "sheet {} -k 16 -o sheet.png",
    "compare {} out.png",
]
LONG = 500_000


def run(words: str, folder: Path, room: int | None = None) -> tuple[float, int, int, str]:
    """Run a command in a folder, with so many bytes of address space.

    Returns
    -------
    float
        Seconds.
    int
        The most that was resident, in bytes.
    int
        The exit code.
    str
        What it printed.
    """
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
    return seconds, 1024 * usage.ru_maxrss, process.returncode, log.read_text().strip()


def noisy(height: int, width: int) -> Bytes:
    """Draw a smooth picture with noise, of very many colours."""
    y, x = np.ogrid[0:height, 0:width]
    pixels = np.empty((height, width, 3), np.uint8)
    for channel, values in enumerate((x // 40 + 0 * y, y // 40 + 0 * x, (x + y) // 80)):
        pixels[..., channel] = values
    pixels += np.random.default_rng(0).integers(0, 6, pixels.shape, np.uint8)
    return pixels


def large(folder: Path) -> None:
    """Print what 100 megapixels need."""
    _save(folder / "large.png", lambda: noisy(10_000, 10_000))
    print("| 100 megapixels | seconds | MiB |\n|---|---|---|")
    for words in LARGE:
        seconds, peak, code, text = run(words.format("large.png") + _force(words), folder)
        outcome = f"{peak / _MIB:.0f}" if code == 0 else text
        print(f"| `{words.format('large.png')}` | {seconds:.1f} | {outcome} |", flush=True)


def scarce(folder: Path) -> None:
    """Print what comes of pictures with too little memory."""
    print("\n| megapixels | `ulimit -v`, MiB | exit code | said |\n|---|---|---|---|")
    for side in (3_000, 10_000, 13_000):
        _save(folder / "flat.png", lambda side=side: np.full((side, side, 3), 99, np.uint8))
        for room in (256, 512, 1024, 2048):
            words = "quantize flat.png -k 16 -o out.png --force"
            _, _, code, text = run(words, folder, room * _MIB)
            said = text if code else "-"
            print(f"| {side * side / 1e6:.0f} | {room} | {code} | {said} |", flush=True)


def long(folder: Path) -> None:
    """Print what pictures one pixel high and one pixel wide need."""
    line = np.cumsum(np.random.default_rng(0).integers(-3, 4, (LONG, 3)), axis=0) % 256
    for name, shape in (("across", (1, LONG, 3)), ("down", (LONG, 1, 3))):
        _save(folder / f"{name}.png", lambda shape=shape: line.astype(np.uint8).reshape(shape))
    print("\n| 1 x 500000 | seconds across | seconds down | MiB |\n|---|---|---|---|")
    ways = [f"--dither none --method {method}" for method in METHODS]
    ways += [f"--dither {dither}" for dither in DITHERS if dither != "none"]
    for way in ways:
        words = f"quantize {{}} -k 16 -o out.png --force {way}"
        across, down = (run(words.format(f"{name}.png"), folder) for name in ("across", "down"))
        peak = max(across[1], down[1]) / _MIB
        if across[2] or down[2]:
            raise SystemExit(f"{way}: {across[3]} {down[3]}")
        print(f"| `{way}` | {across[0]:.1f} | {down[0]:.1f} | {peak:.0f} |", flush=True)


def _save(path: Path, draw: Callable[[], Bytes]) -> None:
    """Save what is drawn, in a process of its own: a new process's peak is at least ours."""
    process = os.fork()
    if not process:
        Image.fromarray(draw()).save(path, compress_level=1)
        os._exit(0)
    if os.waitpid(process, 0)[1]:
        raise SystemExit(f"could not draw {path.name}")


def _force(words: str) -> str:
    return "" if words.startswith("compare") else " --force"


def main() -> None:
    """Print the tables that the command line asks for."""
    tables = {"large": large, "scarce": scarce, "long": long}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tables", nargs="*", choices=tables, default=list(tables))
    for name in parser.parse_args().tables:
        with tempfile.TemporaryDirectory() as folder:
            tables[name](Path(folder))


if __name__ == "__main__":
    main()
