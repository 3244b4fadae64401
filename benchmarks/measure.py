"""Measure the error and the time of every quantizer side by side, or the peak memory of each.

    python -m benchmarks.measure FOLDER --megapixels 0 1
    python -m benchmarks.measure FOLDER --megapixels 1 20 --colors 16 64 256 --quantizers balanced
    python -m benchmarks.measure FOLDER --memory --only china --colors 16 256

All quantizers run in turn in this process, from an array to a palette and an index map, in sRGB
and without dithering; with `--memory` each runs in a process of its own. What is in the results
file already is not measured again.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
import warnings

from .fresh_process import measure_in_fresh_process
from .images import BenchmarkImage, argument_parser, select_images, warm_up_image
from .quality import measure_errors
from .quantizers import QUANTIZERS
from .results_store import ResultsStore

COLORS = [2, 8, 16, 32, 64, 128, 256]


def main() -> None:
    """Measure the images and quantizers that the command line names."""
    parser = argument_parser(__doc__, colors=COLORS)
    names = list(QUANTIZERS)
    parser.add_argument("--quantizers", nargs="+", choices=names, default=names, metavar="NAME")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--slow-runs", type=int, default=1)
    parser.add_argument("--memory", action="store_true")
    arguments = parser.parse_args()
    store = ResultsStore(arguments.results)
    store.add_machine()
    # scikit-learn warns of images with fewer colours than clusters.
    warnings.simplefilter("ignore")
    measure = _measure_memory if arguments.memory else _measure
    if not arguments.memory:
        for name in arguments.quantizers:
            QUANTIZERS[name](warm_up_image(), 2)
    for image in select_images(arguments):
        if not store.find(kind="image", image=image.name):
            height, width = image.rgb.shape[:2]
            size = {"width": width, "height": height, "unique": image.unique_colors}
            store.add(kind="image", image=image.name, **size)
        for colors in arguments.colors:
            measure(store, image, colors, arguments)
            print(f"{image.name}, {colors} colours", file=sys.stderr, flush=True)


def _measure(
    store: ResultsStore, image: BenchmarkImage, colors: int, arguments: argparse.Namespace
) -> None:
    """Measure the missing results of an image for a number of colours."""
    key = {"kind": "quality", "image": image.name, "colors": colors}
    runs = {
        name: arguments.slow_runs if QUANTIZERS[name].is_slow else arguments.runs
        for name in arguments.quantizers
        if not store.find(**key, quantizer=name)
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    results = {}
    for turn in range(max(runs.values(), default=0)):
        for name in (name for name in runs if turn < runs[name]):
            quantizer = QUANTIZERS[name]
            getattr(image, quantizer.image_form)  # made before the clock starts
            gc.collect()
            start = time.perf_counter()
            results[name] = quantizer(image, colors)
            times[name].append(time.perf_counter() - start)
    for name, seconds in times.items():
        errors = measure_errors(image.rgb, results[name])
        store.add(**key, quantizer=name, seconds=seconds, **errors)


def _measure_memory(
    store: ResultsStore, image: BenchmarkImage, colors: int, arguments: argparse.Namespace
) -> None:
    """Measure the peak memory of quantizers that run in a Python process."""
    for name in arguments.quantizers:
        key = {"kind": "memory", "image": image.name, "colors": colors, "quantizer": name}
        if QUANTIZERS[name].in_process and not store.find(**key):
            peak = measure_in_fresh_process(image.rgb, name, colors)["bytes"]
            store.add(**key, megapixels=image.megapixels, bytes=peak)


if __name__ == "__main__":
    main()
