r"""Measure the error and the time of quantizers, ours and others', and write them to a CSV file.

    taskset --cpu-list 1 python -m benchmarks.compare FOLDER
    python -m benchmarks.compare FOLDER --runs 0 --command "quantette" 0.4.0 "quantette-cli"

The images are those of a folder and `benchmarks/drawings`. Every quantizer reduces each of them in
sRGB without dithering, all in turn; the time is the median of several runs. `--runs 0` measures the
error alone, also on a busy machine. What the CSV file has already is not measured again.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import gc
import statistics
import sys
import warnings
from pathlib import Path
from typing import TypeAlias

import numpy as np

import palette_core as pc
from palette_core.arrays import pack

from .images import BenchmarkImage, argument_parser, select_images, warm_up_image
from .peers import Quantizer, find_quantizers

RESULTS = Path("docs/benchmarks.csv")
COLORS = [4, 16, 64, 256]
FIELDS = [
    "image", "width", "height", "unique_colors", "colors", "quantizer", "version", "mse_celebi",
    "seconds", "clock", "date",
]  # fmt: skip
# A quantizer that takes longer runs once.
_SLOW_SECONDS = 2.0

Row: TypeAlias = dict[str, str]
Key: TypeAlias = tuple[str, str, str]  # an image, a number of colours, a quantizer


def main() -> None:
    """Measure the images and quantizers that the command line names."""
    parser = argument_parser(__doc__, colors=COLORS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--csv", type=Path, default=RESULTS)
    parser.add_argument(
        "--command", nargs=3, action="append", default=[], metavar=("NAME", "VERSION", "COMMAND")
    )
    parser.add_argument("--gimp", nargs=2, action="append", default=[], metavar=("VERSION", "OUT"))
    parser.add_argument("--quantizers", nargs="+", default=[""], help="parts of the names to take")
    parser.add_argument("--without", nargs="+", default=[], help="parts of the names to leave out")
    arguments = parser.parse_args()
    # scikit-learn warns of images with fewer colours than clusters.
    warnings.simplefilter("ignore")
    quantizers = _select_quantizers(arguments)
    print("quantizers:", *quantizers, sep="\n  ", file=sys.stderr)
    rows = read_rows(arguments.csv)
    if arguments.runs:
        for quantizer in quantizers.values():
            if "GIMP" not in quantizer.name:
                quantizer.run(warm_up_image(), 4)
    for image in select_images(arguments):
        for colors in arguments.colors:
            _measure(rows, image, colors, quantizers, arguments.runs)
            write_rows(arguments.csv, rows)
            print(f"{image.name}, {colors} colours", file=sys.stderr, flush=True)


def _select_quantizers(arguments: argparse.Namespace) -> dict[str, Quantizer]:
    found = find_quantizers(arguments.command, arguments.gimp)
    return {
        name: quantizer
        for name, quantizer in found.items()
        if any(part in name for part in arguments.quantizers)
        and not any(part in name for part in arguments.without)
    }


def read_rows(path: Path) -> dict[Key, Row]:
    """Return the rows of a CSV file by their keys; none if there is no file."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {_key(row): row for row in csv.DictReader(file)}


def write_rows(path: Path, rows: dict[Key, Row]) -> None:
    """Write the rows of a CSV file, in order of image and number of colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows.values(), key=lambda row: (row["image"], int(row["colors"]))))


def _key(row: Row) -> Key:
    return row["image"], row["colors"], row["quantizer"]


def _measure(
    rows: dict[Key, Row],
    image: BenchmarkImage,
    colors: int,
    quantizers: dict[str, Quantizer],
    runs: int,
) -> None:
    """Measure what is missing for an image and a number of colours."""
    times: dict[str, list[float]] = {}
    for name in quantizers:
        row = rows.get((image.name, str(colors), name))
        if row is None or (runs and not row["seconds"]):
            times[name] = []
    results = {}
    for turn in range(max(runs, 1)):
        for name, seconds in times.items():
            if turn and (not seconds or seconds[0] > _SLOW_SECONDS):
                continue
            gc.collect()
            results[name], measured = quantizers[name].run(image, colors)
            seconds.append(measured)
    height, width = image.rgb.shape[:2]
    for name, seconds in times.items():
        used = len(np.unique(pack(results[name])))
        if used > colors:
            print(f"left out: {name} made {used} colours of {colors}", file=sys.stderr)
            continue
        row = {
            "image": image.name,
            "width": str(width),
            "height": str(height),
            "unique_colors": str(image.unique_colors),
            "colors": str(colors),
            "quantizer": name,
            "version": quantizers[name].version,
            "mse_celebi": f"{3 * pc.compare(image.rgb, results[name]).mse:.4f}",
            "seconds": f"{statistics.median(seconds):.4f}" if runs else "",
            "clock": quantizers[name].clock,
            "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        }
        rows[_key(row)] = row


if __name__ == "__main__":
    main()
