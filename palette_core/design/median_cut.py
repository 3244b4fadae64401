"""The method `median-cut`: boxes with about as many pixels each."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from ..arrays import Bytes
from .base import Design, DesignProblem, Method
from .lloyd import Floats
from .refine_exact import rounded


def design(problem: DesignProblem) -> Design:
    """Cut the box of the most pixels at its median until there are enough; take the means.

    Heckbert wants every entry to stand for about as many pixels, so the box that is cut next is
    the one of the largest weight among those of more than one colour, and no share of it goes to
    its size or its error.

    References
    ----------
    P. Heckbert, Color image quantization for frame buffer display, SIGGRAPH 1982.
    """
    planes = [plane.copy() for plane in problem.histogram.colors.T]
    boxes = [_Box.of(planes, problem.histogram.weights)]
    single: list[_Box] = []  # boxes of one colour
    while boxes and len(boxes) + len(single) < problem.colors:
        problem.progress((len(boxes) + len(single)) / problem.colors)
        box = heapq.heappop(boxes)
        for half in box.halves():
            if any(half.sides):
                heapq.heappush(boxes, half)
            else:
                single.append(half)
    problem.progress(1.0)
    return Design(rounded(np.array([box.mean() for box in boxes + single])))


METHOD = Method(
    name="median-cut",
    label="Median cut",
    summary="Heckbert's algorithm of 1982: boxes with about as many pixels each",
    position=3,
    design=design,
)


@dataclass(frozen=True, eq=False)
class _Box:
    """Colours, and the box that is as narrow as they allow.

    Attributes
    ----------
    planes : list of 3 (N,) ndarray of uint8
        The channels of its colours.
    weights : (N,) ndarray of float64
        Their weights.
    weight : float
        The sum of these.
    low : list of 3 int
        The least values of the channels.
    sides : list of 3 int
        The largest, less the least.
    """

    planes: list[Bytes]
    weights: Floats
    weight: float
    low: list[int]
    sides: list[int]

    @classmethod
    def of(cls, planes: list[Bytes], weights: Floats) -> _Box:
        """Measure the box around colours."""
        low = [int(plane.min()) for plane in planes]
        sides = [int(plane.max()) - least for plane, least in zip(planes, low, strict=True)]
        return cls(planes, weights, float(weights.sum()), low, sides)

    def __lt__(self, other: _Box) -> bool:
        """Put the heavier box first."""
        return self.weight > other.weight

    def halves(self) -> list[_Box]:
        """Cut it across its longest side, where the weights of both halves differ least."""
        axis = self.sides.index(max(self.sides))
        plane, low = self.planes[axis], self.low[axis]
        upto = np.bincount(plane - np.uint8(low), self.weights).cumsum()
        near = plane <= low + np.abs(2 * upto[:-1] - self.weight).argmin()
        # Masks are faster on one plane after the other than on all three at once.
        return [
            _Box.of([plane[half] for plane in self.planes], self.weights[half])
            for half in (near, ~near)
        ]

    def mean(self) -> list[float]:
        """Give the weighted mean of its colours."""
        return [float((plane * self.weights).sum()) / self.weight for plane in self.planes]
