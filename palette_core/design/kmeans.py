"""The method `kmeans`: weighted k-means with a swap search, on reduced and exact histograms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from ..arrays import Bytes, Floats
from ..color.spaces import ColorSpace
from ..image.histogram import ColorHistogram
from ..progress import Progress, subprogress
from .base import EFFORTS, INITIALIZATIONS, Design, DesignProblem, Method
from .constraints import UNCONSTRAINED, Constraints, FeasibleSet
from .initialization import draw_plus_plus, initialize_centers
from .lloyd import Clustering, Points, run_lloyd
from .refine_exact import EvaluatedPalette, ExactRefiner
from .refine_reduced import ReducedRefiner
from .swap_search import search_swaps
from .variance_cut import reduce_for_initialization
from .warm_start import retain_entries


@dataclass(frozen=True)
class _Budget:
    """What an effort adds to the effort below it.

    The swap search works on few points of a reduced histogram, Lloyd's algorithm on more points.
    """

    search_points: int  # points per colour for the search; 0 for those of the initialization
    # The rounds of the search, and the steps of Lloyd's algorithm after each.
    rounds: int
    steps: int
    lloyd_points: int  # points per colour for Lloyd's algorithm; 0 for those of the search
    lloyd_steps: int  # the steps of Lloyd's algorithm on these points
    refine_steps: int  # the greatest number of steps on all colours


_BUDGETS = {
    "fast": _Budget(0, 0, 0, 0, lloyd_steps=8, refine_steps=0),
    "balanced": _Budget(0, 8, 3, 160, lloyd_steps=4, refine_steps=0),
    "high": _Budget(120, 16, 4, 320, lloyd_steps=8, refine_steps=4),
    "best": _Budget(200, 80, 5, 640, lloyd_steps=8, refine_steps=30),
}
# With many colours a swap changes little, so that fewer points and steps are enough.
_MANY_COLORS = 128
_BUDGETS_OF_MANY = _BUDGETS | {"best": _Budget(100, 60, 3, 640, lloyd_steps=8, refine_steps=12)}
_MIN_POINTS = 8192
# With this number of colours or fewer, no cluster is left to divide after a merger. Instead of
# swaps, further initializations are tried, each followed by this number of steps.
_FEW_COLORS = 2
_FEW_COLORS_STEPS = 10
# Points per colour on which palettes are evaluated, unless they are evaluated on all colours. The
# number is the same for all efforts, so that their errors can be compared.
_EVALUATION_POINTS = 160
# These efforts need only a sample of a large image. Their palettes are compared on this part of it,
# in pixels. One is better on all pixels too if the errors differ by this many standard errors.
_SAMPLED_EFFORTS = ("fast", "balanced")
_COMPARED = 1 << 16
_SURE = 5.0
# Constraints can make entries equal or useless. At least this many steps move them elsewhere.
_CONSTRAINED_STEPS = 4


def solve(problem: DesignProblem) -> Design:
    """Return the 8-bit colours with the least weighted squared error of all bins, in a space.

    Every effort starts from the result of the effort below it, and keeps this result unless it
    improves it. So more effort is never worse: in sRGB on all colours, in other spaces on the
    points of a reduced histogram. The first effort starts from `init`, by default "variance-cut".

    Under constraints, the centres stay feasible. Palettes for weaker constraints, with the left out
    constraint applied afterwards, are designed too and used if they are better. With a starting
    palette, `retain_entries` finds the entries that do not change.

    If there is a sample, the first two efforts use it in place of the histogram, without
    constraints. There an effort keeps the result of the effort below unless the improvement is
    significant, more than five standard errors. Further efforts continue on all colours.

    References
    ----------
    P. R. H. Väänänen, Palette Programming, 2026, chapter 2, with its advice to cluster unique
    colours weighted by their counts. S. P. Lloyd, Least squares quantization in PCM, 1982.
    """
    names = tuple(EFFORTS)
    efforts = names[: names.index(problem.effort) + 1]
    task = _Task(
        problem.histogram,
        problem.max_colors,
        FeasibleSet(problem.space),
        problem.init,
        efforts,
        problem.seed,
    )
    if problem.sample is not None:
        return _design_from_sample(task, problem.sample, problem.progress)
    return _design_efforts(task, problem.constraints, problem.progress)[-1]


METHOD = Method(
    name="kmeans",
    label="k-means",
    summary="k-means with a global search: the smallest error",
    position=0,
    solve=solve,
    inits=tuple(INITIALIZATIONS),
    is_adaptable=True,
    supports_constraints=True,
    sampled_efforts=_SAMPLED_EFFORTS,
    supports_alpha=True,
)


@dataclass(frozen=True, eq=False)
class _Task:
    """A design problem with its feasible centres and the efforts to run."""

    histogram: ColorHistogram
    max_colors: int
    feasible: FeasibleSet
    init: str
    efforts: Sequence[str]
    seed: int
    is_sample: bool = False

    @property
    def space(self) -> ColorSpace:
        """The space in which distances are measured."""
        return self.feasible.space

    @cached_property
    def _refiner(self) -> ExactRefiner | ReducedRefiner:
        if self.space.is_srgb:
            histogram = self.histogram.thin(_COMPARED) if self.is_sample else self.histogram
            return ExactRefiner(histogram, self.feasible)
        count = _lloyd_points(_EVALUATION_POINTS, self.max_colors)
        return ReducedRefiner(self.histogram, count, self.feasible)

    @cached_property
    def initial_points(self) -> Points:
        """The points for the initialization."""
        return reduce_for_initialization(self.histogram, self.max_colors, self.space)

    def reduce(self, count: int) -> Points:
        """Return about this number of points that represent the histogram."""
        return Points.from_histogram(self.histogram.reduce(count), self.space)

    def refine(self, palette: Bytes, steps: int) -> EvaluatedPalette:
        """Return a palette with its error, after at most this number of steps."""
        return self._refiner.refine(palette, self.max_colors, steps)

    def choose(self, best: EvaluatedPalette, other: EvaluatedPalette) -> EvaluatedPalette:
        """Return the better one of two palettes; on a sample the first if it is not certain."""
        gain = best.squared_error - other.squared_error
        if not self.is_sample:
            return other if gain > 0 else best
        variance = (np.square(best.errors - other.errors) / self._refiner.weights).sum()
        return other if gain > _SURE * np.sqrt(variance) else best

    def complete_palette(self) -> Bytes | None:
        """Return the palette with an entry for every colour; None if it is too large."""
        grid = self.feasible.grid
        if len(self.histogram) > self.max_colors and (grid is None or grid.size > self.max_colors):
            return None
        palette = self.feasible.nearest_palette(self.histogram.colors)
        return palette if len(palette) <= self.max_colors else None


def _design_from_sample(task: _Task, sample: ColorHistogram, progress: Progress) -> Design:
    """Return the design of the last effort, of which the first ones use a sample."""
    efforts = [name for name in task.efforts if name in _SAMPLED_EFFORTS]
    later = task.efforts[len(efforts) :]
    share = len(efforts) / len(task.efforts)
    sampled = replace(task, histogram=sample, efforts=efforts, is_sample=True)
    report = subprogress(progress, 0.0, share)
    palette = _design_efforts(sampled, UNCONSTRAINED, report)[-1].colors
    if not later:
        return Design(palette)
    task = replace(task, efforts=later)
    centers = task.space.from_srgb(palette).astype(np.float64)
    random = np.random.default_rng(task.seed)
    result = _refine_efforts(task, centers, random, subprogress(progress, share, 1.0))[-1]
    return Design(result.palette, result.assignments)


def _design_efforts(task: _Task, constraints: Constraints, progress: Progress) -> list[Design]:
    """Return the designs of all efforts under constraints, from the least effort to the most."""
    max_colors = task.max_colors
    feasible = FeasibleSet(task.space, constraints.locked, constraints.grid)
    task = replace(task, feasible=feasible)
    complete = task.complete_palette() if constraints else None
    if complete is not None:
        return [Design(complete)] * len(task.efforts)
    random = np.random.default_rng(task.seed)
    progress(0.0)
    if constraints.start is None:
        centers = initialize_centers(task.init, task.initial_points, max_colors, random, feasible)
    else:
        points_to_retain = task.reduce(_lloyd_points(_EVALUATION_POINTS, max_colors))
        feasible, centers = retain_entries(
            points_to_retain, constraints.start, max_colors, feasible, constraints.change_penalty
        )
        task = replace(task, feasible=feasible)
    relaxations = constraints.relaxations(max_colors)
    shares = np.linspace(0, 1, len(relaxations) + 2)
    reports = [subprogress(progress, *share) for share in pairwise(shares.tolist())]
    refined = _refine_efforts(task, centers, random, reports[0])
    relaxed: list[list[Bytes]] = []
    for (weaker, count), report in zip(relaxations, reports[1:], strict=True):
        designs = _design_efforts(replace(task, max_colors=count), weaker, report)
        relaxed.append([design.colors for design in designs])
    results: list[EvaluatedPalette] = []
    for number, own in enumerate(refined):
        alternatives = [
            task.refine(task.feasible.nearest_palette(palettes[number]), _CONSTRAINED_STEPS)
            for palettes in relaxed
        ]
        results.append(min([*results[-1:], own, *alternatives], key=_error))
    return [
        Design(result.palette, None if constraints else result.assignments) for result in results
    ]


def _refine_efforts(
    task: _Task, centers: Floats, random: np.random.Generator, progress: Progress
) -> list[EvaluatedPalette]:
    """Return initial centres, (K, 3), improved effort by effort."""
    feasible = task.feasible
    budgets_of = _BUDGETS_OF_MANY if task.max_colors >= _MANY_COLORS else _BUDGETS
    budgets = [budgets_of[name] for name in task.efforts]
    best: EvaluatedPalette | None = None
    # With more colours than points, Lloyd's algorithm always improves an initialization.
    if feasible.is_restricted or len(task.histogram) <= _MIN_POINTS:
        best = task.refine(feasible.round_to_palette(centers[feasible.locked_count :]), 0)
    progress(0.0)
    results = []
    for number, budget in enumerate(budgets):
        report = subprogress(progress, number / len(budgets), (number + 1) / len(budgets))
        if number and best is not None:
            centers = feasible.space.from_srgb(best.palette).astype(np.float64)
        points = (
            task.reduce(budget.search_points * task.max_colors)
            if budget.search_points
            else task.initial_points
        )
        centers = _improve_centers(task, points, centers, budget, random, report)
        steps = budget.refine_steps
        if feasible.is_restricted:
            steps = max(steps, _CONSTRAINED_STEPS)
        palette = feasible.round_to_palette(centers[feasible.locked_count :])
        refined = task.refine(palette, steps)
        best = refined if best is None else task.choose(best, refined)
        results.append(best)
        report(1.0)
    return results


def _improve_centers(
    task: _Task,
    points: Points,
    centers: Floats,
    budget: _Budget,
    random: np.random.Generator,
    progress: Progress,
) -> Floats:
    """Return centres improved on reduced histograms, within a budget."""
    feasible, count = task.feasible, len(centers)
    if count == feasible.locked_count:
        return centers
    if budget.rounds and count > _FEW_COLORS:
        centers = search_swaps(
            points, centers, budget.rounds, budget.steps, random, progress, feasible
        )
    elif budget.rounds and count > 1:
        drawn = (draw_plus_plus(points, count, random, feasible) for _ in range(budget.rounds))
        tried = [run_lloyd(points, c, _FEW_COLORS_STEPS, feasible) for c in (centers, *drawn)]
        centers = min(tried, key=_error).centers
    if budget.lloyd_points:
        points = task.reduce(_lloyd_points(budget.lloyd_points, len(centers)))
    return run_lloyd(points, centers, budget.lloyd_steps, feasible).centers


def _lloyd_points(points_per_color: int, max_colors: int) -> int:
    """Return the number of points for Lloyd's algorithm."""
    return max(_MIN_POINTS, points_per_color * max_colors)


def _error(result: EvaluatedPalette | Clustering) -> float:
    return result.squared_error
