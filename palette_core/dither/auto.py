"""Automatic dithering: none for flat art, and Floyd-Steinberg for everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from ..arrays import Bytes, Mask, pack, unpack
from .base import Dither
from .content import Content

if TYPE_CHECKING:
    from ..color.hardware_grids import Grid
    from ..mapping.nearest_entry import NearestEntryFinder

AUTOMATIC: Final = "auto"
# With fewer entries, edges of flat art look better with dithering too.
_MIN_COLORS = 16
# Colours up to this distance, about one unit of CIELAB, count as the same.
_TOLERANCE = 4.5


def choose_for_design(content: Content, colors: int, locked: Bytes, grid: Grid | None) -> str:
    """Return "none" or "floyd-steinberg" for an image before its palette is found.

    The palette will have this number of colours, all of them on the grid if there is one, and the
    locked colours, (L, 3), among them.
    """
    in_palette = np.isin(content.flat_colors, pack(locked))
    on_grid = None if grid is None else grid.contains(unpack(content.flat_colors))
    free = max(0, colors - len(locked))
    return _choose(colors, content.is_flat_art(in_palette, on_grid, free))


def choose_for_palette(content: Content, finder: NearestEntryFinder) -> str:
    """Return the dithering for an image and its palette, as `choose_for_design`."""
    in_palette: Mask = np.zeros(0, np.bool_)
    if len(content.flat_colors):
        points, nearest = finder.locate(unpack(content.flat_colors))
        squares = np.square(points - finder.entries[nearest]).sum(axis=1)
        in_palette = squares <= _TOLERANCE**2
    return _choose(len(finder.palette), content.is_flat_art(in_palette))


def _choose(colors: int, is_flat_art: bool) -> str:
    return "none" if is_flat_art and colors >= _MIN_COLORS else "floyd-steinberg"


# The pipeline replaces it by the algorithm that it stands for.
DITHERS = (
    Dither(
        name=AUTOMATIC,
        label="Automatic",
        summary="none for flat art such as logos and pixel art, or else floyd-steinberg",
        position=5,
    ),
)
