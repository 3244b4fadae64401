"""Protection of neutral colours: greys stay grey where the palette has greys.

In Oklab vivid colours are close to greys: #ff0000 is nearer to #808080 than black and white are.
For neutral colours, palette entries with a hue therefore get a penalty on top of their distance.
"""

from __future__ import annotations

import numpy as np

from ..arrays import Floats
from .spaces import ColorSpace

# All chroma and distances here are in Oklab's own unit, in which black and white are 1 apart.
# The neutrality of a colour falls to 0 at this chroma.
_NEUTRAL_CHROMA = 0.04
# An entry is neutral below the first chroma and has a hue from the second on. The second is above
# _NEUTRAL_CHROMA, so that every entry is nearest to its own colour.
_NEUTRAL_ENTRY, _HUE = 0.02, 0.05
# Evenly distributed entries are about this far apart, divided by the cube root of their number.
# Greys must not be farther than this from a neutral entry.
_SPACING = 1.15
# The penalty, a squared distance, for each unit of chroma above the second value. With it, palettes
# of few vivid colours give greys no more hues than CIEDE2000 does.
_PENALTY_PER_CHROMA, _PENALTY_FREE_CHROMA = 1.15, 0.03
# Neutrality is a whole number of steps, this many for 1.
_STEPS_OF_ONE = 256


def measure_neutrality(squared_chroma: Floats, space: ColorSpace, steps: int) -> Floats:
    """Return the neutrality of colours with these squares of their chroma, (N,), in squared steps.

    It is a whole number from 256 for greys down to 0 for a chroma of 0.04 or more. The space has
    `steps` per unit.
    """
    share = 1 - squared_chroma / (_NEUTRAL_CHROMA * space.scale * steps) ** 2
    whole: Floats = np.rint(np.maximum(share, 0) * _STEPS_OF_ONE)
    return whole


def hue_penalties(entries: Floats, space: ColorSpace, steps: int) -> Floats:
    """Return the penalties of palette entries with a hue for neutral colours, (K, 3) to (K,).

    They are whole numbers; entries are given in steps, of which the space has `steps` per unit. The
    penalty times the neutrality of a colour is added to its squared distance from the entry, in
    squared steps. The penalty is 0 for neutral entries. It is 0 for all entries if the space needs
    no protection, or if the palette has no clear neutrals.
    """
    unit = space.scale * steps
    chroma = np.hypot(entries[:, 1], entries[:, 2]) / unit
    if not (space.needs_neutral_protection and _has_clear_neutrals(entries, chroma, space, unit)):
        return np.zeros(len(entries))
    penalty = _PENALTY_PER_CHROMA * np.where(chroma < _HUE, 0, chroma - _PENALTY_FREE_CHROMA)
    # Neutral entries are farther away where differences in lightness count more.
    whole: Floats = np.rint(penalty * (unit * space.lightness_weight) ** 2 / _STEPS_OF_ONE)
    return whole


def _has_clear_neutrals(entries: Floats, chroma: Floats, space: ColorSpace, unit: float) -> bool:
    """Return whether a palette has neutrals near all greys, and no entries between them and hues.

    Palettes designed for an image have entries in between. For them the plain distance is better:
    an invisible tint is a good price for the right lightness.
    """
    is_neutral = chroma < _NEUTRAL_ENTRY
    if not is_neutral.any() or (~is_neutral & (chroma < _HUE)).any():
        return False
    lightness = np.sort(entries[is_neutral, 0]) / (unit * space.lightness_weight)
    farthest = max(lightness[0], 1 - lightness[-1], *np.diff(lightness) / 2)
    return bool(farthest <= _SPACING / np.cbrt(len(np.unique(entries, axis=0))))
