"""The method `kmeans`: weighted k-means with a global search, on cells and then on all colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from ..arrays import Bytes
from ..image.histogram import ColorHistogram
from ..progress import Progress, subprogress
from .base import EFFORTS, INITS, Design, DesignProblem, Method
from .constraints import Allowed, Rules
from .initialization import first_guess, greedy_plus_plus
from .lloyd import Clusters, Floats, Points, lloyd
from .refine_exact import Exact, Measured
from .refine_reduced import OnCells
from .swap_search import search
from .variance_cut import coarse_points
from .warm_start import keep


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
# Under rules entries become equal, or useless: so many steps at least put them elsewhere.
_RULED_POLISH = 4


def design(problem: DesignProblem) -> Design:
    """Find the 8-bit colours with the least weighted squared error of all bins, in a space.

    Every effort starts from what the one below it has found, and keeps that unless it finds
    better: more effort is never worse, in sRGB on all colours, in other spaces on the cells that
    stand for them. The start is that of `init`, by default `variance_cut`.

    Under rules the same happens where they let centres be. What comes of fewer rules, with the
    others applied to it afterwards, is found as well, and kept if it is better. From an earlier
    palette it begins with the entries that serve no more, as `keep` tells, and leaves the others
    alone.

    References
    ----------
    P. R. H. Väänänen, Palette Programming, 2026, chapter 2, with its advice to cluster unique
    colours weighted by their counts. S. P. Lloyd, Least squares quantization in PCM, 1982.
    """
    efforts = EFFORTS[: EFFORTS.index(problem.effort) + 1]
    allowed = Allowed(problem.space)
    work = _Work(problem.histogram, problem.colors, allowed, problem.init, efforts, problem.seed)
    return _designs(work, problem.constraints, problem.progress)[-1]


METHOD = Method(
    name="kmeans",
    label="k-means",
    summary="our own: k-means with a global search, which has the smallest error",
    position=0,
    design=design,
    inits=INITS,
    dither_aware=True,
    supports_constraints=True,
)


@dataclass(frozen=True, eq=False)
class _Work:
    """What is to be found, and how that is measured."""

    histogram: ColorHistogram
    colors: int
    allowed: Allowed
    init: str
    efforts: Sequence[str]
    seed: int

    @cached_property
    def _judge(self) -> Exact | OnCells:
        if self.allowed.space.is_srgb:
            return Exact(self.histogram, self.allowed)
        return OnCells(self.histogram, _fine(_JUDGED, self.colors), self.allowed)

    def points(self, cells: int) -> Points:
        """Let about so many cells stand for the colours."""
        return Points.of(self.histogram.reduce(cells), self.allowed.space)

    def polish(self, palette: Bytes, steps: int) -> Measured:
        """Measure a palette, after so many steps at most."""
        return self._judge.polish(palette, self.colors, steps)

    def few(self) -> Bytes | None:
        """Give the best palette there can be, if it has no more entries than are wanted."""
        grid = self.allowed.grid
        if len(self.histogram) > self.colors and (grid is None or grid.size > self.colors):
            return None
        palette = self.allowed.nearest_to(self.histogram.colors)
        return palette if len(palette) <= self.colors else None


def _designs(work: _Work, rules: Rules, progress: Progress) -> list[Design]:
    """Give what each effort finds under rules, from the least effort to the most."""
    colors = work.colors
    work = replace(work, allowed=Allowed(work.allowed.space, rules.locked, rules.grid))
    few = work.few() if rules else None
    if few is not None:
        return [Design(few)] * len(work.efforts)
    random = np.random.default_rng(work.seed)
    points = coarse_points(work.histogram, colors, work.allowed.space)
    progress(0.0)
    if rules.start is None:
        centers = first_guess(work.init, points, colors, random, work.allowed)
    else:
        cells = work.points(_fine(_JUDGED, colors))
        allowed, centers = keep(cells, rules.start, colors, work.allowed)
        work = replace(work, allowed=allowed)
    simpler = rules.simpler(colors)
    shares = np.linspace(0, 1, len(simpler) + 2)
    reports = [subprogress(progress, *share) for share in pairwise(shares.tolist())]
    refined = _refined(work, points, centers, random, reports[0])
    rivals: list[list[Bytes]] = []
    for (fewer, count), report in zip(simpler, reports[1:], strict=True):
        designs = _designs(replace(work, colors=count), fewer, report)
        rivals.append([design.colors for design in designs])
    found: list[Measured] = []
    for stage, own in enumerate(refined):
        others = [
            work.polish(work.allowed.nearest_to(rival[stage]), _RULED_POLISH) for rival in rivals
        ]
        found.append(min([*found[-1:], own, *others], key=_error))
    return [Design(one.palette, None if rules else one.labels) for one in found]


def _refined(
    work: _Work,
    points: Points,
    centers: Floats,
    random: np.random.Generator,
    progress: Progress,
) -> list[Measured]:
    """Improve a first guess, (K, 3), effort by effort, and give what each has found."""
    allowed = work.allowed
    stages = [_STAGES[name] for name in work.efforts]
    best = work.polish(allowed.rounded(centers[allowed.count :]), 0)
    progress(0.0)
    found = []
    for number, stage in enumerate(stages):
        report = subprogress(progress, number / len(stages), (number + 1) / len(stages))
        if number:
            centers = allowed.space.from_srgb(best.palette).astype(np.float64)
        if stage.coarse:
            points = work.points(stage.coarse * work.colors)
        centers = _improve(work, points, centers, stage, random, report)
        steps = max(stage.polish, _RULED_POLISH) if allowed.restricts else stage.polish
        polished = work.polish(allowed.rounded(centers[allowed.count :]), steps)
        best = min(best, polished, key=_error)
        found.append(best)
        report(1.0)
    return found


def _improve(
    work: _Work,
    points: Points,
    centers: Floats,
    stage: _Stage,
    random: np.random.Generator,
    progress: Progress,
) -> Floats:
    """Do what a stage does on cells."""
    allowed, count = work.allowed, len(centers)
    if count == allowed.count:
        return centers
    if stage.rounds and count > _FEW:
        centers = search(points, centers, stage.rounds, stage.steps, random, progress, allowed)
    elif stage.rounds and count > 1:
        guesses = (greedy_plus_plus(points, count, random, allowed) for _ in range(stage.rounds))
        tried = [lloyd(points, guess, _FEW_STEPS, allowed) for guess in (centers, *guesses)]
        centers = min(tried, key=_error).centers
    if stage.fine:
        points = work.points(_fine(stage.fine, len(centers)))
    return lloyd(points, centers, stage.settle, allowed).centers


def _fine(cells: int, colors: int) -> int:
    """Tell how many fine cells to take, for so many a colour."""
    return max(_LEAST_FINE, cells * colors)


def _error(found: Measured | Clusters) -> float:
    return found.error
