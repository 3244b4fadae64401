"""Images with a palette for each tile: what `quantize_tiles` returns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Indices, Mask
from ..image.pixels import Pixels
from ..palette import Palette
from ..palette_values import OPAQUE
from .layout import TileGrid

if TYPE_CHECKING:
    from PIL.Image import Image


class TileMap(NamedTuple):
    """The different tiles of an image, and where they are.

    Attributes
    ----------
    tiles : (U, h, w) ndarray of uint8
        The entries of each different tile, in the order of their first place in the image. Beyond
        the edge of the image they are 0.
    numbers : (rows, columns) ndarray of integers
        The tile at every place.
    flip_x, flip_y : (rows, columns) ndarray of bool
        Whether the tile is mirrored there, left to right and top to bottom.
    """

    tiles: Bytes
    numbers: Indices
    flip_x: Mask
    flip_y: Mask


@dataclass(frozen=True, eq=False)
class TiledImage:
    """An indexed image in which every tile uses one of several palettes.

    Attributes
    ----------
    palettes : tuple of Palette
        All of the same length M. Entries that are not needed are black and at the end.
    tile_palettes : (rows, columns) ndarray of uint16
        The palette of every tile.
    entries : (H, W) ndarray of uint8
        The entry of every pixel in the palette of its tile, 0 where it is transparent.
    opaque : (H, W) ndarray of bool, or None
        Which pixels are opaque; None if all of them are.
    tile_size : tuple of 2 int
        The width and height of a tile. Tiles of the last row and column may be cut off.
    has_transparent_entry : bool
        Whether entry 0 of every palette is transparent, and no opaque pixel has it.
    machine_palette : Palette, or None
        The palette of the machine, if every tile can have any of its colours that go together.
    machine_numbers : (N, M) ndarray of integers, or None
        The entries of `palettes` as indices into it.
    """

    palettes: tuple[Palette, ...]
    tile_palettes: NDArray[np.uint16]
    entries: Bytes
    opaque: Mask | None
    tile_size: tuple[int, int]
    has_transparent_entry: bool = False
    machine_palette: Palette | None = None
    machine_numbers: Indices | None = None

    @cached_property
    def palette(self) -> Palette:
        """The colour table of the image.

        The entries of all palettes, one palette after another; or `machine_palette`.
        """
        if self.machine_palette is not None:
            return self.machine_palette
        colors = np.concatenate([palette.colors for palette in self.palettes])
        return Palette(colors, columns=len(self.palettes[0]))

    @cached_property
    def indices(self) -> Bytes:
        """The index of every pixel in `palette`, (H, W) uint8.

        It is M times the palette of its tile plus its entry, unless there is a `machine_palette`. A
        transparent pixel has the first entry of the palette of its tile.
        """
        numbers = self.machine_numbers
        if numbers is None:
            numbers = np.arange(len(self.palette)).reshape(len(self.palettes), -1)
        indices: Bytes = numbers.astype(np.uint8)[
            self._grid.spread(self.tile_palettes), self.entries
        ]
        return indices

    @property
    def _grid(self) -> TileGrid:
        height, width = self.entries.shape
        return TileGrid((height, width), self.tile_size)

    def to_array(self) -> Bytes:
        """Return the image in palette colours.

        Returns
        -------
        (H, W, 3) ndarray of uint8, or (H, W, 4) where `opaque` is not None
            sRGB; transparent pixels are all 0.
        """
        return Pixels(self.palette.colors[self.indices], self.opaque).to_array()

    def to_image(self) -> Image:
        """Return the image as a PIL image of mode "P".

        Returns
        -------
        PIL.Image.Image
            It contains `indices` and the entries of `palette`. If the palettes have a transparent
            entry, ``info["transparency"]`` is the alpha of the entries as bytes, up to the first
            entry of the last palette. Save such an image as PNG.
        """
        from PIL import Image

        image = Image.fromarray(self.indices)
        image.putpalette(self.palette.colors.tobytes())
        if self.has_transparent_entry:
            size = len(self.palettes[0])
            alpha = np.full(len(self.palette), OPAQUE, np.uint8)
            alpha[::size] = 0
            image.info["transparency"] = alpha[: len(alpha) - size + 1].tobytes()
        return image

    def find_tiles(self, *, flips: bool = False, size: tuple[int, int] | None = None) -> TileMap:
        """Return the different tiles of the image.

        Tiles are equal if their entries are, with any palettes, as consoles store them.

        Parameters
        ----------
        flips : bool, default False
            Whether mirrored tiles are equal too, for consoles that can mirror them.
        size : tuple of 2 int, optional
            The width and height of the tiles, `tile_size` by default. On the NES tiles of 8 x 8
            pixels are stored, and four of them share a palette.

        Returns
        -------
        TileMap
        """
        grid = self._grid if size is None else TileGrid(self._grid.shape, size)
        tiles = grid.split(self.entries)
        oriented = [tiles]
        if flips:
            oriented += [tiles[:, :, ::-1], tiles[:, ::-1], tiles[:, ::-1, ::-1]]
        numbers: dict[bytes, int] = {}
        first: list[int] = []
        found = np.empty((len(tiles), 2), np.intp)
        for place in range(len(tiles)):
            words = [some[place].tobytes() for some in oriented]
            turn = next((turn for turn, word in enumerate(words) if word in numbers), None)
            if turn is None:
                turn = 0
                numbers[words[0]] = len(first)
                first.append(place)
            found[place] = numbers[words[turn]], turn
        shape = grid.rows, grid.columns
        turns = found[:, 1].reshape(shape)
        return TileMap(tiles[first], found[:, 0].reshape(shape), (turns & 1) > 0, (turns & 2) > 0)
