"""k-means by scikit-learn, which is loaded at its first use."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ..arrays import Bytes, Floats
from ..errors import MissingPackageError
from ..image.histogram import ColorHistogram
from .base import DesignProblem
from .variance_cut import cut_by_variance, reduce_for_initialization

if TYPE_CHECKING:
    from sklearn.cluster import KMeans, MiniBatchKMeans

# The approximate share of the work that the initialization takes.
_INITIALIZATION_SHARE = 0.1
# The number of random initializations that scikit-learn tries.
_TRIALS = 10


def fit(estimator: str, problem: DesignProblem, **settings: object) -> KMeans | MiniBatchKMeans:
    """Return an estimator fitted to the bins of a histogram, as colours from 0 to 1.

    The problem has at most as many colours as its histogram. The init "auto" is "k-means++". There
    are fewer clusters than colours only where the first guess has fewer. Progress is reported after
    the first guess and at the end, as scikit-learn reports none between.

    Raises
    ------
    MissingPackageError
        If scikit-learn cannot be loaded.
    """
    with _one_thread_and_no_warnings():
        import sklearn.cluster

        histogram, clusters, init = problem.histogram, problem.max_colors, problem.init
        points = histogram.colors / 255.0
        weights = histogram.weights
        initial: str | Floats = "k-means++" if init == "auto" else init
        if init == "k-means++-single":
            initial, _ = sklearn.cluster.kmeans_plusplus(
                points, clusters, sample_weight=weights, n_local_trials=1, random_state=problem.seed
            )
        elif init == "variance-cut":
            unique = ColorHistogram.unique(histogram.colors, weights)
            initial = cut_by_variance(reduce_for_initialization(unique, clusters), clusters) / 255.0
        problem.progress(_INITIALIZATION_SHARE)
        make = getattr(sklearn.cluster, estimator)
        fitted: KMeans | MiniBatchKMeans = make(
            n_clusters=clusters if isinstance(initial, str) else len(initial),
            init=initial,
            n_init=_TRIALS if init == "random" else 1,
            max_iter=100,
            tol=1e-4,
            random_state=problem.seed,
            **settings,
        ).fit(points, sample_weight=weights)
    problem.progress(1.0)
    return fitted


def to_bytes(centers: Floats) -> Bytes:
    """Return (K, 3) centres from 0 to 1 as 8-bit colours."""
    return np.round(centers * 255).clip(0, 255).astype(np.uint8)


@contextlib.contextmanager
def _one_thread_and_no_warnings() -> Iterator[None]:
    """Limit scikit-learn to one thread, and silence its warnings about few distinct colours.

    Threads add their sums in the order in which they finish, so only one thread is deterministic.
    """
    try:
        import sklearn.cluster  # noqa: F401 - to know that it is installed
        from sklearn.exceptions import ConvergenceWarning
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise MissingPackageError(
            f"this method needs scikit-learn, which could not be loaded ({error}); install "
            "it with: pip install scikit-learn",
            "missing-package",
            package="scikit-learn",
        ) from error
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield
