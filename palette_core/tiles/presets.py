"""Machines whose images have a palette for each tile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..registry import Choice, by_name
from . import attributes
from .attributes import Combination

UNIQUE, SHARED, TRANSPARENT = "unique", "shared", "transparent"


@dataclass(frozen=True, kw_only=True, eq=False)
class TilePreset(Choice):
    """The tiles and palettes of a machine."""

    # The number of palettes, and of entries of each, entry 0 included. There is no limit to the
    # number of palettes where it is 0.
    palettes: int
    colors: int
    index_0: str = UNIQUE  # what entry 0 of the palettes is: "unique", "shared" or "transparent"
    # The width and height in pixels of the area that has one palette.
    tile_size: tuple[int, int] = (8, 8)
    grid: int | None = None  # the bits per channel of the colours
    master: str | None = None  # the palette of the library from which all entries are taken
    # Returns all palettes that tiles can have, if they can have any of them.
    combinations: Callable[[], list[list[Combination]]] | None = None
    # The width and height of the tiles that are stored, if several share a palette.
    pattern_size: tuple[int, int] | None = None


PRESETS = by_name(
    [
        TilePreset(
            name="game-boy-color",
            label="Game Boy Color",
            summary="8 palettes of 4 colours, 5 bits per channel",
            palettes=8,
            colors=4,
            grid=5,
        ),
        TilePreset(
            name="snes",
            label="Super Nintendo",
            summary="8 palettes of 16 colours with a shared backdrop, 5 bits per channel",
            palettes=8,
            colors=16,
            index_0=SHARED,
            grid=5,
        ),
        TilePreset(
            name="gba",
            label="Game Boy Advance",
            summary="16 palettes of 16 colours with a shared backdrop, 5 bits per channel",
            palettes=16,
            colors=16,
            index_0=SHARED,
            grid=5,
        ),
        TilePreset(
            name="mega-drive",
            label="Mega Drive / Genesis",
            summary="4 palettes of 16 colours with a shared backdrop, 3 bits per channel",
            palettes=4,
            colors=16,
            index_0=SHARED,
            grid=3,
        ),
        TilePreset(
            name="master-system",
            label="Master System",
            summary="2 palettes of 16 colours, 2 bits per channel",
            palettes=2,
            colors=16,
            grid=2,
        ),
        TilePreset(
            name="pc-engine",
            label="PC Engine / TurboGrafx-16",
            summary="16 palettes of 16 colours with a shared backdrop, 3 bits per channel",
            palettes=16,
            colors=16,
            index_0=SHARED,
            grid=3,
        ),
        TilePreset(
            name="nes",
            label="NES",
            summary="4 palettes of 4 colours with a shared one, for areas of 16 x 16 pixels",
            palettes=4,
            colors=4,
            index_0=SHARED,
            tile_size=(16, 16),
            master="nes",
            pattern_size=(8, 8),
        ),
        TilePreset(
            name="zx-spectrum",
            label="ZX Spectrum",
            summary="2 colours for every cell of 8 x 8 pixels, both normal or both bright",
            palettes=0,
            colors=2,
            master="zx-spectrum",
            combinations=attributes.zx_spectrum,
        ),
        TilePreset(
            name="c64-hires",
            label="Commodore 64, high resolution",
            summary="2 colours for every cell of 8 x 8 pixels",
            palettes=0,
            colors=2,
            master="c64",
            combinations=attributes.c64_hires,
        ),
        TilePreset(
            name="c64-multicolor",
            label="Commodore 64, multicolor",
            summary="a shared background and 3 colours for every cell of 4 x 8 wide pixels",
            palettes=0,
            colors=4,
            index_0=SHARED,
            tile_size=(4, 8),
            master="c64",
            combinations=attributes.c64_multicolor,
        ),
    ]
)
