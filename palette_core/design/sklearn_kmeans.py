"""The method `sklearn-kmeans`: the book's script (Palette Programming, section 2.2)."""

from __future__ import annotations

from .base import INITIALIZATIONS, Design, DesignProblem, Method
from .sklearn_fit import fit, to_bytes


def solve(problem: DesignProblem) -> Design:
    """Return the palette of the book's script, from one bin per pixel in reading order.

    The random draws of the script depend on this order. Its image gives each pixel its cluster
    rather than the nearest rounded colour, so the assignments are returned with the palette. The
    `init` of the script is "k-means++"; the others are those that the section of the book mentions.
    """
    fitted = fit("KMeans", problem, algorithm="lloyd")
    return Design(to_bytes(fitted.cluster_centers_), fitted.labels_)


METHOD = Method(
    name="sklearn-kmeans",
    label="k-means (scikit-learn)",
    summary="scikit-learn's k-means on all pixels",
    position=4,
    solve=solve,
    every_pixel=True,
    inits=tuple(INITIALIZATIONS),
)
