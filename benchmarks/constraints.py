"""Measure the cost of constraints on a palette: an earlier palette, locked colours, a grid.

    python -m benchmarks.constraints [--colors 16 64 256] [--space oklab] [--dither]

On scikit-learn's photos and a drawing. After an edit: the number of entries that change, from the
earlier palette and anew, and the error beside that of a new palette. With `--dither` palettes are
for dithering, and a second table has what constraints leave of its gain: SSIMULACRA 2 and the
colour cast, of the undithered palette and of the one that is made for dithering.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.image.histogram import ColorHistogram
from palette_core.mapping.nearest_entry import NearestEntryFinder

from .images import load_drawing
from .quality import measure_appearance

_DITHER = "floyd-steinberg"
_CONSTRAINTS: dict[str, dict[str, Any]] = {
    "none": {},
    "two locked": {"locked": ["#000000", "#e02020"]},
    "four locked": {"locked": ["#000000", "#ffffff", "#e02020", "#1040c0"]},
    "rgb444": {"grid": "rgb444"},
    "rgb565": {"grid": "rgb565"},
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--colors", type=int, nargs="+", default=[16, 64, 256])
    parser.add_argument("--space", choices=SPACES, default="oklab")
    parser.add_argument("--dither", action="store_true")
    chosen = parser.parse_args()
    photos = {name: load_sample_image(f"{name}.jpg")[::2, ::2] for name in ("china", "flower")}
    images = {**photos, "cartoon": load_drawing("cartoon")[::2, ::2]}
    measure_edits(images, chosen.colors, chosen.space, _DITHER if chosen.dither else "none")
    if chosen.dither:
        measure_dithered(images, chosen.colors, chosen.space)


def measure_edits(images: dict[str, Bytes], counts: list[int], space: str, dither: str) -> None:
    """Print how a palette changes after an edit."""
    print("edit                K  image        changed   anew  error / anew")
    names = list(images)
    for colors in counts:
        for name, other in zip(names, names[1:] + names[:1], strict=True):
            before = pc.find_palette(images[name], colors, space=space, dither=dither)
            for edit, rgb in edit_image(images[name], images[other]):
                started, anew = (
                    pc.find_palette(rgb, colors, space=space, dither=dither, start=start).colors
                    for start in (before, None)
                )
                ratio = error(rgb, started, space) / error(rgb, anew, space)
                changed = [count_changed(palette, before.colors) for palette in (started, anew)]
                print(f"{edit:16}{colors:5}  {name:12}{changed[0]:8}{changed[1]:7}{ratio:14.3f}")


def measure_dithered(images: dict[str, Bytes], counts: list[int], space: str) -> None:
    """Print how dithered images look with the plain palette and with one made for dithering."""
    print("\nconstraint    K  image        SSIMULACRA 2: plain   made   cast: plain   made")
    for name, constraint in _CONSTRAINTS.items():
        for colors in counts:
            rows = []
            for image, rgb in images.items():
                row = []
                for dither in ("none", _DITHER):
                    palette = pc.find_palette(rgb, colors, space=space, dither=dither, **constraint)
                    quantized = pc.map_pixels(rgb, palette, space=space, dither=_DITHER)
                    looks = measure_appearance(rgb, (palette.colors, quantized.indices))
                    row += [looks["ssimulacra2"], looks["cast"]]
                rows.append((image, row))
            rows.append(("mean", np.mean([row for _, row in rows], axis=0).tolist()))
            for image, (score, cast, score_made, cast_made) in rows:
                values = f"{score:19.1f}{score_made:7.1f}{cast:14.1f}{cast_made:7.1f}"
                print(f"{name:12}{colors:3}  {image:12}{values}")


def error(rgb: Bytes, palette: Bytes, space: str) -> float:
    """Return the mean squared distance of the pixels to their nearest entries."""
    histogram = ColorHistogram.unique(rgb.reshape(-1, 3))
    finder = NearestEntryFinder(palette, SPACES[space])
    points = SPACES[space].from_srgb(histogram.colors).astype(np.float64)
    apart = points - finder.entries[finder.find_nearest(histogram.colors)]
    return float(np.average(np.square(apart).sum(axis=1), weights=histogram.weights))


def edit_image(rgb: Bytes, other: Bytes) -> Iterator[tuple[str, Bytes]]:
    """Yield an image after edits: one tile of 64 changed, all of it, or replaced."""
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
    yield "another image", other


def count_changed(palette: Bytes, other: Bytes) -> int:
    """Return the number of indices with another colour."""
    both = min(len(palette), len(other))
    different = int((palette[:both] != other[:both]).any(axis=1).sum())
    return different + abs(len(palette) - len(other))


if __name__ == "__main__":
    main()
