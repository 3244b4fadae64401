"""Samples of large images, from which palettes are designed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .histogram import ColorHistogram
from .pixels import Pixels

# From this number of pixels on, a sample is taken.
_MIN_PIXELS = 1 << 21
# The size of the sample: for every colour of the palette, at least, and at most. With half of it,
# palettes of 256 colours have 0.5 % more error.
_SAMPLE_PER_COLOR = 1 << 12
_MIN_SAMPLE = 1 << 17
_MAX_SAMPLE = 1 << 19
# A colour with more than this share of a small sample is flat. If flat colours have a greater share
# together than is allowed, as in drawings and screenshots, the rest of the sample is too small.
_PROBE = 1 << 15
_FLAT_SHARE = 0.001
_MAX_FLAT = 0.5


def sample_colors(image: Pixels, max_colors: int) -> ColorHistogram | None:
    """Return the histogram of a sample of the opaque pixels of a large image.

    The pixels in reading order are divided into runs of equal length. One pixel of each run is
    drawn, so that no pattern of the image can coincide with a pattern of the sample. The draws are
    always the same.

    It is None if the image has less than 2 megapixels, or if few colours have most of its pixels. A
    sample could miss other colours then, whose error counts where the rest has none.

    References
    ----------
    W. G. Cochran, Sampling Techniques, 1977, on stratified sampling.
    """
    if np.prod(image.shape) < _MIN_PIXELS:
        return None
    pixels = image.rgb.reshape(-1, 3)
    opaque = None if image.opaque is None else np.flatnonzero(image.opaque)
    count = len(pixels) if opaque is None else len(opaque)
    if count < _MIN_PIXELS:
        return None

    def count_sample(size: int) -> ColorHistogram:
        indices = draw_stratified(count, size)
        return ColorHistogram.unique(pixels[indices if opaque is None else opaque[indices]])

    probe = count_sample(_PROBE).weights
    if probe[probe > _FLAT_SHARE * _PROBE].sum() > _MAX_FLAT * _PROBE:
        return None
    return count_sample(min(max(_SAMPLE_PER_COLOR * max_colors, _MIN_SAMPLE), _MAX_SAMPLE))


def draw_stratified(count: int, draws: int) -> NDArray[np.int64]:
    """Return `draws` ascending indices below `count`, one drawn from each run of equal length."""
    bounds = np.arange(draws + 1) * count // draws
    # The stream of a bit generator is the same in all versions of NumPy.
    raw = np.random.PCG64(0).random_raw(draws) >> np.uint64(32)
    indices: NDArray[np.int64] = bounds[:-1] + (raw.astype(np.int64) * np.diff(bounds) >> 32)
    return indices
