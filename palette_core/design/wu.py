"""The method `wu`: boxes of a coarse histogram, cut where the squared error falls most."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from ..arrays import Floats
from ..image.histogram import ColorHistogram
from .base import Design, DesignProblem, Method
from .constraints import ALL_COLORS
from .lloyd import sum_by_label

# The number of bins along each channel, as in Wu's programs. Twice as many lower the error by a few
# per cent at 256 colours, not at 16 or 64, and take eight times the memory.
_SIDE = 32
# A part of a box whose share of the weight is below this counts as empty, because differences of
# sums are not exact with fractional weights.
_EMPTY = 1e-12


def solve(problem: DesignProblem) -> Design:
    """Return the means of boxes that are cut where the squared error falls most.

    The box of the largest squared error is cut next. Sums over a box are computed from cumulative
    sums at its corners. The bins span the bounding box of the colours.

    References
    ----------
    X. Wu, Efficient statistical computations for optimal color quantization, Graphics Gems II,
    1991. X. Wu, Color quantization by dynamic programming and principal analysis, ACM
    Transactions on Graphics 11, 1992.
    """
    moments = _Moments(problem.histogram)
    boxes = [moments.box((0, 0, 0), (_SIDE,) * 3)]
    uncut: list[_Box] = []  # boxes of one bin
    while boxes and len(boxes) + len(uncut) < problem.max_colors:
        problem.progress((len(boxes) + len(uncut)) / problem.max_colors)
        box = heapq.heappop(boxes)
        halves = moments.halves(box)
        for half in halves:
            heapq.heappush(boxes, half)
        if not halves:
            uncut.append(box)
    problem.progress(1.0)
    return Design(ALL_COLORS.round_to_palette(np.array([box.mean for box in boxes + uncut])))


METHOD = Method(
    name="wu",
    label="Wu",
    summary="Wu 1991: splits boxes to reduce the squared error most",
    position=2,
    solve=solve,
)


@dataclass(frozen=True, eq=False)
class _Box:
    """A box of bins that contains colours."""

    # The first bin along each channel, and the one after the last.
    low: tuple[int, ...]
    high: tuple[int, ...]
    mean: Floats  # (3,), the weighted mean of its colours
    squared_error: float  # the weighted sum of their squared distances to it

    def __lt__(self, other: _Box) -> bool:
        """Return whether the error is larger, so that boxes of large errors come first."""
        return self.squared_error > other.squared_error


class _Moments:
    """The cumulative moments of a histogram over a grid of bins."""

    def __init__(self, histogram: ColorHistogram) -> None:
        planes = histogram.colors.T.astype(np.intp)
        low = planes.min(axis=1, keepdims=True)
        bins = (planes - low) * _SIDE // (planes.max(axis=1, keepdims=True) - low + 1)
        keys = np.ravel_multi_index(tuple(bins), (_SIDE,) * 3)
        # With integer weights these are integers below 2^53, so that the sums are exact.
        moments = (1, *planes, np.square(planes).sum(axis=0))
        table = np.zeros((_SIDE + 1,) * 3 + (len(moments),))
        for number, moment in enumerate(moments):
            added = sum_by_label(keys, histogram.weights * moment, _SIDE**3)
            table[1:, 1:, 1:, number] = added.reshape((_SIDE,) * 3)
        for axis in range(3):
            np.cumsum(table, axis=axis, out=table)
        # A view for each channel, which is its first axis.
        self._tables = [np.moveaxis(table, axis, 0) for axis in range(3)]
        self._min_weight = _EMPTY * histogram.weights.sum()

    def box(self, low: tuple[int, ...], high: tuple[int, ...]) -> _Box:
        """Return a box with its mean and its error."""
        weight, *sums, squares = self._cumulate(low, high, 0)[-1]
        mean = np.array(sums) / weight
        return _Box(low, high, mean, float(squares - weight * np.square(mean).sum()))

    def halves(self, box: _Box) -> list[_Box]:
        """Return the halves of the best cut; none if all colours are in one bin."""
        best, best_cut = 0.0, None
        for axis in range(3):
            cumulative = self._cumulate(box.low, box.high, axis)
            near, far = cumulative[:-1], cumulative[-1] - cumulative[:-1]
            has_both = (near[:, 0] > self._min_weight) & (far[:, 0] > self._min_weight)
            # A cut does not change the sum of squares, so the error falls by the rise of this sum.
            gains = sum(
                np.square(side[:, 1:4]).sum(axis=1) / np.where(has_both, side[:, 0], 1)
                for side in (near, far)
            )
            gains = np.where(has_both, gains, 0)
            if gains.max(initial=0) > best:
                best, best_cut = gains.max(), (axis, box.low[axis] + 1 + int(gains.argmax()))
        if best_cut is None:
            return []
        axis, cut = best_cut
        middle_high = (*box.high[:axis], cut, *box.high[axis + 1 :])
        middle_low = (*box.low[:axis], cut, *box.low[axis + 1 :])
        return [self.box(box.low, middle_high), self.box(middle_low, box.high)]

    def _cumulate(self, low: tuple[int, ...], high: tuple[int, ...], axis: int) -> Floats:
        """Return the cumulative moments of a box along a channel, (bins, moments)."""
        one, other = (channel for channel in range(3) if channel != axis)
        slab = self._tables[axis][low[axis] : high[axis] + 1]
        sums = slab[:, high[one], high[other]] - slab[:, low[one], high[other]]
        sums -= slab[:, high[one], low[other]] - slab[:, low[one], low[other]]
        cumulative: Floats = sums[1:] - sums[0]
        return cumulative
