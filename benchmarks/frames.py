"""Peak memory of finding one palette for many frames, each number of them in a fresh process.

    python -m benchmarks.frames [--counts 100 10000]

A frame is a window of 128 × 96 pixels on a photo. It is made when it is asked for, as those of an
animation are read.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.arrays import Bytes

from .worker import resident

WIDTH, HEIGHT = 128, 96


def frames(count: int) -> Iterator[Bytes]:
    """Give windows on a photo, the same for the same number of them."""
    photo = load_sample_image("china.jpg")
    room = np.array(photo.shape[:2]) - (HEIGHT, WIDTH)
    for top, left in np.random.default_rng(0).integers(0, room, (count, 2)):
        yield photo[top : top + HEIGHT, left : left + WIDTH].copy()


def measure(count: int) -> tuple[float, float]:
    """Find the palette of so many frames; give the peak in MiB of this process, and seconds."""
    start = time.perf_counter()
    pc.find_shared_palette(frames(count), 64)
    return resident("VmHWM") / 2**20, time.perf_counter() - start


def main() -> None:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 100, 10_000])
    counts = parser.parse_args().counts
    print("frames  all at once, MiB  peak, MiB  seconds")
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh:
        for count, (peak, seconds) in zip(counts, fresh.map(measure, counts), strict=True):
            pixels = count * WIDTH * HEIGHT * 3 / 2**20
            print(f"{count:6}{pixels:18.0f}{peak:11.0f}{seconds:9.1f}")


if __name__ == "__main__":
    main()
