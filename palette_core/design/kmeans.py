"""The method `kmeans`: weighted k-means with a global search, on cells and then on all colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..histogram import ColorHistogram
from ..progress import Progress, part
from .base import EFFORTS, Design
from .clusters import Floats, Points, lloyd
from .exact import Exact, rounded
from .search import search
from .starts import first_guess
from .variance_cut import CELLS_A_COLOR, LEAST_CELLS


@dataclass(frozen=True)
class _Stage:
    """What one effort adds to the one below it.

    For every colour that is wanted `cells` stand for the colours of the picture. On these the
    search moves centres in `rounds`, each followed by `steps` of Lloyd's algorithm; at the end come
    at most `polish` steps on all colours.
    """

    cells: int
    rounds: int
    steps: int
    polish: int


_STAGES = {
    "fast": _Stage(cells=CELLS_A_COLOR, rounds=0, steps=6, polish=0),
    "balanced": _Stage(cells=CELLS_A_COLOR, rounds=10, steps=3, polish=1),
    "high": _Stage(cells=120, rounds=16, steps=4, polish=4),
    "best": _Stage(cells=200, rounds=80, steps=5, polish=30),
}
# Steps of Lloyd's algorithm on the cells after the search.
_SETTLE = 8


def design(
    histogram: ColorHistogram,
    colors: int,
    *,
    init: str,
    effort: str,
    seed: int,
    progress: Progress,
) -> Design:
    """Find the 8-bit colours with the least weighted squared sRGB error of all bins.

    Every effort starts from what the one below it has found, and keeps that unless it finds
    better: more effort is never worse. The start is that of `init`, by default `variance_cut`.

    References
    ----------
    P. R. H. Väänänen, Palette Programming, 2026, chapter 2, with its advice to cluster unique
    colours weighted by their counts. S. P. Lloyd, Least squares quantization in PCM, 1982.
    """
    exact = Exact(histogram)
    random = np.random.default_rng(seed)
    stages = [_STAGES[name] for name in EFFORTS[: EFFORTS.index(effort) + 1]]
    points = _points(histogram, stages[0], colors)
    centers = first_guess(init, points, colors, random)
    found = exact.polish(rounded(centers), colors, 0)
    for number, stage in enumerate(stages):
        report = part(progress, number / len(stages), (number + 1) / len(stages))
        if number and stage.cells != stages[number - 1].cells:
            points = _points(histogram, stage, colors)
        if number:
            centers = found.palette.astype(np.float64)
        centers = _improve(points, centers, stage, random, report)
        polished = exact.polish(rounded(centers), colors, stage.polish)
        found = min(found, polished, key=lambda measured: measured.error)
        report(1.0)
    return Design(found.palette)


def _points(histogram: ColorHistogram, stage: _Stage, colors: int) -> Points:
    """Give the points that a stage works on."""
    return Points.of(histogram.reduce(max(LEAST_CELLS, stage.cells * colors)))


def _improve(
    points: Points,
    centers: Floats,
    stage: _Stage,
    random: np.random.Generator,
    progress: Progress,
) -> Floats:
    """Do what a stage does on the cells."""
    if stage.rounds and len(centers) > 1:
        centers = search(points, centers, stage.rounds, stage.steps, random, progress)
    return lloyd(points, centers, _SETTLE)[0]
