"""Initialization of k-means: k-means++ beside the variance cut (the book's figure 2.6).

python -m benchmarks.start
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.cluster import kmeans_plusplus
from sklearn.datasets import load_sample_image
from threadpoolctl import threadpool_limits

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.design import METHODS, DesignProblem
from palette_core.image.histogram import ColorHistogram

from .machine import note_machine
from .pictures import Picture
from .store import RESULTS, Store

COLORS = [2, 4, 8, 16, 32, 64, 128, 256]
Start: TypeAlias = Callable[[Bytes, ColorHistogram, int], Bytes]


def _plus_plus(trials: int | None) -> Start:
    """Give k-means++ on all pixels as the chapter has it; None is the greedy variant."""

    def start(rgb: Bytes, histogram: ColorHistogram, colors: int) -> Bytes:
        del histogram
        points = rgb.reshape(-1, 3) / 255.0
        with threadpool_limits(limits=1):  # its steps are too short for more
            centers, _ = kmeans_plusplus(points, colors, random_state=0, n_local_trials=trials)
        return _to_bytes(centers)

    return start


def _plus_plus_unique(rgb: Bytes, histogram: ColorHistogram, colors: int) -> Bytes:
    del rgb
    points, weights = histogram.colors / 255.0, histogram.weights
    with threadpool_limits(limits=1):
        centers, _ = kmeans_plusplus(points, colors, sample_weight=weights, random_state=0)
    return _to_bytes(centers)


def _to_bytes(centers: NDArray[np.float64]) -> Bytes:
    rounded: Bytes = np.rint(centers * 255).astype(np.uint8)
    return rounded


def _variance_cut(rgb: Bytes, histogram: ColorHistogram, colors: int) -> Bytes:
    del rgb
    method = METHODS["variance-cut"]
    return method.design(DesignProblem(histogram, colors)).colors


def _variance_cut_and_count(rgb: Bytes, histogram: ColorHistogram, colors: int) -> Bytes:
    del histogram
    return _variance_cut(rgb, _histogram(rgb), colors)


def _histogram(rgb: Bytes) -> ColorHistogram:
    return ColorHistogram.unique(rgb.reshape(-1, 3))


GREEDY = "k-means++, greedy"
GREEDY_UNIQUE = "k-means++, greedy, on the histogram"
CUT = "variance cut, on the histogram"
CUT_AND_COUNT = "variance cut, counting included"
STARTS: dict[str, Start] = {
    GREEDY: _plus_plus(None),
    "k-means++, not greedy": _plus_plus(1),
    GREEDY_UNIQUE: _plus_plus_unique,
    CUT_AND_COUNT: _variance_cut_and_count,
    CUT: _variance_cut,
}


def main() -> None:
    """Measure every start on two sizes of a photo."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--colors", type=int, nargs="+", default=COLORS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--results", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    store = Store(arguments.results)
    note_machine(store)
    for picture in _two_sizes():
        for start in STARTS.values():
            start(picture.rgb, _histogram(picture.rgb), 2)
        for colors in arguments.colors:
            if not store.find(kind="start", picture=picture.name, colors=colors):
                _measure(store, picture, colors, arguments.runs)
                print(f"{picture.name}, {colors} colours", file=sys.stderr, flush=True)


def _two_sizes() -> list[Picture]:
    photo = Image.fromarray(load_sample_image("china.jpg"))
    half = photo.resize((photo.width // 2, photo.height // 2), Image.Resampling.LANCZOS)
    return [
        Picture(f"china.jpg, {image.width} × {image.height}", np.asarray(image))
        for image in (half, photo)
    ]


def _measure(store: Store, picture: Picture, colors: int, runs: int) -> None:
    """Measure all starts in turn."""
    histogram = _histogram(picture.rgb)
    times: dict[str, list[float]] = {name: [] for name in STARTS}
    found = {}
    for _ in range(runs):
        for name, start in STARTS.items():
            began = time.perf_counter()
            found[name] = start(picture.rgb, histogram, colors)
            times[name].append(time.perf_counter() - began)
    for name, palette in found.items():
        mapped = pc.map_pixels(picture.rgb, palette).to_array()
        store.add(
            kind="start",
            picture=picture.name,
            colors=colors,
            way=name,
            seconds=times[name],
            mse=pc.compare(picture.rgb, mapped).mse,
        )


if __name__ == "__main__":
    main()
