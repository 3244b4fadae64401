"""Dithering: entries mixed side by side for the colours between them.

A module declares one or several entries as `DITHERS`. A new one is a new module in this folder.
"""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Mask
from ..image.pixels import scatter
from ..mapping.lookup_table import find_unique_colors, look_up_block, make_membership_table
from ..mapping.nearest_entry import NearestEntryFinder
from ..progress import Progress, subprogress
from ..registry import discover
from .adaptive import find_flat_pixels
from .base import Dither

__all__ = ["DITHERS", "Dither", "dithered"]

# How many pixels are looked at in one go for one that the palette does not hold.
_STRIP = 1 << 16

DITHERS = discover(__name__, "DITHERS", Dither)


def dithered(
    rgb: Bytes,
    finder: NearestEntryFinder,
    name: str,
    *,
    strength: float,
    adaptive: bool,
    opaque: Mask | None,
    seen: Mask | None = None,
    unique_colors: Bytes | None,
    progress: Progress,
) -> Bytes:
    """Put a picture into palette colours.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8, or (N, 3) where `name` is "none"
    finder : NearestEntryFinder
        The palette and the space.
    name : str
        As in `DITHERS`.
    strength : float
        0 to 1; with 0 every pixel gets its nearest entry.
    adaptive : bool
        Whether calm areas are left undithered: `find_flat_pixels` tells which.
    opaque : (H, W) ndarray of bool, or None
        Which pixels are opaque; None where all are.
    seen : (H, W) ndarray of bool, optional
        Which pixels have a part in anything, `opaque` unless given: of dithered alpha all that are
        half-transparent. Where opaque pixels are apart, errors could not get from one to the next
        without those between them.
    unique_colors : (N, 3) ndarray of uint8, optional
        The unique colours of the opaque pixels where they are known.
    progress : callable
        Gets fractions from 0 to 1.

    Returns
    -------
    (H, W) ndarray of uint8, or (N,)
        Indices into the palette, 0 where a pixel is transparent.
    """
    visible = rgb if opaque is None else rgb[opaque]
    if name == "none" or strength == 0 or _holds_all(finder.palette, visible):
        return scatter(finder.map_pixels(visible, unique_colors, progress), opaque)
    if seen is not None:
        unique_colors = None  # there are more
    else:
        seen = opaque
    if seen is not None:
        # A colour that is in the picture, so that there is a table's entry for it.
        rgb = np.where(seen[..., np.newaxis], rgb, visible[0])
    passive = None if seen is None else ~seen
    if adaptive:
        colors = rgb if seen is None else rgb[seen]
        unique_colors = find_unique_colors(colors) if unique_colors is None else unique_colors
        mapped = scatter(
            finder.map_pixels(colors, unique_colors, subprogress(progress, 0.0, 0.3)), seen
        )
        is_flat = find_flat_pixels(
            rgb, finder, mapped, seen, unique_colors, subprogress(progress, 0.3, 0.5)
        )
        progress = subprogress(progress, 0.5, 1.0)
        passive = is_flat if passive is None else is_flat | passive
    found = DITHERS[name](
        rgb,
        finder,
        strength=strength,
        passive=passive,
        unique_colors=unique_colors,
        progress=progress,
    )
    if adaptive:
        np.copyto(found, mapped, where=is_flat)
    if opaque is not None:
        found[~opaque] = 0
    return found


def _holds_all(palette: Bytes, colors: Bytes) -> bool:
    """Tell whether a palette has every colour exactly: then there is no error to pass on."""
    held = make_membership_table(palette)
    pixels = colors.reshape(-1, 3)
    return all(
        look_up_block(held, pixels[start : start + _STRIP]).all()
        for start in range(0, len(pixels), _STRIP)
    )
