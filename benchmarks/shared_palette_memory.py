"""Measure the peak memory of finding one palette for many frames, each in a fresh process.

    python -m benchmarks.shared_palette_memory [--counts 100 10000]

A frame is a window of 128 × 96 pixels on a photo. It is made when it is read, like those of an
animation.
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

from .fresh_process import resident_bytes

WIDTH, HEIGHT = 128, 96


def make_frames(count: int) -> Iterator[Bytes]:
    """Yield windows on a photo, always the same ones."""
    photo = load_sample_image("china.jpg")
    room = np.array(photo.shape[:2]) - (HEIGHT, WIDTH)
    for top, left in np.random.default_rng(0).integers(0, room, (count, 2)):
        yield photo[top : top + HEIGHT, left : left + WIDTH].copy()


def measure(count: int) -> tuple[float, float]:
    """Find the palette of `count` frames; return this process's peak in MiB, and the seconds."""
    start = time.perf_counter()
    pc.find_shared_palette(make_frames(count), 64)
    return resident_bytes("VmHWM") / 2**20, time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[1, 100, 10_000])
    counts = parser.parse_args().counts
    print("frames  all at once, MiB  peak, MiB  seconds")
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as executor:
        for count, (peak, seconds) in zip(counts, executor.map(measure, counts), strict=True):
            pixels = count * WIDTH * HEIGHT * 3 / 2**20
            print(f"{count:6}{pixels:18.0f}{peak:11.0f}{seconds:9.1f}")


if __name__ == "__main__":
    main()
