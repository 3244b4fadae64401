"""The method `sklearn-minibatch`: k-means on small batches, by scikit-learn."""

from __future__ import annotations

import numpy as np

from .base import INITIALIZATIONS, Design, DesignProblem, Method
from .sklearn_fit import fit, to_bytes

# The number of colours in a batch. With scikit-learn's default of 1024 the means of 256 clusters
# stay noisy, and more than this takes longer without being better.
_BATCH = 4096


def solve(problem: DesignProblem) -> Design:
    """Return the means of clusters of the unique colours, drawn by their weights.

    Drawing weighted colours is like drawing pixels, but from a smaller table and independent of the
    order of the pixels. Older releases of scikit-learn draw evenly and weight the step instead, so
    that their palettes differ. Centres with few pixels are not reassigned: scikit-learn would move
    them to random colours, which in images with flat areas have a centre already, so that most of
    the palette would be lost.

    References
    ----------
    P. R. H. Väänänen, Palette Programming, 2026, section 2.2, which names the class.
    D. Sculley, Web-scale k-means clustering, WWW 2010.
    """
    fitted = fit(
        "MiniBatchKMeans", problem, batch_size=_BATCH, reassignment_ratio=0.0, compute_labels=False
    )
    return Design(np.unique(to_bytes(fitted.cluster_centers_), axis=0))


METHOD = Method(
    name="sklearn-minibatch",
    label="Mini-batch k-means (scikit-learn)",
    summary="scikit-learn's mini-batch k-means on unique colours",
    position=5,
    solve=solve,
    inits=tuple(INITIALIZATIONS),
)
