"""Time of every dithering beside libimagequant's.

    python -m benchmarks.dithering PICTURE [--colors 16 256] [--runs 5] [--spaces srgb oklab]

For every number of colours it prints the medians of: mapping a picture to a given palette with each
dithering, finding the palette too, and libimagequant's whole call with dithering. All ways run in
turn in this process. Needs the extra `benchmark`.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

import palette_core as pc
from palette_core.colorspaces import SPACES
from palette_core.dither import DITHERS

from .pictures import Picture
from .ways import libimagequant


def ways(picture: Picture, colors: int, spaces: list[str]) -> dict[str, Callable[[], object]]:
    """Give what is to be timed, by name."""
    palette = pc.find_palette(picture.rgb, colors)
    found: dict[str, Callable[[], object]] = {
        f"map, {space}, {name}": lambda space=space, name=name: pc.map_pixels(
            picture.rgb, palette, space=space, dither=name
        )
        for space in spaces
        for name in DITHERS
    }
    found |= {
        f"quantize, {name}": lambda name=name: pc.quantize(picture.rgb, colors, dither=name)
        for name in ("none", "floyd-steinberg", "blue-noise")
    }
    for speed in (4, 1):
        way = libimagequant(speed, 1.0)
        found[f"libimagequant {speed}, dithered"] = lambda way=way: way(picture.rgba, colors)
    return found


def main() -> None:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", type=Path)
    parser.add_argument("--colors", type=int, nargs="+", default=[16, 256])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--spaces", nargs="+", choices=SPACES, default=["srgb"])
    chosen = parser.parse_args()
    with Image.open(chosen.picture) as image:
        picture = Picture(chosen.picture.name, np.asarray(image.convert("RGB")))
    print(f"{'seconds':38}" + "".join(f"{f'K {colors}':>9}" for colors in chosen.colors))
    medians: dict[str, list[float]] = {}
    for colors in chosen.colors:
        timed = ways(picture, colors, chosen.spaces)
        times: dict[str, list[float]] = {name: [] for name in timed}
        for _ in range(chosen.runs):
            for name, way in timed.items():
                start = time.perf_counter()
                way()
                times[name].append(time.perf_counter() - start)
        for name, values in times.items():
            medians.setdefault(name, []).append(statistics.median(values))
    for name, values in medians.items():
        print(f"{name:38}" + "".join(f"{seconds:9.3f}" for seconds in values))


if __name__ == "__main__":
    main()
