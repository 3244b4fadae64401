"""Areas: the colours that an image has in large flat areas and in small solid regions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from ..arrays import Bytes, Mask, Packed, pack, unpack
from .pixels import Pixels

# A colour is flat if this share of its pixels is inside, with the same colour on all four sides.
# The squares of pixel art have this share from 4 x 4 pixels on. Thin strokes of letters have less.
_INSIDE_SHARE = 0.25
# A colour with a smaller share of the pixels is no flat area.
_AREA_SHARE = 0.005
# A colour with fewer pixels inside solid regions is a speck: a share of the image, and at least.
_MIN_SHARE = 0.0003
_MIN_PIXELS = 8
# In large images about this many pixels are looked at, in evenly distributed rows.
_MAX_FLAT_PIXELS = 1 << 18
_MAX_SOLID_PIXELS = 1 << 17


class Areas(NamedTuple):
    """The colours of areas of one image or of several."""

    flat: Bytes  # (F, 3), those of large flat areas
    solid: Bytes  # (S, 3), those of solid regions, most of them small


NO_AREAS = Areas(np.zeros((0, 3), np.uint8), np.zeros((0, 3), np.uint8))


def find_areas(image: Pixels) -> Areas:
    """Return the colours of the areas of an image. Loose colours have none."""
    if len(image.shape) != 2 or min(image.shape) < 3:
        return NO_AREAS
    return Areas(_find_flat_colors(image), _find_solid_colors(image))


def merge_areas(areas: Iterable[Areas]) -> Areas:
    """Return the colours of the areas of one or more images together."""
    return Areas(
        *(np.unique(np.concatenate(colors), axis=0) for colors in zip(*areas, strict=True))
    )


class _Neighbors(NamedTuple):
    """Pixels as packed colours, with those on their four sides: (rows, W - 2) each."""

    inner: Packed
    left: Packed
    right: Packed
    above: Packed
    below: Packed
    is_opaque: Mask | bool


def _read_neighbors(image: Pixels, max_pixels: int) -> _Neighbors:
    """Return the pixels that are not at the border, from some rows of a large image."""
    height, width = image.shape
    rows = np.arange(1, height - 1, 1 + height * width // max_pixels)
    above, here, below = (
        pack(image.rgb[rows + offset]).reshape(len(rows), width) for offset in (-1, 0, 1)
    )
    is_opaque = True if image.opaque is None else image.opaque[rows, 1:-1]
    inner, left, right = here[:, 1:-1], here[:, :-2], here[:, 2:]
    return _Neighbors(inner, left, right, above[:, 1:-1], below[:, 1:-1], is_opaque)


def _find_flat_colors(image: Pixels) -> Bytes:
    """Return the colours of flat areas that have at least 0.5 % of an image: (F, 3) uint8."""
    inner, left, right, above, below, is_opaque = _read_neighbors(image, _MAX_FLAT_PIXELS)
    is_inside = (inner == left) & (inner == right) & (inner == above) & (inner == below)
    is_inside &= is_opaque
    colors, inside = np.unique(inner[is_inside], return_counts=True)
    least = _AREA_SHARE * inner.size
    flat = []
    for color, count in zip(colors.tolist(), inside.tolist(), strict=True):
        if count >= _INSIDE_SHARE * least:
            pixels = np.count_nonzero(inner == color)
            if pixels >= least and count >= _INSIDE_SHARE * pixels:
                flat.append(color)
    return unpack(np.array(flat, np.uint32))


def _find_solid_colors(image: Pixels) -> Bytes:
    """Return the colours of solid regions that have at least 0.03 % of an image: (S, 3) uint8.

    A pixel is inside a solid region if it equals both neighbours in its row, or both in its column.
    It also equals one of its other two neighbours, or is not between them in all channels. So the
    thin strokes of letters are solid. Noise and the mixes of colours along edges are not.
    """
    inner, left, right, above, below, is_opaque = _read_neighbors(image, _MAX_SOLID_PIXELS)
    is_inside = _find_runs(inner, (left, right), (above, below))
    is_inside |= _find_runs(inner, (above, below), (left, right))
    is_inside &= is_opaque
    colors, inside = np.unique(inner[is_inside], return_counts=True)
    return unpack(colors[inside >= max(_MIN_PIXELS, _MIN_SHARE * inner.size)])


def _find_runs(inner: Packed, along: tuple[Packed, Packed], across: tuple[Packed, Packed]) -> Mask:
    """Return which pixels equal both neighbours along a run, and are no mix of those across it."""
    is_run: Mask = (inner == along[0]) & (inner == along[1])
    is_thin = is_run & (inner != across[0]) & (inner != across[1])
    colors, one, other = (unpack(plane[is_thin]) for plane in (inner, *across))
    is_between = (np.minimum(one, other) <= colors) & (colors <= np.maximum(one, other))
    is_run[is_thin] = ~is_between.all(axis=1)
    return is_run
