"""Metrics of the difference between two images."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .arrays import Bytes, Floats, Mask, Singles, pack, unpack
from .color.ciede2000 import measure_srgb_differences
from .errors import PixelsError
from .image.alpha import binarize_alpha, blend_over
from .image.pixels import Pixels, PixelsLike, select_colors, to_array

# Pixels are compared in blocks, in which each pair of colours is measured once: 8 MiB of pairs.
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Metrics:
    """The metrics of `compare`, over the pixels that are opaque in both images.

    If no pixel is opaque in both, `compared` is 0, and `mse`, `psnr` and `delta_e` are NaN.

    Attributes
    ----------
    mse : float
        Mean squared error over pixels and channels, on the 8-bit scale (0 to 65025), as in the book
        Palette Programming. Celebi's convention, a sum over the channels, is three times this.
    psnr : float
        Peak signal-to-noise ratio in dB, ``10 log10(255^2 / mse)``; infinite if `mse` is 0.
    delta_e : float
        Mean colour difference of a pixel by CIEDE2000, under D65. About 1 is just noticeable in
        adjacent flat areas, 100 is the difference of black and white.
    max_difference : int
        The largest difference in any channel, 0 to 255.
    different : int
        The number of compared pixels that differ.
    compared : int
        The number of pixels that are opaque in both.
    opacity_differs : int
        The number of pixels that are opaque in one image only.
    """

    mse: float
    psnr: float
    delta_e: float
    max_difference: int
    different: int
    compared: int
    opacity_differs: int


def compare(
    a: PixelsLike, b: PixelsLike, *, alpha_threshold: int = 128, delta_e: bool = True
) -> Metrics:
    """Return metrics of the difference between two images of the same size.

    Parameters
    ----------
    a, b : array_like of uint8, or PIL.Image.Image
        As `quantize` takes them; grey and RGB, with alpha and without, may be mixed.
    alpha_threshold : int, default 128
        A pixel is opaque where its alpha is at least this, 0 to 255.
    delta_e : bool, default True
        Whether to measure `delta_e`, which takes most of the time; it is NaN otherwise.

    Returns
    -------
    Metrics

    Raises
    ------
    PixelTypeError, PixelsError
        If one is no image, or the sizes differ.

    Examples
    --------
    >>> import numpy as np
    >>> black = np.zeros((2, 2, 3), np.uint8)
    >>> compare(black, black + 2).mse
    4.0
    """
    first, second, opaque = _check_same_size(a, b, alpha_threshold)
    both = opaque[0] & opaque[1]
    compared = int(np.count_nonzero(both))
    mask = None if both.all() else both
    left, right = (select_colors(pixels.rgb, mask) for pixels in (first, second))
    squares = differences = 0.0
    different = largest = 0
    for start in range(0, compared, _BLOCK):
        block = slice(start, start + _BLOCK)
        one, other = left[block], right[block]
        counts = np.ones(len(one))
        if delta_e:
            one, other, counts = _count_pairs(one, other)
            differences += float((measure_srgb_differences(one, other) * counts).sum())
        apart = _channel_differences(one, other)
        # These are sums of integers and of multiples of 2^-16, which are exact in any order.
        squares += float((np.square(apart).sum(axis=0) * counts).sum())
        different += int(counts[apart.any(axis=0)].sum())
        largest = max(largest, int(np.abs(apart).max()))
    mse = squares / (3 * compared) if compared else math.nan
    return Metrics(
        mse=mse,
        psnr=psnr_from_mse(mse),
        delta_e=differences / compared if compared and delta_e else math.nan,
        max_difference=largest,
        different=different,
        compared=compared,
        opacity_differs=int(np.count_nonzero(opaque[0] != opaque[1])),
    )


def differences(a: PixelsLike, b: PixelsLike, *, alpha_threshold: int = 128) -> Singles:
    """Return the colour difference of every pixel by CIEDE2000.

    Parameters
    ----------
    a, b, alpha_threshold
        As for `compare`.

    Returns
    -------
    (H, W) or (N,) ndarray of float32
        NaN where a pixel is not opaque in both. The mean is `Metrics.delta_e`.

    Raises
    ------
    PixelTypeError, PixelsError
        If one is no image, or the sizes differ.
    """
    first, second, opaque = _check_same_size(a, b, alpha_threshold)
    found = measure_srgb_differences(first.rgb.reshape(-1, 3), second.rgb.reshape(-1, 3))
    found = found.reshape(first.shape)
    found[~(opaque[0] & opaque[1])] = np.nan
    return found


def psnr_from_mse(mse: float) -> float:
    """Return the peak signal-to-noise ratio in dB; infinite for an error of 0."""
    return 10 * math.log10(255**2 / mse) if mse else math.inf


def _check_same_size(
    a: PixelsLike, b: PixelsLike, alpha_threshold: int
) -> tuple[Pixels, Pixels, tuple[Mask, Mask]]:
    """Return two images after checking their sizes, and which pixels of each are opaque."""
    first, second = (
        binarize_alpha(to_array(pixels), threshold=alpha_threshold) for pixels in (a, b)
    )
    if first.shape != second.shape:
        raise PixelsError(
            f"the images have different sizes, {_size(first)} and {_size(second)}; give two "
            "images of the same size"
        )
    everywhere = np.ones(first.shape, np.bool_)
    left, right = (everywhere if p.opaque is None else p.opaque for p in (first, second))
    return first, second, (left, right)


def _count_pairs(left: Bytes, right: Bytes) -> tuple[Bytes, Bytes, Floats]:
    """Return the unique pairs of colours, as two (N, 3) arrays, and their counts."""
    pairs = pack(left).astype(np.uint64) << np.uint64(24) | pack(right)
    pairs, counts = np.unique(pairs, return_counts=True)
    return unpack(pairs >> np.uint64(24)), unpack(pairs), counts.astype(np.float64)


def _channel_differences(one: Bytes, other: Bytes) -> NDArray[np.int32]:
    """Return the differences of (N, 3) colours by channel, (3, N)."""
    return np.stack(
        [np.subtract(*planes, dtype=np.int32) for planes in zip(one.T, other.T, strict=True)]
    )


def combine_metrics(parts: Sequence[Metrics]) -> Metrics:
    """Return the metrics over all frames of an animation from the metrics of each frame."""
    compared = sum(part.compared for part in parts)
    some = [part for part in parts if part.compared]
    mse = sum(part.mse * part.compared for part in some) / compared if some else math.nan
    delta_e = sum(part.delta_e * part.compared for part in some) / compared if some else math.nan
    return Metrics(
        mse=mse,
        psnr=psnr_from_mse(mse),
        delta_e=delta_e,
        max_difference=max((part.max_difference for part in parts), default=0),
        different=sum(part.different for part in parts),
        compared=compared,
        opacity_differs=sum(part.opacity_differs for part in parts),
    )


def compare_over_black_and_white(a: Bytes, b: Bytes, *, delta_e: bool = True) -> Metrics:
    """Return the means of the metrics over a black and over a white background.

    Parameters
    ----------
    a, b : (H, W, 4) ndarray of uint8
        Straight alpha. Pixels that are fully transparent in `a` are not compared.
    delta_e : bool, default True
        As for `compare`.

    Returns
    -------
    Metrics
        `max_difference` and `different` are those of the background where they are larger.
    """
    is_visible = a[..., 3] > 0
    parts = [
        compare(
            *(blend_over(rgba[..., :3], rgba[..., 3], level)[is_visible] for rgba in (a, b)),
            delta_e=delta_e,
        )
        for level in ((0, 0, 0), (255, 255, 255))
    ]
    both = combine_metrics(parts)
    different = max(part.different for part in parts)
    return replace(both, compared=parts[0].compared, different=different)


def _size(pixels: Pixels) -> str:
    return " x ".join(str(side) for side in reversed(pixels.shape))
