"""The rules of consoles, checked on a file as a program for a console reads it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from palette_core.arrays import Bytes

# The levels of a channel of few bits, from the hardware: v * 255 / (2^n - 1), rounded.
LEVELS = {
    2: {0, 85, 170, 255},
    3: {0, 36, 73, 109, 146, 182, 219, 255},
    5: {round(level * 255 / 31) for level in range(32)},
    8: set(range(256)),
}


def palettes_of_tiles(indices: Bytes, size: int, tile: tuple[int, int]) -> list[list[set[int]]]:
    """Return which palettes of `size` entries each tile of an indexed image uses."""
    height, width = indices.shape
    return [
        [
            {int(index) // size for index in indices[y : y + tile[1], x : x + tile[0]].flat}
            for x in range(0, width, tile[0])
        ]
        for y in range(0, height, tile[1])
    ]


def cells_of(indices: Bytes, tile: tuple[int, int]) -> list[set[int]]:
    """Return the indices that each tile of an indexed image uses."""
    return [cell for row in palettes_of_tiles(indices, 1, tile) for cell in row]


def assert_one_palette_a_tile(image: Image.Image, size: int, tile: tuple[int, int]) -> None:
    """Check that every tile uses one palette of the colour table."""
    assert image.mode == "P"
    for row in palettes_of_tiles(np.asarray(image), size, tile):
        assert all(len(used) == 1 for used in row)


def colors_of(image: Image.Image) -> list[tuple[int, ...]]:
    """Return the colour table of an indexed image."""
    table = image.getpalette() or []
    return [tuple(table[start : start + 3]) for start in range(0, len(table), 3)]


def assert_on_grid(colors: Sequence[tuple[int, ...]], bits: int) -> None:
    """Check that all channels of all colours have levels of this number of bits."""
    assert {level for color in colors for level in color} <= LEVELS[bits]


def assert_shared(colors: Sequence[tuple[int, ...]], size: int) -> None:
    """Check that all palettes of `size` entries begin with the same colour."""
    assert len(set(colors[::size])) == 1
