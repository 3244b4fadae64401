"""Area colours: the colours of large flat areas become entries, and the others fit around them."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Floats, pack
from ..color.spaces import ColorSpace
from ..progress import no_progress
from .constraints import Constraints, FeasibleSet
from .lloyd import Points, assign_points, run_lloyd
from .swap_search import search_swaps

# The rounds of the search for the other entries, and the steps of Lloyd's algorithm after each and
# at the end. With fewer than three entries there is nothing to swap.
_ROUNDS, _STEPS, _LAST_STEPS = 6, 2, 4
_MIN_SWAPPED = 3


def hold_areas(
    palette: Bytes,
    areas: Bytes,
    points: Points,
    space: ColorSpace,
    rise: float,
    constraints: Constraints,
) -> Bytes:
    """Return a palette with the colours of as many areas as a limit of the error allows.

    The entries nearest to the areas make room for them. The other entries are then searched for
    again around them.

    Parameters
    ----------
    palette : (K, 3) ndarray of uint8
        Unique entries that meet the constraints.
    areas : (A, 3) ndarray of uint8
        Unique feasible colours, the most important first.
    points : Points
        The colours of the image in the space.
    space : ColorSpace
    rise : float
        The greatest squared error, as a factor of that of `palette`.
    constraints : Constraints
        Locked entries, and those retained from an earlier palette, stay.

    Returns
    -------
    (K, 3) ndarray of uint8
        Unique entries. If all areas are entries before, it is `palette`.
    """
    feasible = constraints.retain(palette, space)
    areas = areas[~np.isin(pack(areas), pack(feasible.locked))]
    held, count = 0, min(len(areas), len(palette) - feasible.locked_count)
    if np.isin(pack(areas[:count]), pack(palette)).all():
        return palette
    limit = rise * measure_error(points, palette, space)
    best, step = palette, count
    while step and held < count:
        tried = _make_room(palette, points, feasible.lock(areas[: held + step]))
        if measure_error(points, tried, space) <= limit:
            best, held = tried, held + step
        step //= 2
    return best


def measure_error(points: Points, palette: Bytes, space: ColorSpace) -> float:
    """Return the weighted mean squared distance of points to their nearest entries."""
    entries = space.from_srgb(palette).astype(np.float64)
    apart = points.rows[:, :-1] - entries[assign_points(points, entries)]
    return float(np.square(apart).sum(axis=1) @ points.weights)


def _make_room(palette: Bytes, points: Points, feasible: FeasibleSet) -> Bytes:
    """Return a palette of the same size with the locked colours, and the best others."""
    free = palette[~np.isin(pack(palette), pack(feasible.locked))]
    centers = _to_space(free, feasible.space)
    is_new = ~np.isin(pack(feasible.locked), pack(palette))
    for color in feasible.locked_centers[is_new]:
        centers = np.delete(centers, np.square(centers - color).sum(axis=1).argmin(), axis=0)
    if not len(centers):
        return feasible.locked
    centers = np.concatenate([feasible.locked_centers, centers])
    if len(centers) >= _MIN_SWAPPED:
        random = np.random.default_rng(0)
        centers = search_swaps(points, centers, _ROUNDS, _STEPS, random, no_progress, feasible)
    centers = run_lloyd(points, centers, _LAST_STEPS, feasible).centers
    found = feasible.round_to_palette(centers[feasible.locked_count :])
    # Centres that are equal after rounding leave entries to be filled.
    unused = free[~np.isin(pack(free), pack(found))]
    return np.concatenate([found, unused[: len(palette) - len(found)]])


def _to_space(colors: Bytes, space: ColorSpace) -> Floats:
    return space.from_srgb(colors).astype(np.float64)
