"""How a palette order is declared, and how entries are sorted by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Indices
from ..color.spaces import argsort_by_luminance
from ..registry import Choice

Keys: TypeAlias = NDArray[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Order(Choice):
    """A palette order: entries are sorted by keys, those of equal keys from dark to light.

    Attributes
    ----------
    by_color : callable, optional
        Returns the keys, (K,), of a palette's colours, (K, 3).
    by_pixel : callable, optional
        For an order that depends on an image: returns the keys for the entries of its opaque pixels
        in reading order, (N,), and the number of the palette's entries.
    """

    by_color: Callable[[Bytes], Keys] | None = None
    by_pixel: Callable[[Bytes, int], Keys] | None = None


def argsort_by_keys(colors: Bytes, keys: Keys) -> Indices:
    """Return the order of a palette's entries by keys.

    Parameters
    ----------
    colors : (K, 3) ndarray of uint8
    keys : (K,) ndarray of numbers
        The least comes first. Of equal ones the darkest does; equal colours keep their order.

    Returns
    -------
    (K,) ndarray of intp
        Indices into `colors`.
    """
    dark_first = argsort_by_luminance(colors)
    return dark_first[np.argsort(keys[dark_first], kind="stable")]
