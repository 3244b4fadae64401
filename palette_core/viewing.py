"""The error of an image as it is seen from some distance, where dots of dithering blur."""

from __future__ import annotations

import numpy as np

from .arrays import Bytes, Floats, Mask
from .color.spaces import linear_to_srgb, srgb_to_linear

# The standard deviation of the blur in pixels.
_BLUR = 1.5
_RADIUS = 6  # four deviations


def measure_mse_as_seen(before: Bytes, after: Bytes, opaque: Mask | None) -> float:
    """Return the mean squared error of two images, (H, W, 3), after a blur in linear light.

    It is the mean over the opaque pixels and their channels, on the 8-bit scale of sRGB. The blur
    is a Gaussian with a standard deviation of 1.5 pixels, within the opaque pixels. Beyond the
    edges, the pixels of the edges are repeated.
    """
    seen = [_blur_within(image, opaque) for image in (before, after)]
    squares = np.square(seen[0] - seen[1])
    return float(squares.mean() if opaque is None else squares[opaque].mean())


def _blur_within(rgb: Bytes, opaque: Mask | None) -> Floats:
    """Return an image blurred in linear light, as sRGB: (H, W, 3) floats."""
    light = srgb_to_linear(rgb)
    if opaque is None:
        return linear_to_srgb(_blur(light))
    shares = _blur(opaque[..., np.newaxis].astype(np.float64))
    light = _blur(np.where(opaque[..., np.newaxis], light, 0.0))
    return linear_to_srgb(light / np.where(shares > 0, shares, 1))


def _blur(planes: Floats) -> Floats:
    """Return planes, (H, W, C), blurred along both axes."""
    offsets = np.arange(-_RADIUS, _RADIUS + 1)
    weights = np.exp(-0.5 * np.square(offsets / _BLUR))
    weights /= weights.sum()
    for axis in (0, 1):
        margins = [(0, 0)] * 3
        margins[axis] = (_RADIUS, _RADIUS)
        padded = np.pad(planes, margins, mode="edge")
        size = planes.shape[axis]
        planes = np.zeros_like(planes)
        for start, weight in enumerate(weights.tolist()):
            taken = padded.take(range(start, start + size), axis=axis)
            planes += weight * taken
    return planes
