"""An image divided into tiles, and the colours of each tile."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Floats, Indices, pack, unpack
from ..color.spaces import ColorSpace
from ..design.lloyd import Points
from ..image.pixels import Pixels

# The number of the tile is above the 24 bits of a colour in a key.
_COLOR_BITS = 24


@dataclass(frozen=True)
class TileGrid:
    """The division of an image into tiles; those of the last row and column may be cut off."""

    shape: tuple[int, int]  # the height and width of the image
    tile_size: tuple[int, int]  # the width and height of a tile

    @property
    def rows(self) -> int:
        """The number of rows of tiles."""
        return -(-self.shape[0] // self.tile_size[1])

    @property
    def columns(self) -> int:
        """The number of columns of tiles."""
        return -(-self.shape[1] // self.tile_size[0])

    def __len__(self) -> int:
        """Count the tiles."""
        return self.rows * self.columns

    def tiles_of_pixels(self) -> NDArray[np.int64]:
        """Return the tile of every pixel, (H, W), counted in reading order."""
        height, width = self.shape
        rows = np.arange(height) // self.tile_size[1]
        return rows[:, np.newaxis] * self.columns + np.arange(width) // self.tile_size[0]

    def spread(self, values: NDArray[np.integer]) -> NDArray[np.integer]:
        """Return the value of its tile for every pixel: (rows, columns) to (H, W)."""
        height, width = self.shape
        tall = np.repeat(values, self.tile_size[1], axis=0)[:height]
        return np.repeat(tall, self.tile_size[0], axis=1)[:, :width]

    def split(self, values: Bytes) -> Bytes:
        """Return (H, W) values by tile, (tiles, h, w), with 0 beyond the edge of the image."""
        across, down = self.tile_size
        padded = np.zeros((self.rows * down, self.columns * across), np.uint8)
        padded[: self.shape[0], : self.shape[1]] = values
        blocks = padded.reshape(self.rows, down, self.columns, across).swapaxes(1, 2)
        return blocks.reshape(-1, down, across)


@dataclass(frozen=True, eq=False)
class TileColors:
    """The colours of every tile, each once, with the number of their pixels."""

    tiles: NDArray[np.int64]  # (P,), the tile of each, ascending
    colors: Bytes  # (P, 3)
    counts: Floats  # (P,)

    @classmethod
    def of_image(cls, image: Pixels, grid: TileGrid) -> TileColors:
        """Return the colours of the tiles of an image, without transparent pixels."""
        keys = grid.tiles_of_pixels() << _COLOR_BITS
        keys |= pack(image.rgb)
        keys = np.sort(keys.ravel() if image.opaque is None else keys[image.opaque])
        first = _find_runs(keys)
        counts = np.diff(first, append=len(keys)).astype(np.float64)
        keys = keys[first]
        colors = unpack((keys & ((1 << _COLOR_BITS) - 1)).astype(np.uint32))
        return cls(keys >> _COLOR_BITS, colors, counts)

    def select(self, tiles: NDArray[np.int64]) -> TileColors:
        """Return the colours of some tiles, (N,) ascending, which keep their numbers."""
        is_selected = np.isin(self.tiles, tiles)
        return TileColors(
            self.tiles[is_selected], self.colors[is_selected], self.counts[is_selected]
        )

    def to_points(self, space: ColorSpace, bits: int = 8) -> TilePoints:
        """Return the colours as points of a space.

        Colours of a tile that agree in this number of their highest bits per channel become one
        point, their mean.
        """
        codes = (self.tiles << _COLOR_BITS) | pack(self.colors & np.uint8(256 - (1 << 8 - bits)))
        order = np.argsort(codes, kind="stable")
        first = _find_runs(codes[order])
        weights = np.add.reduceat(self.counts[order], first)
        weighted = self.colors[order] * self.counts[order, np.newaxis]
        means = np.add.reduceat(weighted, first, axis=0) / weights[:, np.newaxis]
        coordinates = means if space.is_srgb else space.from_srgb(means).astype(np.float64)
        return TilePoints(self.tiles[order[first]], Points.from_coordinates(coordinates, weights))


@dataclass(frozen=True, eq=False)
class TilePoints:
    """The colours of tiles as weighted points."""

    tiles: NDArray[np.int64]  # (P,), the tile of each point, ascending
    points: Points

    @cached_property
    def starts(self) -> Indices:
        """The first point of each tile that has any, (T,)."""
        return _find_runs(self.tiles)

    @cached_property
    def numbers(self) -> Indices:
        """The number of the tile of each point among those that have any, (P,)."""
        counts = np.diff(self.starts, append=len(self.tiles))
        return np.repeat(np.arange(len(counts)), counts)

    @cached_property
    def squares(self) -> Floats:
        """The weighted squared lengths of the points of each tile, (T,)."""
        return np.add.reduceat(self.points.squares, self.starts)

    def select(self, numbers: Indices) -> TilePoints:
        """Return the points of some tiles, (N,) ascending, with their weights among all points."""
        is_selected = np.zeros(len(self.starts), np.bool_)
        is_selected[numbers] = True
        indices = np.flatnonzero(is_selected[self.numbers])
        return TilePoints(self.tiles[indices], self.points.subset(indices))

    def weights(self) -> Floats:
        """Return the sums of the weights of each tile, (T,)."""
        return np.add.reduceat(self.points.weights, self.starts)

    def means(self) -> Floats:
        """Return the means of the points of each tile, (T, 3)."""
        sums = np.add.reduceat(self.points.weighted, self.starts, axis=1)
        return (sums / self.weights()).T


def _find_runs(keys: NDArray[np.integer]) -> Indices:
    """Return where sorted keys differ from the one before."""
    return np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
