"""Colour histograms: what the palette designers see of a picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .pixels import Bytes, pack, unpack


@dataclass(frozen=True, eq=False)
class ColorHistogram:
    """Colours with weights.

    Attributes
    ----------
    colors : (N, 3) ndarray of uint8
        sRGB colours, one a bin.
    weights : (N,) ndarray of int64
        How many pixels each bin stands for.
    """

    colors: Bytes
    weights: NDArray[np.int64]

    @classmethod
    def unique(cls, rgb: Bytes) -> ColorHistogram:
        """Count the unique colours, ordered by red, then green, then blue.

        Parameters
        ----------
        rgb : (M, 3) ndarray of uint8
        """
        ordered = np.sort(pack(rgb))  # much faster than np.unique over rows
        first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        return cls(unpack(ordered[first]), np.diff(first, append=ordered.size))

    @classmethod
    def every_pixel(cls, rgb: Bytes) -> ColorHistogram:
        """Give every pixel a bin of its own, in picture order.

        Parameters
        ----------
        rgb : (M, 3) ndarray of uint8
        """
        return cls(rgb, np.ones(len(rgb), np.int64))

    def __len__(self) -> int:
        """Count the bins."""
        return len(self.colors)
