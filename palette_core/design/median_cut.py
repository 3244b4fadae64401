"""The method `median-cut`: boxes with about as many pixels each."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from ..arrays import Bytes, Floats
from .base import Design, DesignProblem, Method
from .constraints import ALL_COLORS


def solve(problem: DesignProblem) -> Design:
    """Return the means of boxes that are cut at their medians, the box of most pixels first.

    Every entry should represent about the same number of pixels. So the box of the largest weight
    is cut next, whatever its size or its error is. Boxes of one colour are not cut.

    References
    ----------
    P. Heckbert, Color image quantization for frame buffer display, SIGGRAPH 1982.
    """
    planes = [plane.copy() for plane in problem.histogram.colors.T]
    boxes = [_Box.around(planes, problem.histogram.weights)]
    single: list[_Box] = []  # boxes of one colour
    while boxes and len(boxes) + len(single) < problem.max_colors:
        problem.progress((len(boxes) + len(single)) / problem.max_colors)
        box = heapq.heappop(boxes)
        for half in box.halves():
            if any(half.sides):
                heapq.heappush(boxes, half)
            else:
                single.append(half)
    problem.progress(1.0)
    return Design(ALL_COLORS.round_to_palette(np.array([box.mean() for box in boxes + single])))


METHOD = Method(
    name="median-cut",
    label="Median cut",
    summary="Heckbert 1982: splits the fullest box at its median",
    position=3,
    solve=solve,
)


@dataclass(frozen=True, eq=False)
class _Box:
    """Colours and their bounding box."""

    planes: list[Bytes]  # 3 of (N,), the channels of its colours
    weights: Floats  # (N,), their weights
    weight: float  # their sum
    low: list[int]  # the least level of each channel
    sides: list[int]  # the greatest level less the least

    @classmethod
    def around(cls, planes: list[Bytes], weights: Floats) -> _Box:
        """Return the bounding box of colours."""
        low = [int(plane.min()) for plane in planes]
        sides = [int(plane.max()) - least for plane, least in zip(planes, low, strict=True)]
        return cls(planes, weights, float(weights.sum()), low, sides)

    def __lt__(self, other: _Box) -> bool:
        """Return whether the box is heavier, so that heavy boxes come first."""
        return self.weight > other.weight

    def halves(self) -> list[_Box]:
        """Return the halves across the longest side with the least difference in weight."""
        axis = self.sides.index(max(self.sides))
        plane, low = self.planes[axis], self.low[axis]
        cumulative = np.bincount(plane - np.uint8(low), self.weights).cumsum()
        is_near = plane <= low + np.abs(2 * cumulative[:-1] - self.weight).argmin()
        # Selecting from one plane after the other is faster than from all three at once.
        return [
            _Box.around([plane[half] for plane in self.planes], self.weights[half])
            for half in (is_near, ~is_near)
        ]

    def mean(self) -> list[float]:
        """Return the weighted mean of the colours."""
        return [float((plane * self.weights).sum()) / self.weight for plane in self.planes]
