"""Palette design: from a colour histogram to K colours.

One algorithm a module, each with a `design` function of the `Designer` protocol. To add one,
write its module and a line in `METHODS`.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import kmeans, median_cut, sklearn_kmeans, sklearn_minibatch, variance_cut, wu
from .base import EFFORTS, INITS, Design, Designer
from .constraints import Rules
from .dither_aware import for_dithering

__all__ = ["EFFORTS", "INITS", "METHODS", "Design", "Designer", "Method", "Rules", "for_dithering"]


@dataclass(frozen=True)
class Method:
    """A design algorithm and what it wants to see.

    Attributes
    ----------
    design : Designer
        The algorithm.
    every_pixel : bool, default False
        Whether it wants one bin for every pixel, in picture order, instead of unique colours.
    inits : tuple of str, default ("auto",)
        Which of `INITS` it takes: all of them if it improves a first guess, else "auto" alone.
    for_dithering : bool, default False
        Whether its palettes are moved for the dithering that follows: those of a method that is
        here to be compared with stay as it makes them.
    ruled : bool, default False
        Whether it can keep to `Rules`.
    """

    design: Designer
    every_pixel: bool = False
    inits: tuple[str, ...] = ("auto",)
    for_dithering: bool = False
    ruled: bool = False


METHODS = {
    "kmeans": Method(kmeans.design, inits=INITS, for_dithering=True, ruled=True),
    "variance-cut": Method(variance_cut.design),
    "wu": Method(wu.design),
    "median-cut": Method(median_cut.design),
    "sklearn-kmeans": Method(sklearn_kmeans.design, every_pixel=True, inits=INITS),
    "sklearn-minibatch": Method(sklearn_minibatch.design, inits=INITS),
}
