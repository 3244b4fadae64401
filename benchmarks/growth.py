"""Time, peak memory and stages of the engine against the size of one photo.

python -m benchmarks.growth FOLDER --only Hokkaido
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from palette_core.arrays import Bytes

from .machine import note_machine
from .pictures import Picture, add_choice, chosen
from .store import RESULTS, Store
from .ways import WAYS
from .worker import ask

SIZES = [0.4, 2.5, 10, 24, 100]


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_choice(parser)
    parser.add_argument("--sizes", type=float, nargs="+", default=SIZES, help="megapixels")
    parser.add_argument("--colors", type=int, nargs="+", default=[16, 256])
    parser.add_argument(
        "--ways", nargs="+", choices=WAYS, default=["balanced", "fast"], metavar="WAY"
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--results", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    photo = max(chosen(arguments), key=lambda picture: picture.megapixels)
    store = Store(arguments.results)
    note_machine(store)
    for size in arguments.sizes:
        keys = [
            {"kind": "growth", "photo": photo.name, "size": size, "colors": colors, "way": way}
            for colors in arguments.colors
            for way in arguments.ways
        ]
        missing = [key for key in keys if not store.find(**key)]
        if not missing:
            continue
        picture = Picture(photo.name, _scaled(photo.rgb, size))
        for key in missing:
            measured = ask(picture.rgb, key["way"], key["colors"], runs=arguments.runs)
            store.add(
                **key,
                width=picture.rgb.shape[1],
                height=picture.rgb.shape[0],
                unique=picture.unique,
                **measured,
            )
        print(f"{photo.name} at {size} megapixels", file=sys.stderr, flush=True)


def _scaled(rgb: Bytes, megapixels: float) -> Bytes:
    """Scale a photo by Lanczos' filter, which makes new colours between its own."""
    height, width = rgb.shape[:2]
    factor = (megapixels * 1e6 / (width * height)) ** 0.5
    size = (round(width * factor), round(height * factor))
    return np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS))


if __name__ == "__main__":
    main()
