"""The method `wu`: boxes of a grid, cut where the squared error falls most."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from ..image.histogram import ColorHistogram
from .base import Design, DesignProblem, Method
from .lloyd import Floats, add_up
from .refine_exact import rounded

# How many cells the grid has along each channel, as in Wu's programs. Twice as many are better by a
# few per cent at 256 colours, not at 16 or 64, and take eight times the memory.
_SIDE = 32
# A part of a box whose weight is below this share of all is empty: with weights that are no whole
# numbers the differences of sums are not exact.
_EMPTY = 1e-12


def design(problem: DesignProblem) -> Design:
    """Cut the box of the largest squared error where that falls most; take the means.

    Sums over any box of the grid come from the cumulative sums at its corners. The grid spans the
    colours that there are, which for most pictures are those of the whole cube.

    References
    ----------
    X. Wu, Efficient statistical computations for optimal color quantization, Graphics Gems II,
    1991. X. Wu, Color quantization by dynamic programming and principal analysis, ACM
    Transactions on Graphics 11, 1992.
    """
    grid = _Grid(problem.histogram)
    boxes = [grid.box((0, 0, 0), (_SIDE,) * 3)]
    whole: list[_Box] = []  # boxes that cannot be cut
    while boxes and len(boxes) + len(whole) < problem.colors:
        problem.progress((len(boxes) + len(whole)) / problem.colors)
        box = heapq.heappop(boxes)
        halves = grid.halves(box)
        for half in halves:
            heapq.heappush(boxes, half)
        if not halves:
            whole.append(box)
    problem.progress(1.0)
    return Design(rounded(np.array([box.mean for box in boxes + whole])))


METHOD = Method(
    name="wu",
    label="Wu's boxes",
    summary="Wu's algorithm of 1991: cuts boxes where the squared error falls most",
    position=2,
    design=design,
)


@dataclass(frozen=True, eq=False)
class _Box:
    """A box of cells that holds colours.

    Attributes
    ----------
    low, high : tuple of 3 int
        The first cell along each channel, and the one behind the last.
    mean : (3,) ndarray of float64
        The weighted mean of its colours.
    error : float
        The weighted sum of their squared distances to it.
    """

    low: tuple[int, ...]
    high: tuple[int, ...]
    mean: Floats
    error: float

    def __lt__(self, other: _Box) -> bool:
        """Put the box of the larger error first."""
        return self.error > other.error


class _Grid:
    """The moments of a histogram, added up over a grid.

    Parameters
    ----------
    histogram : ColorHistogram
    """

    def __init__(self, histogram: ColorHistogram) -> None:
        planes = histogram.colors.T.astype(np.intp)
        low = planes.min(axis=1, keepdims=True)
        cells = (planes - low) * _SIDE // (planes.max(axis=1, keepdims=True) - low + 1)
        keys = np.ravel_multi_index(tuple(cells), (_SIDE,) * 3)
        # Whole numbers below 2^53 as long as the weights are whole: the sums are exact.
        moments = (1, *planes, np.square(planes).sum(axis=0))
        table = np.zeros((_SIDE + 1,) * 3 + (len(moments),))
        for number, moment in enumerate(moments):
            added = add_up(keys, histogram.weights * moment, _SIDE**3)
            table[1:, 1:, 1:, number] = added.reshape((_SIDE,) * 3)
        for axis in range(3):
            np.cumsum(table, axis=axis, out=table)
        # One view for each channel, with that in front and the others in their order.
        self._tables = [np.moveaxis(table, axis, 0) for axis in range(3)]
        self._least = _EMPTY * histogram.weights.sum()

    def box(self, low: tuple[int, ...], high: tuple[int, ...]) -> _Box:
        """Measure a box."""
        weight, *sums, squares = self._upto(low, high, 0)[-1]
        mean = np.array(sums) / weight
        return _Box(low, high, mean, float(squares - weight * np.square(mean).sum()))

    def halves(self, box: _Box) -> list[_Box]:
        """Cut a box where the squared error falls most; nothing if its colours are in one cell."""
        best, place = 0.0, None
        for axis in range(3):
            upto = self._upto(box.low, box.high, axis)
            near, far = upto[:-1], upto[-1] - upto[:-1]
            both = (near[:, 0] > self._least) & (far[:, 0] > self._least)
            # The squares are the same before and after: the error falls by what this sum gains.
            gains = sum(
                np.square(side[:, 1:4]).sum(axis=1) / np.where(both, side[:, 0], 1)
                for side in (near, far)
            )
            gains = np.where(both, gains, 0)
            if gains.max(initial=0) > best:
                best, place = gains.max(), (axis, box.low[axis] + 1 + int(gains.argmax()))
        if place is None:
            return []
        axis, cut = place
        middle_high = (*box.high[:axis], cut, *box.high[axis + 1 :])
        middle_low = (*box.low[:axis], cut, *box.low[axis + 1 :])
        return [self.box(box.low, middle_high), self.box(middle_low, box.high)]

    def _upto(self, low: tuple[int, ...], high: tuple[int, ...], axis: int) -> Floats:
        """Add up a box's moments from its first cell on along a channel: (cells, moments)."""
        one, other = (channel for channel in range(3) if channel != axis)
        slab = self._tables[axis][low[axis] : high[axis] + 1]
        sums = slab[:, high[one], high[other]] - slab[:, low[one], high[other]]
        sums -= slab[:, high[one], low[other]] - slab[:, low[one], low[other]]
        upto: Floats = sums[1:] - sums[0]
        return upto
