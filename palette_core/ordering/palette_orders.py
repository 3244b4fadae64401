"""The built-in palette orders."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Floats, pack, unpack
from ..color.spaces import SPACES, argsort_by_luminance
from .base import Keys, Order
from .shortest_path import find_short_path

# Colours of less chroma in Oklab are greys. This distance is just noticeable (CSS Color Module
# Level 4, 2022, on gamut mapping).
_GREY = 0.02
# Pixels are processed in strips, because NumPy needs eight bytes per pixel for them.
_STRIP = 1 << 16


def count_pixels(pixels: Bytes, palette_size: int) -> NDArray[np.int64]:
    """Count the pixels of every entry of a palette: from the entries of pixels, (N,), to (K,)."""
    total = np.zeros(palette_size, np.int64)
    for _, strip in _strips(pixels):
        total += np.bincount(strip, minlength=palette_size)
    return total


def _hue(colors: Bytes) -> Keys:
    """Return keys that sort greys first, then red, yellow, green, blue and purple."""
    _, a, b = _oklab(colors).T
    return np.where(np.hypot(a, b) < _GREY, -1, np.degrees(np.arctan2(b, a)) % 360)


def _tour(colors: Bytes) -> Keys:
    """Return keys that follow a short path through all colours, from the darkest one on."""
    packed, which = np.unique(pack(colors), return_inverse=True)
    dark_first = argsort_by_luminance(unpack(packed))
    path = dark_first[find_short_path(_oklab(unpack(packed[dark_first])))]
    return np.argsort(path)[which]


def _appearance(pixels: Bytes, palette_size: int) -> Keys:
    """Return keys that sort by the first pixel of each colour; unused colours come last."""
    places = np.full(palette_size, len(pixels))
    for start, strip in _strips(pixels):
        found, first = np.unique(strip, return_index=True)
        places[found] = np.minimum(places[found], start + first)
    return places


def _oklab(colors: Bytes) -> Floats:
    """Return Oklab's own coordinates, L from 0 to 1: (K, 3)."""
    space = SPACES["oklab"]
    return space.from_srgb(colors).astype(np.float64) / space.scale


def _strips(pixels: Bytes) -> Iterator[tuple[int, Bytes]]:
    """Iterate over strips of pixels and their start indices."""
    for start in range(0, len(pixels), _STRIP):
        yield start, pixels[start : start + _STRIP]


ORDERS = (
    Order(
        name="kept",
        label="Automatic",
        summary="locked colours first, then dark to light; a starting palette keeps its indices",
        position=0,
        by_color=lambda colors: np.arange(len(colors)),
    ),
    Order(
        name="luminance",
        label="Dark to light",
        summary="dark to light",
        position=1,
        by_color=lambda colors: np.zeros(len(colors)),  # entries of equal keys go dark to light
    ),
    Order(
        name="hue",
        label="Hue",
        summary="greys first, then red, yellow, green, blue and purple",
        position=2,
        by_color=_hue,
    ),
    Order(
        name="tour",
        label="Similar entries adjacent",
        summary="similar colours next to each other",
        position=3,
        by_color=_tour,
    ),
    Order(
        name="popularity",
        label="Most used first",
        summary="colours with the most pixels first",
        position=4,
        by_pixel=lambda pixels, palette_size: -count_pixels(pixels, palette_size),
    ),
    Order(
        name="appearance",
        label="Order of appearance",
        summary="as colours appear in the image, from the top left",
        position=5,
        by_pixel=_appearance,
    ),
)
