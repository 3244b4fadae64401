"""What every design algorithm takes and gives."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes
from ..color.spaces import ColorSpace
from ..image.histogram import ColorHistogram
from ..progress import Progress
from .constraints import FREE, Rules

# How hard a designer tries, from the least to the most.
EFFORTS = ("fast", "balanced", "high", "best")
# Where a method that improves a first guess of the centres takes it from; "auto" is its own way.
INITS = ("auto", "k-means++", "k-means++-single", "random", "variance-cut")


class Design(NamedTuple):
    """What a designer gives.

    Attributes
    ----------
    colors : (K, 3) ndarray of uint8
        The palette.
    labels : (N,) ndarray of integers, or None
        The entry of every bin of the histogram, where the method knows it; None where each is
        to get its nearest entry. With labels the order of the colours is part of the design.
    """

    colors: Bytes
    labels: NDArray[np.integer] | None = None


class Designer(Protocol):
    """A design algorithm."""

    def __call__(
        self,
        histogram: ColorHistogram,
        colors: int,
        *,
        space: ColorSpace,
        init: str,
        effort: str,
        seed: int,
        progress: Progress,
        rules: Rules = FREE,
    ) -> Design:
        """Find at most `colors` colours for a histogram that has more bins than that.

        `space` is where distances are measured, for the methods that can choose, and `rules` are
        what the colours have to keep to, for those that can.
        """
