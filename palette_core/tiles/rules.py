"""The rules for the palettes of a machine, and the colours that their entries can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..arrays import Bytes, Floats, sort_unique
from ..color.spaces import ColorSpace


class FeasibleColors(Protocol):
    """The colours that entries can have: those of a `Grid`, or `ListedColors`."""

    def find_nearest(self, coordinates: Floats, space: ColorSpace) -> Bytes:
        """Return the nearest feasible colour of every point of a space: (N, 3)."""

    def neighbors(self, color: Bytes, /) -> Bytes:
        """Return the colours that may replace a feasible one, (3,), itself included: (C, 3)."""


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

    def neighbors(self, _color: Bytes) -> Bytes:
        """Return all colours."""
        return self._colors


@dataclass(frozen=True, eq=False)
class PaletteRules:
    """The rules for the palettes of one image."""

    # The greatest number of palettes, and of entries of each: shared ones are included, a
    # transparent one is not.
    max_palettes: int
    max_colors: int
    feasible: FeasibleColors
    space: ColorSpace
    shared: Bytes  # (S, 3), the colours that all palettes begin with, none or one
    shared_is_free: bool  # whether `shared` is only a first guess, which can change
