"""Neutrals: a grey stays grey where the palette has greys, in spaces that do not see to it.

In Oklab vivid colours are close to greys: #ff0000 is nearer to #808080 than black and white are. So
an entry with a hue costs neutral colours something beside its distance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .spaces import ColorSpace

Whole = NDArray[np.float64]

# All of these are in Oklab's own unit, in which black and white are 1 apart.
# A colour of this chroma or more is not neutral at all.
_NOT_NEUTRAL = 0.04
# An entry of less chroma than the first is a neutral one, an entry of the second or more has a hue.
# What has a hue is not neutral, so that every entry is nearest to its own colour.
_NEUTRAL_ENTRY, _HUE = 0.02, 0.05
# Entries spread over all colours are about as far apart as this, divided by the cube root of their
# number. No grey may be farther from a neutral entry.
_SPACING = 1.15
# A hue costs greys so much, as a squared distance, for each unit of chroma beyond the second. On
# palettes of few vivid colours greys then get no more hues than CIEDE2000 gives them.
_PRICE, _FREE = 1.15, 0.03
# Neutrality is a whole number of these parts.
_STEPS_OF_ONE = 256


def measure_neutrality(squared_chroma: NDArray[np.float64], space: ColorSpace, steps: int) -> Whole:
    """Return how neutral colours are.

    Parameters
    ----------
    squared_chroma : (N,) ndarray of float64
        In squared steps.
    space : ColorSpace
    steps : int
        How many steps a unit of the space has.

    Returns
    -------
    (N,) ndarray of float64
        Whole numbers: 256 for greys, less the more chroma a colour has, 0 from a chroma of 0.04 on.
    """
    share = 1 - squared_chroma / (_NOT_NEUTRAL * space.scale * steps) ** 2
    whole: Whole = np.rint(np.maximum(share, 0) * _STEPS_OF_ONE)
    return whole


def hue_penalties(entries: NDArray[np.float64], space: ColorSpace, steps: int) -> Whole:
    """Return what the hues of palette entries cost neutral colours.

    Parameters
    ----------
    entries : (K, 3) ndarray of float64
        Coordinates in steps.
    space : ColorSpace
    steps : int
        How many steps a unit of the space has.

    Returns
    -------
    (K,) ndarray of float64
        Whole numbers. Times the neutrality of a colour they are what is added to its squared
        distance from the entry, in squared steps. 0 for neutral entries; and for all entries where
        the space needs no help or the palette does not tell neutrals from hues.
    """
    unit = space.scale * steps
    chroma = np.hypot(entries[:, 1], entries[:, 2]) / unit
    if not (
        space.needs_neutral_protection and _tells_neutrals_from_hues(entries, chroma, space, unit)
    ):
        return np.zeros(len(entries))
    cost = _PRICE * np.where(chroma < _HUE, 0, chroma - _FREE)
    # Neutral entries are farther away where differences in lightness count more.
    whole: Whole = np.rint(cost * (unit * space.lightness_weight) ** 2 / _STEPS_OF_ONE)
    return whole


def _tells_neutrals_from_hues(
    entries: NDArray[np.float64], chroma: NDArray[np.float64], space: ColorSpace, unit: float
) -> bool:
    """Return whether a palette has neutrals for all greys, and nothing between them and hues.

    Entries between the two are those of palettes found in pictures. There the plain distance is
    better: a tint that is hardly seen for the right lightness.
    """
    neutral = chroma < _NEUTRAL_ENTRY
    if not neutral.any() or (~neutral & (chroma < _HUE)).any():
        return False
    lightness = np.sort(entries[neutral, 0]) / (unit * space.lightness_weight)
    farthest = max(lightness[0], 1 - lightness[-1], *np.diff(lightness) / 2)
    return bool(farthest <= _SPACING / np.cbrt(len(np.unique(entries, axis=0))))
