"""Visible error: which of several palettes of few colours looks most like the image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ..arrays import Bytes, Singles
from ..color.spaces import ColorSpace, srgb_to_linear
from ..image.pixels import Pixels
from ..image.sampling import draw_stratified
from .lloyd import Points, assign_points

# The side of a block in pixels. Of a block, every second pixel of every second row is looked at.
_SIDE = 64
_STRIDE = 2
# At most this number of blocks is looked at.
_MAX_BLOCKS = 64
# In the reduced blocks, structure is compared in windows of this side.
_WINDOW = 4
# The weights of what is compared: the structure of Y at 1/4 and 1/8 of the size and of B - Y at
# 1/16, which have the largest weights in SSIMULACRA 2, and the error of X at 1/8.
_Y_WEIGHTS = (225.0, 176.0)
_B_WEIGHT = 95.0
_X_WEIGHT = 120.0
# The power of the mean error of X, which is sensitive to small areas of another hue.
_X_POWER = 6
# Variances below this are hardly visible.
_LEAST_VARIANCE = np.float32(0.0009)
# From linear light to the cones, whose cube roots are the basis of XYB.
_CONES = np.array([[0.3, 0.622, 0.078], [0.23, 0.692, 0.078], [0.2434227, 0.2047674, 0.5518099]])
_BIAS = 0.0037930733


def choose_palette(palettes: Sequence[Bytes], image: Pixels, space: ColorSpace) -> int:
    """Return the index of the palette whose undithered result looks most like the image.

    With few colours the squared error of pixels says little: gradients become flat, and steps
    appear. Here the structure of light and dark and of yellow and blue counts, and that no area
    becomes redder or greener.

    Parameters
    ----------
    palettes : sequence of (K, 3) ndarray of uint8
    image : Pixels
    space : ColorSpace
        The space in which pixels get their nearest entries.

    Returns
    -------
    int
        0 if no block of 64 x 64 pixels is opaque.

    Notes
    -----
    A sample of blocks is mapped to each palette, and reduced in linear light. In windows of 4 x 4
    reduced pixels, the variance of the difference is divided by the sum of both variances. This is
    1 less the structural similarity. The colours are XYB with the factors of SSIMULACRA 2. The
    error of X, between red and green, follows Butteraugli.

    References
    ----------
    Z. Wang et al., Image quality assessment: from error visibility to structural similarity, IEEE
    Trans. Image Processing 13, 2004. J. Sneyers, SSIMULACRA 2, and J. Alakuijala, Butteraugli, both
    in libjxl.
    """
    pixels = _sample_blocks(image)
    if not pixels.size:
        return 0
    colors = pixels.reshape(-1, 3)
    coordinates = space.from_srgb(colors).astype(np.float64)
    points = Points.from_coordinates(coordinates, np.ones(len(colors)))
    original = [*_reduce(_to_cones(colors).reshape(3, *pixels.shape[:3]))]
    errors = []
    for palette in palettes:
        labels = assign_points(points, space.from_srgb(palette).astype(np.float64))
        result = _to_cones(palette).take(labels, axis=1)
        errors.append(_measure_error(original, _reduce(result.reshape(3, *pixels.shape[:3]))))
    return int(np.argmin(errors))


def has_blocks(image: Pixels) -> bool:
    """Return whether an image is large enough to compare palettes; loose colours are not."""
    return len(image.shape) == 2 and min(image.shape) >= _SIDE


def _sample_blocks(image: Pixels) -> Bytes:
    """Return evenly distributed blocks that are opaque, (B, 32, 32, 3)."""
    rows, columns = (side // _SIDE for side in image.shape)
    count = min(rows * columns, _MAX_BLOCKS)
    chosen = draw_stratified(rows * columns, count) if count else np.zeros(0, np.intp)
    offsets = np.arange(0, _SIDE, _STRIDE)
    down = (chosen // columns * _SIDE)[:, np.newaxis, np.newaxis] + offsets[:, np.newaxis]
    right = (chosen % columns * _SIDE)[:, np.newaxis, np.newaxis] + offsets
    pixels: Bytes = image.rgb[down, right]
    if image.opaque is not None:
        pixels = pixels[image.opaque[down, right].all(axis=(1, 2))]
    return pixels


def _to_cones(colors: Bytes) -> Singles:
    """Return the responses of the cones to (N, 3) colours, (3, N)."""
    light = srgb_to_linear(np.arange(256, dtype=np.uint8))
    cones = np.full((3, len(colors)), np.float32(_BIAS))
    for weights, levels in zip(_CONES.T, colors.T, strict=True):
        parts = np.outer(weights, light).astype(np.float32)  # of the channel in each cone
        cones += parts.take(levels, axis=1)
    return cones


def _reduce(cones: Singles) -> Iterator[tuple[Singles, Singles, Singles]]:
    """Return X, Y and B - Y at 1/4, 1/8 and 1/16 of the size of blocks, (B, S, S) each."""
    for _ in range(3):
        rows = cones[:, :, ::2] + cones[:, :, 1::2]
        cones = (rows[..., ::2] + rows[..., 1::2]) * np.float32(0.25)
        long, middle, short = np.cbrt(cones)
        y = (long + middle) / 2
        yield 7 * (long - middle), y, short - y


def _measure_error(
    original: Sequence[tuple[Singles, Singles, Singles]],
    result: Iterator[tuple[Singles, Singles, Singles]],
) -> float:
    """Return the visible error of reduced blocks."""
    quarter, eighth, sixteenth = zip(original, result, strict=True)
    error = _B_WEIGHT * _lost_structure(*(planes[2] for planes in sixteenth))
    for weight, pair in zip(_Y_WEIGHTS, (quarter, eighth), strict=True):
        error += weight * _lost_structure(*(planes[1] for planes in pair))
    powers = (eighth[1][0] - eighth[0][0]) ** _X_POWER
    return error + _X_WEIGHT * float(powers.mean() ** (1 / _X_POWER))


def _lost_structure(original: Singles, result: Singles) -> float:
    """Return the mean over windows of 1 less the structural similarity."""
    lost = _measure_variance(result - original)
    total = _measure_variance(original) + _measure_variance(result) + _LEAST_VARIANCE
    return float(np.mean(lost / total))


def _measure_variance(plane: Singles) -> Singles:
    """Return the variance in each window of (B, S, S) values."""
    mean = _average_windows(plane)
    variance: Singles = np.maximum(_average_windows(plane * plane) - mean * mean, 0)
    return variance


def _average_windows(plane: Singles) -> Singles:
    """Return the mean in each window of (B, S, S) values."""
    count, side = len(plane), plane.shape[1] // _WINDOW
    rows: Singles = plane.reshape(count, side, _WINDOW, -1).mean(axis=2)
    mean: Singles = rows.reshape(count, side, side, _WINDOW).mean(axis=3)
    return mean
