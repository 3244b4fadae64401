"""Palette design: from a colour histogram to K colours.

One algorithm a module, each with a `design` function of the `Designer` protocol. To add one,
write its module and a line in `METHODS`.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import kmeans, sklearn_kmeans, variance_cut
from .base import EFFORTS, Design, Designer

__all__ = ["EFFORTS", "METHODS", "Design", "Designer", "Method"]


@dataclass(frozen=True)
class Method:
    """A design algorithm and what it wants to see.

    Attributes
    ----------
    design : Designer
        The algorithm.
    every_pixel : bool, default False
        Whether it wants one bin for every pixel, in picture order, instead of unique colours.
    """

    design: Designer
    every_pixel: bool = False


METHODS = {
    "kmeans": Method(kmeans.design),
    "variance-cut": Method(variance_cut.design),
    "sklearn-kmeans": Method(sklearn_kmeans.design, every_pixel=True),
}
