"""k-means by scikit-learn, loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..errors import MissingPackageError
from ..pixels import Bytes

if TYPE_CHECKING:
    from sklearn.cluster import KMeans


def fit_kmeans(
    points: NDArray[np.float64],
    clusters: int,
    *,
    n_init: int,
    max_iter: int,
    seed: int,
    sample_weight: NDArray[np.int64] | None = None,
) -> KMeans:
    """Run k-means++ and Lloyd's algorithm on (N, 3) points, colours from 0 to 1."""
    try:
        from sklearn.cluster import KMeans
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise MissingPackageError(
            f"this method needs scikit-learn, which could not be loaded ({error}); "
            "install it with: pip install scikit-learn"
        ) from error
    kmeans = KMeans(
        n_clusters=clusters,
        init="k-means++",
        n_init=n_init,
        max_iter=max_iter,
        tol=1e-4,
        random_state=seed,
        algorithm="lloyd",
    )
    # Threads add up their sums in the order in which they finish: one gives the same every time.
    with threadpool_limits(limits=1):
        return kmeans.fit(points, sample_weight=sample_weight)


def to_bytes(centers: NDArray[np.float64]) -> Bytes:
    """Round (K, 3) centres from 0..1 to 8-bit colours."""
    return np.round(centers * 255).clip(0, 255).astype(np.uint8)
