"""The problem that a design algorithm solves, its solution, and how the algorithm is declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes
from ..color.spaces import SPACES, ColorSpace
from ..image.histogram import ColorHistogram
from ..progress import Progress, no_progress
from ..registry import Choice, by_name
from .constraints import UNCONSTRAINED, Constraints

# How long a method searches, from the shortest to the longest.
EFFORTS = by_name(
    [
        Choice(name="fast", label="Fast", summary="no search, only a few steps of k-means"),
        Choice(name="balanced", label="Balanced", summary="a short search"),
        Choice(
            name="high", label="High", summary="a longer search, then final steps on all colours"
        ),
        Choice(name="best", label="Best", summary="the longest search"),
    ]
)
# How a method that improves initial centres chooses them.
INITIALIZATIONS = by_name(
    [
        Choice(
            name="auto", label="Default", summary="`variance-cut` for `kmeans`, else `k-means++`"
        ),
        Choice(
            name="k-means++",
            label="k-means++",
            summary="distant colours, each the best of several candidates",
        ),
        Choice(
            name="k-means++-single",
            label="k-means++ (classic)",
            summary="distant colours, one candidate each (Arthur 2007)",
        ),
        Choice(
            name="random",
            label="Random (best of ten)",
            summary="random pixels, the best of ten draws",
        ),
        Choice(
            name="variance-cut",
            label="Variance cut",
            summary="the palette of the method `variance-cut`",
        ),
    ]
)


@dataclass(frozen=True, eq=False)
class DesignProblem:
    """What a design algorithm is asked for: a palette for a histogram.

    Attributes
    ----------
    histogram : ColorHistogram
        The colours and their weights: more bins than `max_colors`, unless there are constraints.
    max_colors : int
        The greatest number of palette entries, at least 1.
    space : ColorSpace, default sRGB
        Where distances are measured, for methods that support it.
    init : str, default "auto"
        Where the first guess comes from: one of the method's `inits`.
    effort : str, default "balanced"
        One of `EFFORTS`, for methods that support it.
    seed : int, default 0
        Seed of random draws.
    constraints : Constraints, default none
        What the palette has to meet, for methods that support it.
    progress : callable, optional
        Gets fractions from 0 to 1, in ascending order.
    sample : ColorHistogram, optional
        The histogram of a sample of the pixels, for methods that design from it. Then `histogram`
        has all pixels only for an effort that is not among the method's `sampled_efforts`.
    """

    histogram: ColorHistogram
    max_colors: int
    space: ColorSpace = SPACES["srgb"]
    init: str = "auto"
    effort: str = "balanced"
    seed: int = 0
    constraints: Constraints = UNCONSTRAINED
    progress: Progress = no_progress
    sample: ColorHistogram | None = None


class Design(NamedTuple):
    """The palette that a design algorithm returns.

    Attributes
    ----------
    colors : (K, 3) ndarray of uint8
        The palette.
    assignments : (N,) ndarray of integers, or None
        The entry of every bin of the histogram, where the method knows it; None where each is
        to get its nearest entry. With assignments the order of the colours is part of the design.
    """

    colors: Bytes
    assignments: NDArray[np.integer] | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Method(Choice):
    """A design algorithm, as its module declares it.

    Attributes
    ----------
    solve : callable
        Returns the `Design` that solves a `DesignProblem`.
    every_pixel : bool, default False
        Whether the histogram has one bin for every pixel, in reading order, instead of unique
        colours.
    inits : sequence of str, default ("auto",)
        Which of `INITIALIZATIONS` it supports: all if it improves a first guess, else "auto"
        alone.
    is_adaptable : bool, default False
        Whether its palettes are adapted to exact colours and to the dithering that follows. Methods
        that are here for comparison keep the palette that they were published with.
    supports_constraints : bool, default False
        Whether its palettes meet the problem's constraints.
    sampled_efforts : sequence of str, default ()
        The efforts that need only a sample of the pixels of a large image.
    supports_alpha : bool, default False
        Whether it stands for `design_with_alpha` too.
    """

    solve: Callable[[DesignProblem], Design]
    every_pixel: bool = False
    inits: tuple[str, ...] = ("auto",)
    is_adaptable: bool = False
    supports_constraints: bool = False
    sampled_efforts: tuple[str, ...] = ()
    supports_alpha: bool = False
