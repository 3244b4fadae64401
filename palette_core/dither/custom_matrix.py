"""The threshold matrix of the user's for ordered dithering, such as a grey image."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Floats
from ..errors import OptionError

# It is no choice of the registry, because it needs a matrix.
CUSTOM: Final = "custom"
_MAX_SIDE = 256


@dataclass(frozen=True)
class ThresholdMatrix:
    """A threshold matrix as a value, which can be compared and cannot be changed."""

    shape: tuple[int, int]  # the height and the width
    # The levels row by row. Only their order matters.
    levels: tuple[float, ...] = field(repr=False)

    def thresholds(self) -> Floats:
        """Return thresholds between 0 and 1, (h, w), evenly spread.

        A threshold is the share of the pixels with a lower level, plus half of that with an equal
        one. So a matrix of any levels keeps the mean colour.
        """
        _, positions, counts = np.unique(self.levels, return_inverse=True, return_counts=True)
        shares = (np.cumsum(counts) - counts / 2) / len(self.levels)
        return shares[positions].reshape(self.shape)


def threshold_matrix(name: str, value: ThresholdMatrix | ArrayLike) -> ThresholdMatrix:
    """Return a threshold matrix from an array of levels.

    Raises
    ------
    OptionError
        If it is not a matrix of at most 256 x 256 numbers.
    """
    if isinstance(value, ThresholdMatrix):
        return value
    try:
        levels = np.asarray(value, np.float64)
    except (TypeError, ValueError):  # other objects, or lists of unequal lengths
        levels = np.empty(0)
    if levels.ndim != 2 or not levels.size or not np.isfinite(levels).all():
        raise OptionError(f"`{name}` must be a matrix of numbers; use an array of shape (h, w)")
    height, width = levels.shape
    if max(height, width) > _MAX_SIDE:
        raise OptionError(
            f"`{name}` is {width} x {height}, but can be at most {_MAX_SIDE} x {_MAX_SIDE}; use a "
            "smaller one"
        )
    return ThresholdMatrix((height, width), tuple(levels.ravel().tolist()))
