"""The method `kmeans`: weighted k-means with a global search, on cells and then on all colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..colorspaces import ColorSpace
from ..histogram import ColorHistogram
from ..progress import Progress, part
from .base import EFFORTS, Design
from .clusters import Floats, Points, lloyd
from .exact import Exact, rounded
from .on_cells import OnCells
from .search import search
from .starts import first_guess, greedy_plus_plus
from .variance_cut import coarse_points


@dataclass(frozen=True)
class _Stage:
    """What one effort adds to the one below it.

    Cells stand for the colours of the picture: coarse ones while centres are searched for, fine
    ones while they settle.

    Attributes
    ----------
    coarse : int
        Cells for every colour that is wanted; 0 for those of the start.
    rounds, steps : int
        How often centres are moved, and the steps of Lloyd's algorithm after each time.
    fine : int
        Cells for every colour that is wanted; 0 for the coarse ones.
    settle : int
        Steps of Lloyd's algorithm on the fine cells.
    polish : int
        Steps on all colours, at most.
    """

    coarse: int
    rounds: int
    steps: int
    fine: int
    settle: int
    polish: int


_STAGES = {
    "fast": _Stage(coarse=0, rounds=0, steps=0, fine=0, settle=8, polish=0),
    "balanced": _Stage(coarse=0, rounds=8, steps=3, fine=160, settle=4, polish=0),
    "high": _Stage(coarse=120, rounds=16, steps=4, fine=320, settle=8, polish=4),
    "best": _Stage(coarse=200, rounds=80, steps=5, fine=640, settle=8, polish=30),
}
_LEAST_FINE = 8192
# With no more colours than this no cluster is left to divide once two are one: further starts are
# tried instead, each followed by so many steps.
_FEW = 2
_FEW_STEPS = 10
# Fine cells for every colour on which palettes are judged where they are not judged on all colours:
# the same in all efforts, so that they can be compared.
_JUDGED = 160


def design(
    histogram: ColorHistogram,
    colors: int,
    *,
    space: ColorSpace,
    init: str,
    effort: str,
    seed: int,
    progress: Progress,
) -> Design:
    """Find the 8-bit colours with the least weighted squared error of all bins, in a space.

    Every effort starts from what the one below it has found, and keeps that unless it finds
    better: more effort is never worse, in sRGB on all colours, in other spaces on the cells that
    stand for them. The start is that of `init`, by default `variance_cut`.

    References
    ----------
    P. R. H. Väänänen, Palette Programming, 2026, chapter 2, with its advice to cluster unique
    colours weighted by their counts. S. P. Lloyd, Least squares quantization in PCM, 1982.
    """
    judge = Exact(histogram) if space.is_srgb else OnCells(histogram, _fine(_JUDGED, colors), space)
    random = np.random.default_rng(seed)
    stages = [_STAGES[name] for name in EFFORTS[: EFFORTS.index(effort) + 1]]
    points = coarse_points(histogram, colors, space)
    centers = first_guess(init, points, colors, random)
    found = judge.polish(rounded(centers, space), colors, 0)
    for number, stage in enumerate(stages):
        report = part(progress, number / len(stages), (number + 1) / len(stages))
        if number:
            centers = space.from_srgb(found.palette).astype(np.float64)
        if stage.coarse:
            points = Points.of(histogram.reduce(stage.coarse * colors), space)
        centers = _improve(histogram, space, points, centers, stage, random, report)
        polished = judge.polish(rounded(centers, space), colors, stage.polish)
        found = min(found, polished, key=lambda measured: measured.error)
        report(1.0)
    return Design(found.palette, found.labels)


def _improve(
    histogram: ColorHistogram,
    space: ColorSpace,
    points: Points,
    centers: Floats,
    stage: _Stage,
    random: np.random.Generator,
    progress: Progress,
) -> Floats:
    """Do what a stage does on cells."""
    if stage.rounds and len(centers) > _FEW:
        centers = search(points, centers, stage.rounds, stage.steps, random, progress)
    elif stage.rounds and len(centers) > 1:
        guesses = (greedy_plus_plus(points, len(centers), random) for _ in range(stage.rounds))
        tried = [lloyd(points, guess, _FEW_STEPS) for guess in (centers, *guesses)]
        centers = min(tried, key=lambda clusters: clusters.error).means
    if stage.fine:
        points = Points.of(histogram.reduce(_fine(stage.fine, len(centers))), space)
    return lloyd(points, centers, stage.settle).means


def _fine(cells: int, colors: int) -> int:
    """Tell how many fine cells to take, for so many a colour."""
    return max(_LEAST_FINE, cells * colors)
