"""The search for the palettes of tiles: k-means of palettes, with tiles in place of points.

Two steps alternate: every tile gets the palette that costs least, and every palette becomes the
centres of its tiles' colours by Lloyd's algorithm. Palettes move as centres do in
`design.swap_search`: one that costs little to remove is put where another one is split.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats, Indices, Mask
from ..design.constraints import FeasibleSet
from ..design.initialization import initialize_centers
from ..design.lloyd import Points, run_lloyd
from ..design.swap_search import add_centers, search_swaps
from ..progress import Progress, no_progress, subprogress
from .layout import TilePoints
from .rules import PaletteRules

# The product of a block of points and one entry of all palettes is not above what BLAS computes on
# one thread (2^18 multiplications).
_PRODUCT = 1 << 16
# The steps of Lloyd's algorithm for each alternation, and the alternations after each change.
_STEPS = 3
_ALTERNATIONS = 2
# Palettes of this many entries or more are improved by this many rounds of the swap search.
_MANY_COLORS = 8
_SWAP_ROUNDS, _SWAP_STEPS = 2, 2
# At the end all palettes are improved by this many rounds, again as long as the error falls by more
# than this factor.
_LAST_ROUNDS = 8
_WORTHWHILE = 0.998
# The noise of the estimates in all rounds but the first, as the deviation of a logarithm. After
# this many rounds without a gain the search returns to the best palettes.
_NOISE = 0.3
_PATIENCE = 4
_SEED = 0


@dataclass(frozen=True, eq=False)
class TileClustering:
    """Palettes, and the palette of every tile."""

    centers: list[Floats]  # (M, 3) each, the entries of each palette in the space
    costs: Floats  # (T, N), the weighted squared distance of each tile with each palette

    @property
    def labels(self) -> Indices:
        """The palette of every tile that costs least, (T,)."""
        labels: Indices = self.costs.argmin(axis=1)
        return labels

    @property
    def least(self) -> Floats:
        """The cost of every tile with its palette, (T,)."""
        least: Floats = self.costs.min(axis=1)
        return least

    @property
    def error(self) -> float:
        """The cost of all tiles, which rounding may not make negative."""
        return max(float(self.least.sum()), 0.0)


def assign_tiles(tiles: TilePoints, centers: list[Floats]) -> TileClustering:
    """Return the cost of every tile with every palette. Palettes can differ in size."""
    size = max(map(len, centers))
    # Shorter palettes repeat their last entry.
    table = np.stack([some[np.minimum(np.arange(size), len(some) - 1)] for some in centers], axis=2)
    columns = np.concatenate(
        [-2 * table, np.square(table).sum(axis=1, keepdims=True)], axis=1, dtype=np.float32
    )  # (M, 4, N)
    rows = tiles.points.rows
    nearest = np.empty((len(rows), len(centers)), np.float32)
    block = max(_PRODUCT // len(centers), 1)
    for start in range(0, len(rows), block):
        some, least = rows[start : start + block], nearest[start : start + block]
        np.matmul(some, columns[0], out=least)
        for entry in columns[1:]:
            np.minimum(least, some @ entry, out=least)
    weighted = nearest * tiles.points.weights[:, np.newaxis]
    costs = np.add.reduceat(weighted, tiles.starts, axis=0) + tiles.squares[:, np.newaxis]
    return TileClustering(centers, costs)


class _PaletteSearch:
    """The search for the palettes of one image."""

    def __init__(self, tiles: TilePoints, rules: PaletteRules) -> None:
        self._tiles, self._rules = tiles, rules
        # The locked colours are those that all palettes begin with.
        self._feasible = FeasibleSet(rules.space, rules.shared)
        self._random = np.random.default_rng(_SEED)

    def initialize(self) -> TileClustering:
        """Return palettes found by splitting, again and again the one of the largest error."""
        found = self._alternate([self._design(self._tiles.points)], 1)
        while len(found.centers) < self._rules.max_palettes:
            worst = int(_sum_by_palette(found, found.least).argmax())
            halves = self._split(found, worst)
            if halves is None:
                break
            centers = [*found.centers, halves[1]]
            centers[worst] = halves[0]
            found = self._alternate(centers, 1)
        return found

    def improve(self, found: TileClustering, rounds: int, progress: Progress) -> TileClustering:
        """Return palettes that are not worse, after some rounds of moving one palette each."""
        best = current = self._alternate(found.centers, _ALTERNATIONS)
        failures = 0
        for number in range(rounds if len(found.centers) > 2 else 0):
            progress(number / rounds)
            moved = self._move(current, _NOISE if number else 0.0)
            if moved is None:
                break
            current = self._alternate(moved, _ALTERNATIONS)
            failures += 1
            if current.error < best.error:
                best, failures = current, 0
            elif failures == _PATIENCE:
                current, failures = best, 0
        return self._finish(best) if rounds else best

    def _finish(self, best: TileClustering) -> TileClustering:
        """Return the palettes after a swap search in each of them, as long as it is a gain."""
        while True:
            labels = best.labels[self._tiles.numbers]
            centers = []
            for palette, some in enumerate(best.centers):
                points = self._tiles.points.subset(np.flatnonzero(labels == palette))
                can_swap = len(some) > self._feasible.locked_count + 1 and len(some) > 2
                can_swap = can_swap and len(points) > 0
                centers.append(self._swap(points, some, _LAST_ROUNDS) if can_swap else some)
            found = self._alternate(centers, _ALTERNATIONS)
            if found.error >= best.error * _WORTHWHILE:  # both may be 0
                return min(found, best, key=lambda one: one.error)
            best = found

    def _move(self, found: TileClustering, noise: float) -> list[Floats] | None:
        """Return the palettes with one removed and another one split; None if none can be split.

        The palette is removed whose tiles lose least with their second best palettes. The one of
        the largest error is split.
        """
        count = len(found.centers)
        others = found.costs.copy()
        others[np.arange(len(others)), found.labels] = np.inf
        losses = _sum_by_palette(found, others.min(axis=1) - found.least)
        errors = _sum_by_palette(found, found.least)
        if noise:
            losses = losses * self._random.lognormal(0, noise, count)
            errors = errors * self._random.lognormal(0, noise, count)
        removed = int(losses.argmin())
        errors[removed] = -np.inf
        target = int(errors.argmax())
        halves = self._split(found, target)
        if halves is None:
            return None
        centers = list(found.centers)
        centers[removed], centers[target] = halves
        return centers

    def _split(self, found: TileClustering, palette: int) -> list[Floats] | None:
        """Return two palettes for the tiles of one; None if its tiles cannot be divided."""
        members = np.flatnonzero(found.labels == palette)
        if len(members) < 2:
            return None
        part = self._tiles.select(members)
        best = None
        for is_second in self._divisions(part, found.costs[members, palette]):
            if is_second.all() or not is_second.any():
                continue
            sides = (np.flatnonzero(~is_second), np.flatnonzero(is_second))
            centers = [self._design(part.select(side).points) for side in sides]
            for _ in range(_ALTERNATIONS):
                halves = assign_tiles(part, centers)
                centers = self._update(part, halves)
            halves = assign_tiles(part, centers)
            if best is None or halves.error < best.error:
                best = halves
        return None if best is None else best.centers

    def _divisions(self, part: TilePoints, costs: Floats) -> Iterator[Mask]:
        """Yield two ways to divide tiles, as masks of the second part.

        One is across the principal axis of the tiles' means. In the other the second part are the
        tiles that are better with the palette of the tile of the largest error.
        """
        means, weights = part.means(), part.weights()
        offsets = means - np.average(means, axis=0, weights=weights)
        axis = np.linalg.eigh((offsets.T * weights) @ offsets)[1][:, -1]
        yield offsets @ axis > 0
        worst = self._design(part.select(np.array([costs.argmax()])).points)
        yield assign_tiles(part, [worst]).least < costs

    def _design(self, points: Points) -> Floats:
        """Return a palette for points."""
        locked, size = self._feasible.locked_count, self._rules.max_colors
        centers = self._feasible.locked_centers
        if size > locked:
            init = "variance-cut"
            centers = initialize_centers(init, points, size, self._random, self._feasible)
        if len(centers) >= _MANY_COLORS:
            return self._swap(points, centers)
        return run_lloyd(points, centers, _STEPS, self._feasible).centers

    def _swap(self, points: Points, centers: Floats, rounds: int = _SWAP_ROUNDS) -> Floats:
        """Return a palette after some rounds of moving its entries."""
        return search_swaps(
            points, centers, rounds, _SWAP_STEPS, self._random, no_progress, self._feasible
        )

    def _alternate(self, centers: list[Floats], times: int) -> TileClustering:
        """Return the palettes after some alternations."""
        for _ in range(times):
            centers = self._update(
                self._tiles, assign_tiles(self._tiles, centers), moves_shared=True
            )
        return assign_tiles(self._tiles, centers)

    def _update(
        self, tiles: TilePoints, found: TileClustering, *, moves_shared: bool = False
    ) -> list[Floats]:
        """Return the palettes after some steps of Lloyd's algorithm, each on its tiles."""
        labels = found.labels[tiles.numbers]
        result, weight, weighted = [], 0.0, np.zeros(3)
        for palette, centers in enumerate(found.centers):
            members = np.flatnonzero(labels == palette)
            if len(members):
                points = tiles.points.subset(members)
                if len(centers) < self._rules.max_colors:
                    centers = add_centers(points, centers, self._rules.max_colors, self._feasible)
                clustering = run_lloyd(points, centers, _STEPS, self._feasible)
                centers = clustering.centers
                weight += clustering.weights[0]
                weighted += clustering.weights[0] * clustering.means[0]
            result.append(centers)
        if moves_shared and self._rules.shared_is_free and weight:
            # The shared colour moves to the mean of its pixels in all palettes.
            shared = self._rules.space.to_srgb(weighted[np.newaxis] / weight)
            self._feasible = FeasibleSet(self._rules.space, shared)
            result = [self._feasible.restore_locked(centers) for centers in result]
        return result


def _sum_by_palette(found: TileClustering, values: Floats) -> Floats:
    """Return the sums of (T,) values of the tiles of each palette, (N,)."""
    return np.bincount(found.labels, values, len(found.centers)).astype(np.float64)


_ROUNDS = {"fast": 0, "balanced": 24, "high": 64, "best": 200}


def find_palettes(
    tiles: TilePoints, rules: PaletteRules, effort: str, progress: Progress
) -> list[Floats]:
    """Return palettes of any colours, feasible or not, as coordinates in the space."""
    search = _PaletteSearch(tiles, rules)
    found = search.initialize()
    return search.improve(found, _ROUNDS[effort], subprogress(progress, 0.2, 1.0)).centers
