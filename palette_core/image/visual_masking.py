"""Visual masking: errors are less visible in texture than in smooth areas."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Indices, Singles, sum_neighbors
from .histogram import ColorHistogram
from .pixels import Pixels

# With this activity, a standard deviation in levels, an error is half as visible.
_HALF_ACTIVITY = 4.0
# Colours share a weight in cells of 8 levels a side.
_CELL_BITS = 5
# Weights are multiplied by multiples of 1 / 256, so that sums of several images are exact.
_STEPS_OF_ONE = 256
# The rows that are read at a time.
_STRIP = 128


def mask_texture(
    histogram: ColorHistogram, image: Pixels, exponent: float, activity: Singles | None = None
) -> ColorHistogram:
    """Return a histogram where colours of textured areas have smaller weights.

    The weights are multiplied by the mean of ``(1 + a / 4) ** -exponent`` over pixels of similar
    colours, where a is the standard deviation of luma in the 6 x 6 pixels around each, as
    `measure_activity` returns it. The exponent is 0 to 1. With 0 the weights stay, as do those of
    loose colours, which have no neighbours.

    Only one pixel of each 2 x 2 is looked at, and colours are similar if they are in the same cell
    of 8 levels a side. This is much faster than to weigh every pixel.
    """
    if not exponent or not has_neighbors(image):
        return histogram
    height, width = (side // 2 * 2 for side in image.shape)
    if activity is None:
        activity = measure_activity(image)
    samples = image.rgb[:height:2, :width:2]
    if image.opaque is not None:
        is_opaque = image.opaque[:height:2, :width:2]
        activity, samples = activity[is_opaque], samples[is_opaque]
    if not activity.size:
        return histogram
    visibility = (1 + activity.reshape(-1) / _HALF_ACTIVITY) ** np.float32(-exponent)
    cells = _cells(samples).reshape(-1)
    counts = np.bincount(cells, minlength=1 << 3 * _CELL_BITS)
    sums = np.bincount(cells, visibility, minlength=len(counts))
    means = np.where(counts > 0, sums, visibility.mean(dtype=np.float64)) / np.maximum(counts, 1)
    steps = np.maximum(np.rint(means * _STEPS_OF_ONE), 1)
    factors = steps[_cells(histogram.colors)] / _STEPS_OF_ONE
    return ColorHistogram(histogram.colors, histogram.weights * factors)


def _cells(colors: Bytes) -> Indices:
    cells = np.zeros(colors.shape[:-1], np.uint16)
    for channel in range(3):
        cells <<= _CELL_BITS
        cells |= colors[..., channel] >> (8 - _CELL_BITS)
    return cells.astype(np.intp)


def has_neighbors(image: Pixels) -> bool:
    """Return whether there are 2 x 2 pixels, and no loose colours."""
    return len(image.shape) == 2 and min(image.shape) >= 2


def measure_activity(image: Pixels) -> Singles:
    """Return the standard deviation of luma around blocks of 2 x 2 pixels: (H // 2, W // 2)."""
    height, width = (side // 2 * 2 for side in image.shape)
    rows, columns = height // 2, width // 2
    total, squares = np.zeros((2, rows, columns), np.float32)
    if image.opaque is None:  # the numbers of pixels around, in rows and in columns
        sides = (np.full(shape, 2, np.float32) for shape in ((rows, 1), (1, columns)))
        count = np.multiply(*(sum_neighbors(side) for side in sides))
    else:
        count = sum_neighbors(_sum_blocks(image.opaque[:height, :width].astype(np.float32)))
    for top in range(0, height, _STRIP):
        strip = slice(top, min(top + _STRIP, height))
        # About Rec. 709, in integers: (3 red + 12 green + blue) / 16.
        rgb = image.rgb[strip, :width]
        luma = np.multiply(rgb[..., 1], 12, dtype=np.uint16)
        luma += np.multiply(rgb[..., 0], 3, dtype=np.uint16)
        luma += rgb[..., 2]
        luma >>= 4
        blocks = slice(strip.start // 2, strip.stop // 2)
        if image.opaque is not None:
            luma *= image.opaque[strip, :width]
        levels = luma.astype(np.float32)
        total[blocks] = _sum_blocks(levels)
        squares[blocks] = _sum_blocks(levels * levels)
    total, squares = sum_neighbors(total), sum_neighbors(squares)
    count = np.maximum(count, 1)
    mean = total / count
    activity: Singles = np.sqrt(np.maximum(squares / count - mean * mean, 0))
    return activity


def _sum_blocks(plane: Singles) -> Singles:
    """Return the sums over blocks of 2 x 2."""
    rows = plane[::2] + plane[1::2]
    sums: Singles = rows[:, ::2] + rows[:, 1::2]
    return sums
