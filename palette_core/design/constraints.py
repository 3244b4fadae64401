"""Constraints on a palette, and the centres that are feasible under them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ..arrays import Bytes, Floats, Mask, pack, sort_unique, unpack
from ..color.hardware_grids import Grid
from ..color.spaces import SPACES, ColorSpace, sort_by_luminance

# An entry of an earlier palette is changed if that lowers the error by more than this share of the
# mean error of an entry: the usual penalty for changing an entry.
CHANGE_PENALTY = 0.1


def _no_colors() -> Bytes:
    return np.zeros((0, 3), np.uint8)


@dataclass(frozen=True, eq=False)
class Constraints:
    """What a palette has to meet. The truth value is False if there is no constraint."""

    # (L, 3): Different colours that must be entries.
    locked: Bytes = field(default_factory=_no_colors)
    grid: Grid | None = None  # the colours that the other entries can have
    # (S, 3): An earlier palette, of which as few entries as possible are changed.
    start: Bytes | None = None
    # The share of the mean error of an entry by which changing one has to lower the error.
    change_penalty: float = CHANGE_PENALTY

    def __bool__(self) -> bool:
        """Return whether there is any constraint."""
        return bool(len(self.locked)) or self.grid is not None or self.start is not None

    def lock(self, colors: Bytes) -> Constraints:
        """Return the constraints with more colours locked, after the others."""
        return replace(self, locked=np.concatenate([self.locked, colors]))

    def find_fixed(self, palette: Bytes) -> Mask:
        """Return which entries, (K,), are locked or retained from the earlier palette."""
        is_fixed = np.isin(pack(palette), pack(self.locked))
        if self.start is not None:
            is_fixed |= np.isin(pack(palette), pack(self.start))
        return is_fixed

    def retain(self, palette: Bytes, space: ColorSpace) -> FeasibleSet:
        """Return the feasible set with the entries retained from the earlier palette locked."""
        feasible = FeasibleSet(space, self.locked, self.grid)
        if self.start is None:
            return feasible
        packed = pack(palette)
        is_retained = np.isin(packed, pack(self.start)) & ~np.isin(packed, pack(self.locked))
        return feasible.lock(palette[is_retained])

    def relaxations(self, max_colors: int) -> list[tuple[Constraints, int]]:
        """Return weaker constraints, each with the number of colours to design under them.

        The constraint left out is applied to the result afterwards. The final palette is then not
        worse than this simple alternative. With a starting palette there are no relaxations,
        because stability matters more than the error.
        """
        relaxed: list[tuple[Constraints, int]] = []
        if self.start is None and 0 < len(self.locked) < max_colors:
            relaxed.append((replace(self, locked=_no_colors()), max_colors - len(self.locked)))
        if self.start is None and self.grid is not None:
            relaxed.append((replace(self, grid=None), max_colors))
        return relaxed


UNCONSTRAINED = Constraints()


@dataclass(frozen=True, eq=False)
class FeasibleSet:
    """The feasible cluster centres in a space. The locked colours are always the first centres."""

    space: ColorSpace = SPACES["srgb"]
    locked: Bytes = field(default_factory=_no_colors)
    grid: Grid | None = None

    @property
    def locked_count(self) -> int:
        """The number of locked centres."""
        return len(self.locked)

    @property
    def is_restricted(self) -> bool:
        """Whether any centre is locked or bound to a grid."""
        return self.locked_count > 0 or self.grid is not None

    @cached_property
    def locked_centers(self) -> Floats:
        """The coordinates of the locked colours, (L, 3)."""
        return self.space.from_srgb(self.locked).astype(np.float64)

    def lock(self, colors: Bytes) -> FeasibleSet:
        """Return the set with more colours locked, after the others."""
        return replace(self, locked=np.concatenate([self.locked, colors]))

    def restore_locked(self, centers: Floats) -> Floats:
        """Return (K, 3) centres with the locked ones at their colours."""
        if not self.locked_count:
            return centers
        return np.concatenate([self.locked_centers, centers[self.locked_count :]])

    def snap_to_grid(self, centers: Floats) -> Floats:
        """Return (K, 3) centres moved to the nearest colours of the grid."""
        if self.grid is None:
            return centers
        return self.space.from_srgb(self.grid.find_nearest(centers, self.space)).astype(np.float64)

    def project(self, centers: Floats) -> Floats:
        """Return the feasible centres for (K, 3) centres: on the grid, and the locked ones."""
        return self.restore_locked(self.snap_to_grid(centers))

    def round_to_palette(self, centers: Floats) -> Bytes:
        """Return the palette of the locked colours and of the free centres, (F, 3)."""
        if self.grid is None:
            return self.make_palette(self.space.to_srgb(centers))
        return self.make_palette(self.grid.find_nearest(centers, self.space))

    def make_palette(self, colors: Bytes) -> Bytes:
        """Return the locked colours, then each other colour once, from dark to light."""
        if self.locked_count:
            colors = colors[~np.isin(pack(colors), pack(self.locked))]
        return np.concatenate([self.locked, sort_by_luminance(sort_unique(colors))])

    def nearest_palette(self, colors: Bytes) -> Bytes:
        """Return the palette with the nearest feasible colour for each colour."""
        others = colors[~np.isin(pack(colors), pack(self.locked))]
        return self.round_to_palette(self.space.from_srgb(others).astype(np.float64))

    def estimate_gains(
        self, palette: Bytes, colors: Bytes, errors: Floats, weights: Floats
    ) -> tuple[Bytes, Floats]:
        """Return the feasible new entries, (G, 3), and by how much each lowers the error, (G,).

        The entries are the colours, (N, 3), or the grid colours that are nearest to some of them.
        The errors are the weighted squared distances of the colours to the palette.
        """
        if self.grid is None:
            return colors, errors
        points = self.space.from_srgb(colors).astype(np.float64)
        nearest = self.grid.find_nearest(points, self.space)
        remaining = np.square(points - self.space.from_srgb(nearest)).sum(axis=1) * weights
        packed, inverse = np.unique(pack(nearest), return_inverse=True)
        gains = np.bincount(inverse, errors - remaining).astype(np.float64, copy=False)
        gains[np.isin(packed, pack(palette))] = 0
        return unpack(packed), gains


ALL_COLORS = FeasibleSet()
