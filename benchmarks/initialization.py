"""Measure the initialization of k-means: k-means++ and the variance cut (the book's figure 2.6).

python -m benchmarks.initialization
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from sklearn.cluster import kmeans_plusplus
from sklearn.datasets import load_sample_image
from threadpoolctl import threadpool_limits

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.design.refine_exact import round_to_palette
from palette_core.design.variance_cut import cut_by_variance, reduce_for_initialization
from palette_core.image.histogram import ColorHistogram

from .images import BenchmarkImage, argument_parser
from .results_store import ResultsStore

COLORS = [2, 4, 8, 16, 32, 64, 128, 256]
Initialization: TypeAlias = Callable[[Bytes, ColorHistogram, int], Bytes]


def _plus_plus(points: Bytes, colors: int, **options: object) -> Bytes:
    with threadpool_limits(limits=1):  # its steps are too short for more
        centers, _ = kmeans_plusplus(points / 255.0, colors, random_state=0, **options)
    round_to_palette: NDArray[np.uint8] = np.rint(centers * 255).astype(np.uint8)
    return round_to_palette


def _variance_cut(histogram: ColorHistogram, colors: int) -> Bytes:
    return round_to_palette(
        cut_by_variance(reduce_for_initialization(histogram, colors), colors), SPACES["srgb"]
    )


def _count_colors(rgb: Bytes) -> ColorHistogram:
    return ColorHistogram.unique(rgb.reshape(-1, 3))


GREEDY = "k-means++, greedy"
GREEDY_HISTOGRAM = "k-means++, greedy, on the histogram"
CUT_HISTOGRAM = "variance cut, on the histogram"
CUT = "variance cut, counting included"
INITIALIZATIONS: dict[str, Initialization] = {
    GREEDY: lambda rgb, _, k: _plus_plus(rgb.reshape(-1, 3), k),
    "k-means++, not greedy": lambda rgb, _, k: _plus_plus(rgb.reshape(-1, 3), k, n_local_trials=1),
    GREEDY_HISTOGRAM: lambda _, histogram, k: _plus_plus(
        histogram.colors, k, sample_weight=histogram.weights
    ),
    CUT: lambda rgb, _, k: _variance_cut(_count_colors(rgb), k),
    CUT_HISTOGRAM: lambda _, histogram, k: _variance_cut(histogram, k),
}


def main() -> None:
    """Measure every initialization on two sizes of a photo."""
    parser = argument_parser(__doc__, colors=COLORS, has_images=False)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    store = ResultsStore(arguments.results)
    store.add_machine()
    photo = Image.fromarray(load_sample_image("china.jpg"))
    half = photo.resize((photo.width // 2, photo.height // 2), Image.Resampling.LANCZOS)
    for image in (half, photo):
        name = f"china.jpg, {image.width} × {image.height}"
        for initialize in INITIALIZATIONS.values():
            initialize(np.asarray(image), _count_colors(np.asarray(image)), 2)
        for colors in arguments.colors:
            if not store.find(kind="initialization", image=name, colors=colors):
                image_of_size = BenchmarkImage(name, np.asarray(image))
                _measure(store, image_of_size, colors, arguments.runs)
                print(f"{name}, {colors} colours", file=sys.stderr, flush=True)


def _measure(store: ResultsStore, image: BenchmarkImage, colors: int, runs: int) -> None:
    """Measure all initializations in turn."""
    histogram = _count_colors(image.rgb)
    times: dict[str, list[float]] = {name: [] for name in INITIALIZATIONS}
    palettes = {}
    for _ in range(runs):
        for name, initialize in INITIALIZATIONS.items():
            start = time.perf_counter()
            palettes[name] = initialize(image.rgb, histogram, colors)
            times[name].append(time.perf_counter() - start)
    for name, palette in palettes.items():
        mapped = pc.map_pixels(image.rgb, palette).to_array()
        store.add(
            kind="initialization",
            image=image.name,
            colors=colors,
            quantizer=name,
            seconds=times[name],
            mse=pc.compare(image.rgb, mapped).mse,
        )


if __name__ == "__main__":
    main()
