"""Orders: which entry of a palette comes first.

An order is a function that gives every entry a key; the entries are sorted by it, those of equal
keys from dark to light. Some look at the colours alone, others at the picture in them. To add one,
write its function and a line in `BY_COLOR` or `BY_PIXEL`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, pack, unpack
from ..color.spaces import SPACES, argsort_by_luminance
from .shortest_path import find_short_path

Keys: TypeAlias = NDArray[Any]
Entries: TypeAlias = NDArray[np.intp]

# Colours of less chroma in Oklab are greys. It is how far apart colours are there that can just be
# told from each other (CSS Color Module Level 4, 2022, on gamut mapping).
_GREY = 0.02
# Pixels are looked at in strips, of which NumPy makes eight bytes a pixel.
_STRIP = 1 << 16


def arranged(colors: Bytes, keys: Keys) -> Entries:
    """Sort a palette's entries by keys.

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


def counts(pixels: Bytes, entries: int) -> NDArray[np.int64]:
    """Count the pixels of every entry.

    Parameters
    ----------
    pixels : (N,) ndarray of uint8
        The entries of the opaque pixels.
    entries : int
        How many entries there are.

    Returns
    -------
    (entries,) ndarray of int64
    """
    total = np.zeros(entries, np.int64)
    for _, strip in _strips(pixels):
        total += np.bincount(strip, minlength=entries)
    return total


def _kept(colors: Bytes) -> Keys:
    """As they are."""
    return np.arange(len(colors))


def _luminance(colors: Bytes) -> Keys:
    """From dark to light."""
    return np.zeros(len(colors))


def _hue(colors: Bytes) -> Keys:
    """Greys first, then from red over yellow, green and blue to purple."""
    _, a, b = _oklab(colors).T
    return np.where(np.hypot(a, b) < _GREY, -1, np.degrees(np.arctan2(b, a)) % 360)


def _tour(colors: Bytes) -> Keys:
    """From the darkest colour on a short path through all of them."""
    packed, which = np.unique(pack(colors), return_inverse=True)
    dark_first = argsort_by_luminance(unpack(packed))
    path = dark_first[find_short_path(_oklab(unpack(packed[dark_first])))]
    return np.argsort(path)[which]


def _popularity(pixels: Bytes, entries: int) -> Keys:
    """From the one of most pixels to the one of fewest."""
    return -counts(pixels, entries)


def _appearance(pixels: Bytes, entries: int) -> Keys:
    """As the pixels meet them; those that no pixel has come last."""
    places = np.full(entries, len(pixels))
    for start, strip in _strips(pixels):
        found, first = np.unique(strip, return_index=True)
        places[found] = np.minimum(places[found], start + first)
    return places


def _oklab(colors: Bytes) -> NDArray[np.float64]:
    """Give Oklab's own coordinates, L from 0 to 1: (K, 3)."""
    space = SPACES["oklab"]
    return space.from_srgb(colors).astype(np.float64) / space.scale


def _strips(pixels: Bytes) -> Iterator[tuple[int, Bytes]]:
    """Give strips of pixels and where they start."""
    for start in range(0, len(pixels), _STRIP):
        yield start, pixels[start : start + _STRIP]


# By the colours, (K, 3).
BY_COLOR: dict[str, Callable[[Bytes], Keys]] = {
    "kept": _kept,
    "luminance": _luminance,
    "hue": _hue,
    "tour": _tour,
}
# By the entries of the opaque pixels in reading order, (N,), of a palette of so many.
BY_PIXEL: dict[str, Callable[[Bytes, int], Keys]] = {
    "popularity": _popularity,
    "appearance": _appearance,
}
ORDERS = (*BY_COLOR, *BY_PIXEL)
