"""The linear systems whose solutions are the best entries."""

from __future__ import annotations

import numpy as np

from ..arrays import Floats

_TINY = np.finfo(float).tiny


def solve(matrix: Floats, sums: Floats, entries: Floats, locked: int, steps: int) -> Floats:
    """Return the best entries; locked entries, and those that nothing depends on, stay.

    Parameters
    ----------
    matrix : (K, K) ndarray of float64
        Symmetric, and positive definite but for entries whose row is 0.
    sums : (K, D) ndarray of float64
        The right side of the system.
    entries : (K, D) ndarray of float64
        The entries before, the locked ones first.
    """
    is_free = matrix.diagonal() > 0
    is_free[:locked] = False
    # The contribution of the other entries is known.
    sums = sums[is_free] - matrix[np.ix_(is_free, ~is_free)] @ entries[~is_free]
    best = entries.copy()
    best[is_free] = _solve(matrix[np.ix_(is_free, is_free)], sums, entries[is_free], steps)
    return best


def _solve(matrix: Floats, sums: Floats, start: Floats, steps: int) -> Floats:
    """Return the solution of ``matrix @ entries = sums`` by preconditioned conjugate gradients.

    LAPACK would use threads, which change the last digits and take much more time.
    """
    scale = 1 / np.diag(matrix)[:, np.newaxis]
    entries = start.copy()
    residual = sums - matrix @ entries
    direction = scale * residual
    size = (residual * direction).sum(axis=0)
    for _ in range(steps):
        product = matrix @ direction
        step = size / np.maximum((direction * product).sum(axis=0), _TINY)
        entries += step * direction
        residual -= step * product
        scaled = scale * residual
        before, size = size, (residual * scaled).sum(axis=0)
        direction = scaled + size / np.maximum(before, _TINY) * direction
    return entries
