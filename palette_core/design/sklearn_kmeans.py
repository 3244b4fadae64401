"""The method `sklearn-kmeans`: the book's script (Palette Programming, section 2.2)."""

from __future__ import annotations

from .base import INITS, Design, DesignProblem, Method
from .sklearn_fit import fit, to_bytes


def design(problem: DesignProblem) -> Design:
    """Run the script on one bin a pixel, in picture order.

    The script's random draws depend on that order, and its picture takes each pixel's cluster
    rather than the nearest of the rounded colours, so the labels come with the palette. The
    script's own `init` is "k-means++"; the others are those that the book's section names.
    """
    fitted = fit("KMeans", problem, algorithm="lloyd")
    return Design(to_bytes(fitted.cluster_centers_), fitted.labels_)


METHOD = Method(
    name="sklearn-kmeans",
    label="k-means (scikit-learn)",
    summary="the script of the book, to the letter: scikit-learn's k-means on all pixels",
    position=4,
    design=design,
    every_pixel=True,
    inits=INITS,
)
