"""Print how often the grid of enlarged pixel art is found, and where one is found wrongly.

    python -m benchmarks.pixel_grids [IMAGES] --write docs/guide/pixel-art.md

A grid is right if its cells have the right size within 2 %, and there are as many as the original
has pixels. The sprites are drawn, of 16 to 64 pixels a side. Images of IMAGES, of scikit-learn and
those drawn for other benchmarks have no grid; each counts as it is, compressed, and dithered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

import palette_core as pc
from palette_core.arrays import Bytes
from tools.harness.sprites import blur, compress, draw_sprite, enlarge, shift

from .images import argument_parser, select_images
from .markdown import format_table, publish

FACTORS = (2, 2.5, 3, 3.5, 4, 5, 6, 8, 12, 16)
SIDES = (16, 24, 32, 48, 64)
SEEDS = range(4)
# From an enlarged image and its factor to what became of it.
TREATMENTS: dict[str, Callable[[Bytes, float], Bytes]] = {
    "unchanged": lambda image, _: image,
    "blurred by a Gaussian, σ = 0.5 pixels": lambda image, _: blur(image, 0.5),
    "blurred by a Gaussian, σ = a sixth of a cell": lambda image, factor: blur(image, factor / 6),
    "shifted by 0.4 pixels": lambda image, _: shift(image, 0.4),
    "cropped within a cell": lambda image, factor: image[int(1.4 * factor) :, int(0.4 * factor) :],
    "JPEG, quality 90": lambda image, _: compress(image, 90),
    "JPEG, quality 75": lambda image, _: compress(image, 75),
    "blurred by σ = 0.5, then JPEG, quality 75": lambda image, _: compress(blur(image, 0.5), 75),
}
# The only image that has a grid.
_PIXEL_ART = "drawn/pixel art"
_DITHERS = ("bayer-4", "floyd-steinberg")


def main() -> None:
    """Measure, and print the table or write it to a page."""
    parser = argument_parser(__doc__, colors=(16,))
    parser.add_argument("--write", type=Path, metavar="PAGE")
    arguments = parser.parse_args()
    publish({"pixel-grids": grids_table()}, arguments.write)
    total = found = 0
    for image in select_images(arguments):
        if image.name == _PIXEL_ART:
            continue
        for name, pixels in variants(image.rgb):
            total += 1
            if (grid := find(pixels)) is not None:
                found += 1
                print(f"{image.name}, {name}: {grid}")
    print(f"a grid was found in {found} of {total} images without one")


def grids_table() -> str:
    """Return the table of grids that were found, in per cent."""
    rows = []
    for name, treat in TREATMENTS.items():
        shares = [np.mean([is_right(treat, *case) for case in cases(f)]) for f in FACTORS]
        rows.append([name, *(f"{100 * share:.0f}" for share in shares)])
    return format_table(["right grids in % by factor", *map(str, FACTORS)], rows)


def cases(factor: float) -> Iterator[tuple[int, int, float]]:
    """Return the sides and seeds of all sprites, with the factor."""
    yield from ((side, seed, factor) for side in SIDES for seed in SEEDS)


def is_right(treat: Callable[[Bytes, float], Bytes], side: int, seed: int, factor: float) -> bool:
    """Return whether the grid of an enlarged and treated sprite is found."""
    image = treat(enlarge(draw_sprite(side, seed), factor), factor)
    grid = find(image)
    if grid is None:
        return False
    expected = tuple(int(length / factor + 0.5) for length in image.shape[1::-1])
    near = np.abs(np.divide(grid.cell, factor) - 1).max() < 0.02
    return bool(near) and max(np.abs(np.subtract(grid.size, expected))) <= (
        image.shape[0] % factor > 0
    )


def find(pixels: Bytes) -> pc.PixelGrid | None:
    """Return the grid of an image, None if it is refused."""
    try:
        return pc.find_pixel_grid(pixels)
    except pc.PixelsError:
        return None


def variants(image: Bytes) -> Iterator[tuple[str, Bytes]]:
    """Return an image as it is, compressed, and dithered in few colours."""
    yield "unchanged", image
    yield "JPEG, quality 60", compress(image, 60)
    for dither in _DITHERS:
        yield dither, pc.quantize(image, 8, dither=dither).to_array()


if __name__ == "__main__":
    main()
