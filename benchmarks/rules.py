"""What it costs to keep to rules: an earlier palette, locked colours, a grid.

    python -m benchmarks.rules [--colors 16 64 256] [--spaces srgb oklab]

Three tables on scikit-learn's photos and a drawing. How many entries move, from the earlier palette
and anew, after an edit, and the error beside that of a new palette. Locked colours beside as many
entries less, with the locked ones added. A grid beside entries that are moved to it afterwards.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.hardware_grids import GRIDS
from palette_core.color.spaces import SPACES
from palette_core.image.histogram import ColorHistogram
from palette_core.mapping.nearest_entry import NearestEntryFinder

from .drawn import cartoon


def pictures() -> dict[str, Bytes]:
    """Give two photos, half as wide and high, and a drawing."""
    photos = {name: load_sample_image(f"{name}.jpg")[::2, ::2] for name in ("china", "flower")}
    return {**photos, "cartoon": cartoon()[::2, ::2]}


def error(rgb: Bytes, palette: Bytes, space: str) -> float:
    """Give the mean squared distance of the pixels to their nearest entries."""
    histogram = ColorHistogram.unique(rgb.reshape(-1, 3))
    finder = NearestEntryFinder(palette, SPACES[space])
    places = SPACES[space].from_srgb(histogram.colors).astype(np.float64)
    apart = places - finder.entries[finder.nearest(histogram.colors)]
    return float(np.average(np.square(apart).sum(axis=1), weights=histogram.weights))


def edits(rgb: Bytes, other: Bytes) -> Iterator[tuple[str, Bytes]]:
    """Give a picture as it is after edits: one tile of 64 changed, all of it, or replaced."""
    height, width = rgb.shape[0] // 8, rgb.shape[1] // 8
    tiles = {
        "tile of its own": rgb[4 * height : 5 * height, 4 * width : 5 * width],
        "tile in magenta": np.array((230, 0, 230), np.uint8),
        "tile of another": other[-height:, -width:],
    }
    yield "none", rgb
    for name, tile in tiles.items():
        edited = rgb.copy()
        edited[height : 2 * height, width : 2 * width] = tile
        yield name, edited
    yield "tinted", (rgb + np.array((6, 0, -6))).clip(0, 255).astype(np.uint8)
    yield "another picture", other


def moved(one: Bytes, other: Bytes) -> int:
    """Count the places with another colour."""
    both = min(len(one), len(other))
    return int((one[:both] != other[:both]).any(axis=1).sum()) + abs(len(one) - len(other))


def main() -> None:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--colors", type=int, nargs="+", default=[16, 64, 256])
    parser.add_argument("--spaces", nargs="+", choices=SPACES, default=["srgb", "oklab"])
    chosen = parser.parse_args()
    found = pictures()
    cases = [(s, k, name) for s in chosen.spaces for k in chosen.colors for name in found]
    others = dict(zip(found, [*list(found.values())[1:], next(iter(found.values()))], strict=True))

    print("edit              space    K  picture       moved  anew  error / anew")
    for space, colors, name in cases:
        before = pc.find_palette(found[name], colors, space=space)
        for edit, rgb in edits(found[name], others[name]):
            kept = pc.find_palette(rgb, colors, space=space, start=before).colors
            anew = pc.find_palette(rgb, colors, space=space).colors
            ratio = error(rgb, kept, space) / error(rgb, anew, space)
            counts = f"{moved(kept, before.colors):6}{moved(anew, before.colors):6}"
            print(f"{edit:16}{space:>7}{colors:5}  {name:12}{counts}{ratio:14.3f}")

    print("\nlocked   space    K  picture     error / fewer and locked")
    for space, colors, name in cases:
        for count in (1, colors // 4):
            locked = pc.find_palette(found[name], colors).colors[:: colors // count][:count]
            ours = pc.find_palette(found[name], colors, space=space, locked=locked).colors
            fewer = pc.find_palette(found[name], colors - count, space=space).colors
            naive = error(found[name], np.concatenate([fewer, locked]), space)
            ratio = error(found[name], ours, space) / naive
            print(f"{count:6}{space:>8}{colors:5}  {name:12}{ratio:10.3f}")

    print("\ngrid    space    K  picture     entries  moved after  error / moved after")
    for space, colors, name in cases:
        for grid in GRIDS:
            ours = pc.find_palette(found[name], colors, space=space, grid=grid).colors
            free = pc.find_palette(found[name], colors, space=space).colors
            places = SPACES[space].from_srgb(free)
            after = np.unique(GRIDS[grid].nearest(places, SPACES[space]), axis=0)
            ratio = error(found[name], ours, space) / error(found[name], after, space)
            print(
                f"{grid:6}{space:>7}{colors:5}  {name:12}{len(ours):7}{len(after):13}{ratio:21.3f}"
            )


if __name__ == "__main__":
    main()
