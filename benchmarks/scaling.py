"""Measure time, peak memory and stages of the engine against the size of one photo.

python -m benchmarks.scaling FOLDER --only Hokkaido
"""

from __future__ import annotations

import sys

import numpy as np
from PIL import Image

from palette_core.arrays import Bytes

from .fresh_process import measure_in_fresh_process
from .images import BenchmarkImage, argument_parser, select_images
from .quantizers import QUANTIZERS
from .results_store import ResultsStore

SIZES = [0.4, 2.5, 10, 24, 100]


def main() -> None:
    """Measure the image that the command line names."""
    parser = argument_parser(__doc__, colors=[16, 256])
    parser.add_argument("--sizes", type=float, nargs="+", default=SIZES, help="megapixels")
    parser.add_argument(
        "--quantizers", nargs="+", choices=QUANTIZERS, default=["balanced", "fast"], metavar="NAME"
    )
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    photo = max(select_images(arguments), key=lambda image: image.megapixels)
    store = ResultsStore(arguments.results)
    store.add_machine()
    for size in arguments.sizes:
        image = BenchmarkImage(photo.name, _resize(photo.rgb, size))
        height, width = image.rgb.shape[:2]
        for colors in arguments.colors:
            for name in arguments.quantizers:
                key = {"kind": "scaling", "image": photo.name, "size": size, "colors": colors}
                if not store.find(**key, quantizer=name):
                    shape = {"width": width, "height": height, "unique": image.unique_colors}
                    runs = arguments.runs
                    measured = measure_in_fresh_process(image.rgb, name, colors, runs=runs)
                    store.add(**key, quantizer=name, **shape, **measured)
        print(f"{photo.name} at {size} megapixels", file=sys.stderr, flush=True)


def _resize(rgb: Bytes, megapixels: float) -> Bytes:
    """Resize a photo by Lanczos' filter, which makes new colours between its own."""
    height, width = rgb.shape[:2]
    factor = (megapixels * 1e6 / (width * height)) ** 0.5
    size = (round(width * factor), round(height * factor))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS))


if __name__ == "__main__":
    main()
