"""Measure the error and the time of every quantizer, side by side.

    python -m benchmarks.measure FOLDER --megapixels 0 1
    python -m benchmarks.measure FOLDER --megapixels 1 20 --colors 16 64 256 --quantizers balanced

All quantizers run in turn in this process, from an array to a palette and an index map, in sRGB
and without dithering. What is in the results file already is not measured again.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
import warnings

from .images import BenchmarkImage, argument_parser, select_images, warm_up_image
from .quality import measure_errors
from .quantizers import DEFAULT_QUANTIZERS, QUANTIZERS
from .results_store import ResultsStore

COLORS = [2, 8, 16, 32, 64, 128, 256]


def main() -> None:
    """Measure what the command line asks for."""
    parser = argument_parser(__doc__, colors=COLORS)
    parser.add_argument(
        "--quantizers", nargs="+", choices=QUANTIZERS, default=DEFAULT_QUANTIZERS, metavar="NAME"
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--slow-runs", type=int, default=1)
    arguments = parser.parse_args()
    store = ResultsStore(arguments.results)
    store.add_machine()
    # scikit-learn warns of images with fewer colours than clusters.
    warnings.simplefilter("ignore")
    for name in arguments.quantizers:
        QUANTIZERS[name](warm_up_image(), 2)
    for image in select_images(arguments):
        if not store.find(kind="image", image=image.name):
            height, width = image.rgb.shape[:2]
            size = {"width": width, "height": height, "unique": image.unique_colors}
            store.add(kind="image", image=image.name, **size)
        for colors in arguments.colors:
            _measure(store, image, colors, arguments)


def _measure(
    store: ResultsStore, image: BenchmarkImage, colors: int, arguments: argparse.Namespace
) -> None:
    """Measure what has not been measured on an image for a number of colours."""
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
    if runs:
        print(f"{image.name}, {colors} colours: {len(runs)} done", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
