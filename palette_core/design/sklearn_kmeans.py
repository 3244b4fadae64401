"""The method `sklearn-kmeans`: the book's script (Palette Programming, section 2.2)."""

from __future__ import annotations

from ..color.spaces import ColorSpace
from ..image.histogram import ColorHistogram
from ..progress import Progress
from .base import Design
from .constraints import FREE, Rules
from .sklearn_fit import fit, to_bytes


def design(
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
    """Run the script on one bin a pixel, in picture order; `effort` changes nothing here.

    The script's random draws depend on that order, and its picture takes each pixel's cluster
    rather than the nearest of the rounded colours, so the labels come with the palette. The
    script's own `init` is "k-means++"; the others are those that the book's section names.
    """
    del space, effort, rules  # the script has one, and knows none
    fitted = fit(
        "KMeans", histogram, colors, init=init, seed=seed, progress=progress, algorithm="lloyd"
    )
    return Design(to_bytes(fitted.cluster_centers_), fitted.labels_)
