"""Print time and peak memory of quantization against the size of one photo.

    python -m benchmarks.scaling FOLDER --only Hokkaido --write docs/benchmarks.md

The largest image that is named is scaled to each size by Lanczos' filter.
"""

from __future__ import annotations

import statistics
from pathlib import Path

import numpy as np
from PIL import Image

from palette_core.arrays import Bytes

from .fresh_process import measure_in_fresh_process
from .images import BenchmarkImage, argument_parser, select_images
from .markdown import format_number, format_table, publish

SIZES = [0.4, 2.5, 10, 24, 100]
EFFORTS = ["fast", "balanced"]


def main() -> None:
    """Measure the image that the command line names, and print the table."""
    parser = argument_parser(__doc__, colors=[16, 256])
    parser.add_argument("--sizes", type=float, nargs="+", default=SIZES, help="megapixels")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", type=Path, metavar="PAGE")
    arguments = parser.parse_args()
    photo = max(select_images(arguments), key=lambda image: image.megapixels)
    rows = []
    for size in arguments.sizes:
        image = BenchmarkImage(photo.name, _resize(photo.rgb, size))
        row = [f"{size:g}", f"{image.unique_colors / 1e6:.2f}"]
        for effort in EFFORTS:
            for colors in arguments.colors:
                peak, seconds = measure_in_fresh_process(
                    image.rgb, effort, colors, runs=arguments.runs
                )
                row += [format_number(1000 * statistics.median(seconds)), f"{peak / 2**20:.0f}"]
        rows.append(row)
    heads = ["megapixels", "million colours"]
    for effort in EFFORTS:
        for colors in arguments.colors:
            heads += [f"`{effort}`, K {colors}, ms", "MiB"]
    publish({"scaling": format_table(heads, rows)}, arguments.write)


def _resize(rgb: Bytes, megapixels: float) -> Bytes:
    height, width = rgb.shape[:2]
    factor = (megapixels * 1e6 / (width * height)) ** 0.5
    size = (round(width * factor), round(height * factor))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS))


if __name__ == "__main__":
    main()
