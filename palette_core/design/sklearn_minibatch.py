"""The method `sklearn-minibatch`: k-means on small draws, by scikit-learn."""

from __future__ import annotations

import numpy as np

from .base import INITS, Design, DesignProblem, Method
from .sklearn_fit import fit, to_bytes

# How many colours each step draws. With scikit-learn's own 1024 the means of 256 clusters stay
# noisy, and more than this takes longer without being better.
_BATCH = 4096


def design(problem: DesignProblem) -> Design:
    """Cluster the unique colours, drawn by their weights.

    Draws from weighted colours are draws from all pixels, made from a smaller table, and they do
    not depend on the order of the pixels. (Older releases of scikit-learn draw evenly and weigh
    the step, so that their palettes differ.) What remains of the work on all pixels is the mapping,
    which is the pipeline's. Centres with few pixels are kept: scikit-learn would put them on
    colours of the next draw, which in pictures with flat areas are those that have a centre, so
    that most of the palette would be lost.

    References
    ----------
    P. R. H. Väänänen, Palette Programming, 2026, section 2.2, which names the class.
    D. Sculley, Web-scale k-means clustering, WWW 2010.
    """
    fitted = fit(
        "MiniBatchKMeans",
        problem,
        batch_size=_BATCH,
        reassignment_ratio=0.0,
        compute_labels=False,
    )
    return Design(np.unique(to_bytes(fitted.cluster_centers_), axis=0))


METHOD = Method(
    name="sklearn-minibatch",
    label="Mini-batch k-means (scikit-learn)",
    summary="what the book names for large images: scikit-learn's k-means on small draws",
    position=5,
    design=design,
    inits=INITS,
)
