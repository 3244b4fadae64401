"""Quality and time of every way, side by side.

    python -m benchmarks.measure FOLDER --megapixels 0 1
    python -m benchmarks.measure FOLDER --megapixels 1 20 --colors 16 64 256 --ways balanced ...

All ways run in turn in this process, from an array to a palette and an index map, in sRGB and
without dithering. What is in the results file already is not measured again.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
import warnings
from pathlib import Path

from .judge import judge
from .machine import note_machine
from .pictures import Picture, add_choice, chosen, tiny
from .store import RESULTS, Store
from .ways import USUAL, WAYS

COLORS = [2, 8, 16, 32, 64, 128, 256]


def main() -> None:
    """Measure what the command line asks for."""
    arguments = _arguments()
    store = Store(arguments.results)
    note_machine(store)
    # scikit-learn warns of pictures with fewer colours than clusters.
    warnings.simplefilter("ignore")
    for name in arguments.ways:
        WAYS[name](tiny(), 2)
    for picture in chosen(arguments):
        if not store.find(kind="picture", picture=picture.name):
            height, width = picture.rgb.shape[:2]
            store.add(
                kind="picture",
                picture=picture.name,
                width=width,
                height=height,
                unique=picture.unique,
            )
        for colors in arguments.colors:
            _measure(store, picture, colors, arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_choice(parser)
    parser.add_argument("--colors", type=int, nargs="+", default=COLORS)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=USUAL, metavar="WAY")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--slow-runs", type=int, default=1)
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args()


def _measure(store: Store, picture: Picture, colors: int, arguments: argparse.Namespace) -> None:
    """Measure the ways that have not been measured on a picture for a number of colours."""
    done = {r["way"] for r in store.find(kind="quality", picture=picture.name, colors=colors)}
    runs = {
        name: arguments.slow_runs if WAYS[name].slow else arguments.runs
        for name in arguments.ways
        if name not in done
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    found = {}
    for turn in range(max(runs.values(), default=0)):
        for name in runs:
            if turn >= runs[name]:
                continue
            way = WAYS[name]
            getattr(picture, way.form)  # made before the clock starts
            gc.collect()
            start = time.perf_counter()
            found[name] = way(picture, colors)
            times[name].append(time.perf_counter() - start)
    for name, seconds in times.items():
        store.add(
            kind="quality",
            picture=picture.name,
            colors=colors,
            way=name,
            seconds=seconds,
            **judge(picture.rgb, found[name]),
        )
    if runs:
        print(f"{picture.name}, {colors} colours: {len(runs)} ways", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
