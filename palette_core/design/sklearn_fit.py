"""k-means by scikit-learn, loaded when it is first used."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes
from ..errors import MissingPackageError
from ..image.histogram import ColorHistogram
from .base import DesignProblem
from .variance_cut import coarse_points, variance_cut

if TYPE_CHECKING:
    from sklearn.cluster import KMeans, MiniBatchKMeans

# Which share of the work is done with the first guess, roughly.
_GUESSED = 0.1
# How many random guesses scikit-learn tries.
_GUESSES = 10


def fit(estimator: str, problem: DesignProblem, **settings: object) -> KMeans | MiniBatchKMeans:
    """Cluster the bins of a problem's histogram, as colours from 0 to 1.

    Parameters
    ----------
    estimator : {"KMeans", "MiniBatchKMeans"}
        The class of scikit-learn's that does it.
    problem : DesignProblem
        With at most as many colours as its histogram has. The init "auto" is "k-means++". Progress
        is reported after the first guess and at the end, as scikit-learn reports none between.
    **settings
        More arguments of the class.

    Returns
    -------
    KMeans or MiniBatchKMeans
        Fitted. It has fewer clusters than wanted only where the first guess has.

    Raises
    ------
    MissingPackageError
        If scikit-learn cannot be loaded.
    """
    with _one_thread_and_no_warnings():
        import sklearn.cluster

        histogram, clusters, init = problem.histogram, problem.colors, problem.init
        points = histogram.colors / 255.0
        weights = histogram.weights
        guess: str | NDArray[np.float64] = "k-means++" if init == "auto" else init
        if init == "k-means++-single":
            guess, _ = sklearn.cluster.kmeans_plusplus(
                points, clusters, sample_weight=weights, n_local_trials=1, random_state=problem.seed
            )
        elif init == "variance-cut":
            guess = _variance_cut(histogram, clusters)
        problem.progress(_GUESSED)
        make = getattr(sklearn.cluster, estimator)
        fitted: KMeans | MiniBatchKMeans = make(
            n_clusters=clusters if isinstance(guess, str) else len(guess),
            init=guess,
            n_init=_GUESSES if init == "random" else 1,
            max_iter=100,
            tol=1e-4,
            random_state=problem.seed,
            **settings,
        ).fit(points, sample_weight=weights)
    problem.progress(1.0)
    return fitted


def to_bytes(centers: NDArray[np.float64]) -> Bytes:
    """Round (K, 3) centres from 0..1 to 8-bit colours."""
    return np.round(centers * 255).clip(0, 255).astype(np.uint8)


@contextlib.contextmanager
def _one_thread_and_no_warnings() -> Iterator[None]:
    """Load scikit-learn and let it work on one thread, without a word of few distinct colours.

    Threads add up their sums in the order in which they finish: one gives the same every time.
    """
    try:
        import sklearn.cluster  # noqa: F401 - to know that it is there
        from sklearn.exceptions import ConvergenceWarning
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise MissingPackageError(
            f"this method needs scikit-learn, which could not be loaded ({error}); "
            "install it with: pip install scikit-learn"
        ) from error
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield


def _variance_cut(histogram: ColorHistogram, clusters: int) -> NDArray[np.float64]:
    """Give the centres that the method `variance-cut` finds, from 0 to 1, before rounding."""
    unique = ColorHistogram.unique(histogram.colors, histogram.weights)
    return variance_cut(coarse_points(unique, clusters), clusters) / 255.0
