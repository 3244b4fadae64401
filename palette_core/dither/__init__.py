"""Dithering: entries mixed side by side for the colours between them.

One algorithm a module, each with a function of the `Dither` protocol. To add one, write its module
and a line in `DITHERS`.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from ..arrays import Bytes, Mask
from ..image.pixels import spread
from ..image.threshold_matrices import bayer, blue_noise
from ..mapping.lookup_table import holding, look_up_in, used_colors
from ..mapping.nearest_entry import Comparison
from ..progress import Progress, part
from .adaptive import calm_pixels
from .base import Dither
from .error_diffusion import diffuse
from .kernels import KERNELS
from .ordered import by_mask

__all__ = ["DITHERS", "Dither", "dithered"]

# How many pixels are looked at in one go for one that the palette does not hold.
_STRIP = 1 << 16

_DIFFUSIONS: dict[str, Dither] = {
    name: partial(diffuse, kernel=kernel) for name, kernel in KERNELS.items()
}
_ORDERED: dict[str, Dither] = {
    **{f"bayer-{side}": partial(by_mask, mask=partial(bayer, side)) for side in (2, 4, 8, 16)},
    "blue-noise": partial(by_mask, mask=blue_noise),
}
DITHERS: dict[str, Dither | None] = {"none": None, **_DIFFUSIONS, **_ORDERED}


def dithered(
    rgb: Bytes,
    comparison: Comparison,
    name: str,
    *,
    strength: float,
    adaptive: bool,
    opaque: Mask | None,
    seen: Mask | None = None,
    used: Bytes | None,
    progress: Progress,
) -> Bytes:
    """Put a picture into palette colours.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8, or (N, 3) where `name` is "none"
    comparison : Comparison
        The palette and the space.
    name : str
        As in `DITHERS`.
    strength : float
        0 to 1; with 0 every pixel gets its nearest entry.
    adaptive : bool
        Whether calm areas are left undithered: `calm_pixels` tells which.
    opaque : (H, W) ndarray of bool, or None
        Which pixels are opaque; None where all are.
    seen : (H, W) ndarray of bool, optional
        Which pixels have a part in anything, `opaque` unless given: of dithered alpha all that are
        half-transparent. Where opaque pixels are apart, errors could not get from one to the next
        without those between them.
    used : (N, 3) ndarray of uint8, optional
        The unique colours of the opaque pixels where they are known.
    progress : callable
        Gets fractions from 0 to 1.

    Returns
    -------
    (H, W) ndarray of uint8, or (N,)
        Indices into the palette, 0 where a pixel is transparent.
    """
    method = DITHERS[name]
    visible = rgb if opaque is None else rgb[opaque]
    if method is None or strength == 0 or _holds_all(comparison.palette, visible):
        return spread(comparison.map(visible, used, progress), opaque)
    if seen is not None:
        used = None  # there are more
    else:
        seen = opaque
    if seen is not None:
        # A colour that is in the picture, so that there is a table's entry for it.
        rgb = np.where(seen[..., np.newaxis], rgb, visible[0])
    passive = None if seen is None else ~seen
    if adaptive:
        colors = rgb if seen is None else rgb[seen]
        used = used_colors(colors) if used is None else used
        mapped = spread(comparison.map(colors, used, part(progress, 0.0, 0.3)), seen)
        calm = calm_pixels(rgb, comparison, mapped, seen, used, part(progress, 0.3, 0.5))
        progress = part(progress, 0.5, 1.0)
        passive = calm if passive is None else calm | passive
    found = method(
        rgb, comparison, strength=strength, passive=passive, used=used, progress=progress
    )
    if adaptive:
        np.copyto(found, mapped, where=calm)
    if opaque is not None:
        found[~opaque] = 0
    return found


def _holds_all(palette: Bytes, colors: Bytes) -> bool:
    """Tell whether a palette has every colour exactly: then there is no error to pass on."""
    held = holding(palette)
    pixels = colors.reshape(-1, 3)
    return all(
        look_up_in(held, pixels[start : start + _STRIP]).all()
        for start in range(0, len(pixels), _STRIP)
    )
