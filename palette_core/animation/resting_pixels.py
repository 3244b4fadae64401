"""Pixels at rest: dots of error diffusion that stay in place from frame to frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..arrays import Bytes, Mask, sum_neighbors
from ..dither import DITHERS, restore_exact_areas
from ..image.pixels import Pixels
from ..result import Quantized

# A pixel rests if it differs by at most this many levels, as noise does, and the mean of its
# neighbourhood of 3 x 3 by at most so many.
_MAX_DIFFERENCE = 6
_MAX_MEAN_DIFFERENCE = 1.5


class RestingPixels:
    """The pixels of the frames so far, and the entries that they keep while they rest.

    Error diffusion passes every change on to the pixels below, so that their dots move although the
    image there stays the same. A pixel keeps its entry while it and its neighbours have nearly the
    same colours as in the frame that this entry comes from. So a slow fade adds up until it is
    seen, and is then dithered anew.

    If `is_lossy`, runs are merged. A change then reaches pixels beside it too, so pixels rest with
    any dithering and without.
    """

    def __init__(self, *, is_lossy: bool = False) -> None:
        self._is_lossy = is_lossy
        self._colors: Bytes | None = None
        self._entries: Bytes | None = None
        self._opaque: Mask | None = None

    def keep(self, image: Pixels, quantized: Quantized) -> Quantized:
        """Return the next frame with the earlier entries of resting pixels.

        All frames have the same size and the same palette.
        """
        dither = DITHERS.get(quantized.dither)
        is_local = dither is None or not dither.diffuses_errors
        if is_local and not self._is_lossy:
            return quantized
        entries, colors = quantized.indices.copy(), image.rgb.copy()
        if self._colors is not None and self._entries is not None:
            is_resting = find_resting_pixels(self._colors, image.rgb)
            for opaque in (self._opaque, image.opaque):
                if opaque is not None:
                    is_resting &= opaque
            np.copyto(entries, self._entries, where=is_resting)
            restore_exact_areas(entries, image.rgb, quantized.palette.colors, image.opaque)
            np.copyto(colors, self._colors, where=is_resting[..., np.newaxis])
        self._colors, self._entries, self._opaque = colors, entries, image.opaque
        return replace(quantized, indices=entries)


def find_resting_pixels(before: Bytes, after: Bytes) -> Mask:
    """Return which pixels look the same in two frames, (H, W, 3), as do their neighbours."""
    difference = after.astype(np.int16) - before
    is_changed = (np.abs(difference) > _MAX_DIFFERENCE).any(axis=-1)
    limit = _MAX_MEAN_DIFFERENCE * 9
    is_changed |= (np.abs(sum_neighbors(difference)) > limit).any(axis=-1)
    # Not next to a change either, so that edges are drawn as a whole.
    is_resting: Mask = sum_neighbors(is_changed.astype(np.int16)) == 0
    return is_resting
