"""The colours that the entries of a machine's palettes can have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from ..arrays import Bytes, Floats, sort_unique
from ..color.hardware_grids import Grid
from ..color.spaces import ColorSpace

# Of a grid with no more colours than this, every colour is a candidate for every entry.
_FEW_COLORS = 64


class FeasibleColors(Protocol):
    """The colours that entries can have."""

    def find_nearest(self, coordinates: Floats, space: ColorSpace) -> Bytes:
        """Return the nearest feasible colour of every point of a space: (N, 3)."""

    def neighbors(self, color: Bytes) -> Bytes:
        """Return the colours that may replace a feasible one, (3,), itself included: (C, 3)."""


@dataclass(frozen=True)
class GridColors:
    """The colours of a hardware grid."""

    grid: Grid

    @cached_property
    def _all(self) -> Bytes:
        axes = np.meshgrid(*self.grid.levels, indexing="ij")
        return np.stack(axes, axis=-1).reshape(-1, 3)

    def find_nearest(self, coordinates: Floats, space: ColorSpace) -> Bytes:
        """Return the nearest grid colour of every point of a space: (N, 3)."""
        return self.grid.find_nearest(coordinates, space)

    def neighbors(self, color: Bytes) -> Bytes:
        """Return the colours up to one level away in each channel; all of a small grid."""
        if self.grid.size <= _FEW_COLORS:
            return self._all
        axes = []
        for levels, value in zip(self.grid.levels, color, strict=True):
            place = int(np.searchsorted(levels, value))
            axes.append(levels[max(0, place - 1) : place + 2])
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)


class ListedColors:
    """The colours of a fixed palette, (K, 3)."""

    def __init__(self, colors: Bytes) -> None:
        self._colors = sort_unique(colors)

    def find_nearest(self, coordinates: Floats, space: ColorSpace) -> Bytes:
        """Return the nearest colour of every point of a space: (N, 3)."""
        entries = space.from_srgb(self._colors).astype(np.float64)
        squares = np.square(entries).sum(axis=1) - 2 * coordinates @ entries.T
        nearest: Bytes = self._colors[squares.argmin(axis=1)]
        return nearest

    def neighbors(self, color: Bytes) -> Bytes:
        """Return all colours."""
        del color
        return self._colors
