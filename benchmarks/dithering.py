"""Time and memory of dithering, beside no dithering and libimagequant's, and what is aimed at.

    python -m benchmarks.dithering PICTURE [--colors 16 256] [--runs 5] [--spaces srgb oklab]
        [--clock processor]

For every number of colours it prints the medians of: mapping a picture to a given palette with each
dithering, finding the palette too, and libimagequant's whole call with dithering; the peak memory
of Floyd and Steinberg's dithering, in a process of its own; and the ratios that are to be reached,
of which those beside libimagequant and the memory are meant for 10 megapixels.
All ways that are timed run in turn in this process. Needs the extra `benchmark`.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image

import palette_core as pc
from palette_core.color.spaces import SPACES
from palette_core.dither import DITHERS, kernels

from .pictures import Picture
from .ways import DITHERED, libimagequant
from .worker import ask

Seconds: TypeAlias = dict[str, float]
Row: TypeAlias = tuple[str, float]

KERNELS = [dither.name for dither in kernels.DITHERS]
ORDERED = [name for name in DITHERS if name not in ("none", *KERNELS)]
# Of the whole calls these stand for the others.
WHOLE = ("none", "floyd-steinberg", "bayer-8", "blue-noise")
SPEEDS = (4, 1)
CLOCKS = {"wall": time.perf_counter, "processor": time.process_time}


def ways(picture: Picture, colors: int, spaces: list[str]) -> dict[str, Callable[[], object]]:
    """Give what is to be timed, by name."""
    palette = pc.find_palette(picture.rgb, colors)
    found: dict[str, Callable[[], object]] = {}
    for space in spaces:
        for name in DITHERS:
            found[f"map, {space}, {name}"] = lambda space=space, name=name: pc.map_pixels(
                picture.rgb, palette, space=space, dither=name
            )
        for name in WHOLE:
            way = DITHERED[f"{name}, {space}"]
            found[f"quantize, {space}, {name}"] = lambda way=way: way(picture, colors)
    for speed in SPEEDS:
        dithered = libimagequant(speed, 1.0)
        found[f"libimagequant {speed}"] = lambda way=dithered: way(picture.rgba, colors)
    return found


def medians(
    timed: dict[str, Callable[[], object]], runs: int, clock: Callable[[], float]
) -> Seconds:
    """Time everything in turn, `runs` times.

    Each time in another order: after a way that gave much memory back the next one takes longer.
    """
    random = np.random.default_rng(0)
    times: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(runs):
        for name in random.permutation(list(timed)).tolist():
            start = clock()
            timed[name]()
            times[name].append(clock() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def ratios(seconds: Seconds, spaces: list[str]) -> Iterator[Row]:
    """Give the ratios that are aimed at, with what is aimed at in their names."""

    def slowest(prefix: str, names: list[str]) -> float:
        return max(seconds[prefix + name] for name in names if prefix + name in seconds)

    for space in spaces:
        for stage in ("map", "quantize"):
            prefix = f"{stage}, {space}, "
            ratio = slowest(prefix, ORDERED) / seconds[f"{prefix}none"]
            yield f"{stage}, {space}: ordered / none <= 1.5", ratio
        prefix = f"map, {space}, "
        ratio = slowest(prefix, KERNELS) / seconds[f"{prefix}floyd-steinberg"]
        yield f"map, {space}: kernels / F.-S. <= 2", ratio
        for speed in SPEEDS:
            peer = f"libimagequant {speed}"
            ratio = seconds[f"quantize, {space}, floyd-steinberg"] / seconds[peer]
            yield f"quantize, {space}: F.-S. / {peer} <= 0.4", ratio
        if space != "srgb" and "srgb" in spaces:
            ratio = seconds[f"quantize, {space}, none"] / seconds["quantize, srgb, none"]
            yield f"quantize, none: {space} / srgb <= 1.3", ratio


def peaks(picture: Picture, colors: int, spaces: list[str]) -> Iterator[Row]:
    """Measure the peak memory of error diffusion, in GiB."""
    for space in spaces:
        peak = ask(picture.rgb, f"floyd-steinberg, {space}", colors)["bytes"]
        yield f"quantize, {space}, floyd-steinberg <= 1", peak / 2**30


def show(title: str, colors: list[int], columns: list[dict[str, float]]) -> None:
    """Print a table with a column for every number of colours."""
    print(f"{title:50}" + "".join(f"{f'K {count}':>9}" for count in colors))
    for name in columns[0]:
        print(f"{name:50}" + "".join(f"{column[name]:9.3f}" for column in columns))


def main() -> None:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", type=Path)
    parser.add_argument("--colors", type=int, nargs="+", default=[16, 256])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--spaces", nargs="+", choices=SPACES, default=["srgb"])
    parser.add_argument(
        "--clock",
        choices=CLOCKS,
        default="wall",
        help="processor: time of all threads, for a machine that does other work too",
    )
    chosen = parser.parse_args()
    with Image.open(chosen.picture) as image:
        picture = Picture(chosen.picture.name, np.asarray(image.convert("RGB")))
    clock = CLOCKS[chosen.clock]
    timed = [
        medians(ways(picture, colors, chosen.spaces), chosen.runs, clock)
        for colors in chosen.colors
    ]
    show("seconds", chosen.colors, timed)
    show("ratio", chosen.colors, [dict(ratios(seconds, chosen.spaces)) for seconds in timed])
    memory = [dict(peaks(picture, colors, chosen.spaces)) for colors in chosen.colors]
    show("GiB", chosen.colors, memory)


if __name__ == "__main__":
    main()
