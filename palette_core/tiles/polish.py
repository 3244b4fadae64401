"""Palettes moved to the colours that a machine can show, and improved among these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Bytes, Floats, Singles
from ..design.lloyd import Points
from .layout import TilePoints
from .rules import PaletteRules
from .search import assign_tiles

# A smaller share of the error is not worth a change, and might be an error of rounding.
_LEAST_GAIN = 1e-6
_MAX_ROUNDS = 8
# Points and candidates are compared in blocks of this many points.
_BLOCK = 1 << 10


@dataclass(frozen=True, eq=False)
class PalettePolish:
    """Coordinate descent: each entry in turn is replaced by the best feasible colour near it."""

    tiles: TilePoints
    rules: PaletteRules

    def run(self, palettes: list[Bytes]) -> list[Bytes]:
        """Return better palettes; tiles get the palette that costs least after every round."""
        found = assign_tiles(self.tiles, [self._centers(some) for some in palettes])
        for _ in range(_MAX_ROUNDS):
            labels = found.labels[self.tiles.numbers]
            parts = [
                self.tiles.points.subset(np.flatnonzero(labels == number))
                for number in range(len(palettes))
            ]
            improved = [
                self._improve(some, points) for some, points in zip(palettes, parts, strict=True)
            ]
            if self.rules.shared_is_free:
                improved = self._improve_shared(improved, parts)
            other = assign_tiles(self.tiles, [self._centers(some) for some in improved])
            if other.error >= found.error * (1 - _LEAST_GAIN):
                break
            found, palettes = other, improved
        return palettes

    def _centers(self, colors: Bytes) -> Floats:
        return self.rules.space.from_srgb(colors).astype(np.float64)

    def _improve(self, palette: Bytes, points: Points) -> Bytes:
        """Return a palette after each entry but the shared ones was replaced once."""
        if not len(points):
            return palette
        palette = palette.copy()
        distances = self._measure(points.rows, palette)
        for entry in range(len(self.rules.shared), len(palette)):
            candidates = self.rules.feasible.neighbors(palette[entry])
            others = np.delete(distances, entry, axis=1).min(axis=1, initial=np.inf)
            costs = self._measure_candidates(points, others, candidates)
            palette[entry] = _choose(palette[entry], candidates, costs)
            distances[:, entry] = self._measure(points.rows, palette[entry : entry + 1])[:, 0]
        return palette

    def _improve_shared(self, palettes: list[Bytes], parts: list[Points]) -> list[Bytes]:
        """Return the palettes after the shared entry was replaced in all of them."""
        color = palettes[0][0]
        candidates = self.rules.feasible.neighbors(color)
        costs = np.zeros(len(candidates))
        for palette, points in zip(palettes, parts, strict=True):
            others = self._measure(points.rows, palette[1:]).min(axis=1, initial=np.inf)
            costs += self._measure_candidates(points, others, candidates)
        best = _choose(color, candidates, costs)
        return [np.concatenate([best[np.newaxis], palette[1:]]) for palette in palettes]

    def _measure(self, rows: Singles, colors: Bytes) -> Singles:
        """Return squared distances, less the points' own squares: (P, 4) to (P, C)."""
        centers = self._centers(colors)
        columns = np.vstack([-2 * centers.T, np.square(centers).sum(axis=1)]).astype(np.float32)
        distances = np.empty((len(rows), len(colors)), np.float32)
        for start in range(0, len(rows), _BLOCK):
            block = slice(start, start + _BLOCK)
            np.matmul(rows[block], columns, out=distances[block])
        return distances

    def _measure_candidates(self, points: Points, others: Singles, candidates: Bytes) -> Floats:
        """Return the costs of points with each candidate beside the other entries, (C,)."""
        weights = points.weights.astype(np.float32)
        costs = np.zeros(len(candidates))
        for start in range(0, len(points), _BLOCK):
            block = slice(start, start + _BLOCK)
            distances = self._measure(points.rows[block], candidates)
            np.minimum(distances, others[block, np.newaxis], out=distances)
            costs += np.einsum("p,pc->c", weights[block], distances)
        return costs


def _choose(color: Bytes, candidates: Bytes, costs: Floats) -> Bytes:
    """Return the cheapest candidate, or the colour itself if none costs less."""
    own = costs[(candidates == color).all(axis=1).argmax()]
    best = int(costs.argmin())
    return candidates[best] if costs[best] < own else color
