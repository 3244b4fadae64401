"""Rules: what a palette has to keep to, and where that lets centres be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, pack, unpack
from ..color.hardware_grids import Grid
from ..color.spaces import SPACES, ColorSpace, sort_by_luminance

Floats = NDArray[np.float64]


def _none() -> Bytes:
    return np.zeros((0, 3), np.uint8)


@dataclass(frozen=True, eq=False)
class Rules:
    """What a palette has to keep to. It is false where that is nothing.

    Attributes
    ----------
    locked : (L, 3) ndarray of uint8
        Different colours that are entries, whatever else is.
    grid : Grid, optional
        The colours that the other entries can have.
    start : (S, 3) ndarray of uint8, optional
        The earlier palette that is to be changed as little as it can be.
    """

    locked: Bytes = field(default_factory=_none)
    grid: Grid | None = None
    start: Bytes | None = None

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(len(self.locked)) or self.grid is not None or self.start is not None

    def simpler(self, colors: int) -> list[tuple[Rules, int]]:
        """Give fewer rules and how many colours to design under them, so as to add the rest after.

        Whatever is found under all rules is to be no worse than what comes of that. A start asks
        for another thing, and has none.
        """
        found: list[tuple[Rules, int]] = []
        if self.start is None and 0 < len(self.locked) < colors:
            found.append((replace(self, locked=_none()), colors - len(self.locked)))
        if self.start is None and self.grid is not None:
            found.append((replace(self, grid=None), colors))
        return found


FREE = Rules()


@dataclass(frozen=True, eq=False)
class Allowed:
    """Where centres may be in a space. The first ones are those of the locked colours.

    Attributes
    ----------
    space : ColorSpace
    locked : (L, 3) ndarray of uint8
    grid : Grid, optional
    """

    space: ColorSpace = SPACES["srgb"]
    locked: Bytes = field(default_factory=_none)
    grid: Grid | None = None

    @property
    def count(self) -> int:
        """How many centres are locked."""
        return len(self.locked)

    @property
    def restricts(self) -> bool:
        """Whether there is a place where centres may not be."""
        return self.count > 0 or self.grid is not None

    @cached_property
    def fixed(self) -> Floats:
        """The coordinates of the locked colours: (L, 3)."""
        return self.space.from_srgb(self.locked).astype(np.float64)

    def also(self, colors: Bytes) -> Allowed:
        """Lock more colours, behind the others."""
        return replace(self, locked=np.concatenate([self.locked, colors]))

    def hold(self, centers: Floats) -> Floats:
        """Put the locked ones of (K, 3) centres back where they are."""
        return np.concatenate([self.fixed, centers[self.count :]]) if self.count else centers

    def snap(self, centers: Floats) -> Floats:
        """Put (K, 3) centres on the grid."""
        if self.grid is None:
            return centers
        return self.space.from_srgb(self.grid.find_nearest(centers, self.space)).astype(np.float64)

    def place(self, centers: Floats) -> Floats:
        """Put (K, 3) centres where they may be."""
        return self.hold(self.snap(centers))

    def rounded(self, centers: Floats) -> Bytes:
        """Make a `palette` of the locked colours and of (F, 3) centres, those that are free."""
        if self.grid is None:
            return self.palette(self.space.to_srgb(centers))
        return self.palette(self.grid.find_nearest(centers, self.space))

    def palette(self, colors: Bytes) -> Bytes:
        """Give the locked colours and behind them others, each once and from dark to light."""
        if self.count:
            colors = colors[~np.isin(pack(colors), pack(self.locked))]
        return np.concatenate([self.locked, sort_by_luminance(np.unique(colors, axis=0))])

    def nearest_to(self, colors: Bytes) -> Bytes:
        """Give the `palette` that has the nearest allowed colour for each of some."""
        others = colors[~np.isin(pack(colors), pack(self.locked))]
        return self.rounded(self.space.from_srgb(others).astype(np.float64))

    def goals(
        self, palette: Bytes, colors: Bytes, errors: Floats, weights: Floats
    ) -> tuple[Bytes, Floats]:
        """Tell which further entries would lower the error, and by how much.

        Parameters
        ----------
        palette : (K, 3) ndarray of uint8
        colors : (N, 3) ndarray of uint8
        errors, weights : (N,) ndarray of float64
            The weighted squared distances of the colours to the palette, and their weights.

        Returns
        -------
        (G, 3) ndarray of uint8
            The colours, or those of the grid that are nearest to some of them.
        (G,) ndarray of float64
            By how much the error of these falls.
        """
        if self.grid is None:
            return colors, errors
        places = self.space.from_srgb(colors).astype(np.float64)
        goals = self.grid.find_nearest(places, self.space)
        left = np.square(places - self.space.from_srgb(goals)).sum(axis=1) * weights
        packed, which = np.unique(pack(goals), return_inverse=True)
        gains = np.bincount(which, errors - left).astype(np.float64, copy=False)
        gains[np.isin(packed, pack(palette))] = 0
        return unpack(packed), gains


ANYWHERE = Allowed()
