"""Areas: the colours that an image has in large flat areas and in small solid regions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from ..arrays import Bytes
from .flat_areas import find_flat_colors
from .pixels import Pixels
from .solid_regions import find_solid_colors


class Areas(NamedTuple):
    """The colours of areas of one image or of several.

    Attributes
    ----------
    flat : (F, 3) ndarray of uint8
        Those of large flat areas.
    solid : (S, 3) ndarray of uint8
        Those of solid regions, most of them small.
    """

    flat: Bytes
    solid: Bytes


NO_AREAS = Areas(np.zeros((0, 3), np.uint8), np.zeros((0, 3), np.uint8))


def find_areas(image: Pixels) -> Areas:
    """Return the colours of the areas of an image."""
    return Areas(find_flat_colors(image), find_solid_colors(image))


def merge_areas(areas: Iterable[Areas]) -> Areas:
    """Return the colours of the areas of one or more images together."""
    return Areas(
        *(np.unique(np.concatenate(colors), axis=0) for colors in zip(*areas, strict=True))
    )
