"""Metrics: how far one picture is from another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .errors import PixelsError
from .pixels import Pixels

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Metrics:
    """What `compare` measures, over the pixels that are opaque in both pictures.

    Attributes
    ----------
    mse : float
        Mean squared error over pixels and channels, on the 8-bit scale (0 to 65025): the book's.
        Celebi's convention, which sums over the channels, is three times this.
    psnr : float
        Peak signal-to-noise ratio in dB, ``10 log10(255^2 / mse)``; infinite where `mse` is 0.
    max_difference : int
        The largest difference in any channel, 0 to 255.
    different : int
        How many of the compared pixels differ.
    compared : int
        How many pixels are opaque in both.
    opacity_differs : int
        How many pixels are opaque in one picture only.
    """

    mse: float
    psnr: float
    max_difference: int
    different: int
    compared: int
    opacity_differs: int


def compare(a: ArrayLike, b: ArrayLike, *, alpha_threshold: int = 128) -> Metrics:
    """Compare two pictures of one size.

    Parameters
    ----------
    a, b : array_like of uint8
        As `quantize` takes them; grey and RGB, with alpha and without, may be mixed.
    alpha_threshold : int, default 128
        A pixel is opaque where its alpha is at least this, 0 to 255.

    Returns
    -------
    Metrics

    Raises
    ------
    PixelTypeError, PixelsError
        If one is no picture, the sizes differ, or no pixel is opaque in both.

    Examples
    --------
    >>> import numpy as np
    >>> black = np.zeros((2, 2, 3), np.uint8)
    >>> compare(black, black + 2).mse
    4.0
    """
    first, second = (Pixels.from_array(pixels, alpha_threshold) for pixels in (a, b))
    if first.shape != second.shape:
        raise PixelsError(
            f"the pictures have sizes {_size(first)} and {_size(second)}, expected the same"
        )
    everywhere = np.ones(first.shape, np.bool_)
    opaque = [everywhere if p.opaque is None else p.opaque for p in (first, second)]
    both = opaque[0] & opaque[1]
    compared = int(np.count_nonzero(both))
    if not compared:
        raise _nothing_to_compare()
    left, right = first.rgb[both], second.rgb[both]
    squares = different = largest = 0
    for start in range(0, compared, _BLOCK):
        block = slice(start, start + _BLOCK)
        difference = np.abs(left[block].astype(np.int32) - right[block])
        squares += int(np.square(difference).sum(dtype=np.int64))
        different += int(np.count_nonzero(difference.any(axis=1)))
        largest = max(largest, int(difference.max()))
    mse = squares / (3 * compared)
    return Metrics(
        mse=mse,
        psnr=_psnr(mse),
        max_difference=largest,
        different=different,
        compared=compared,
        opacity_differs=int(np.count_nonzero(opaque[0] != opaque[1])),
    )


def overall(parts: Sequence[Metrics]) -> Metrics:
    """Give the metrics over all frames of an animation, from those of each.

    Raises
    ------
    PixelsError
        If nothing was compared.
    """
    compared = sum(part.compared for part in parts)
    if not compared:
        raise _nothing_to_compare()
    mse = sum(part.mse * part.compared for part in parts) / compared
    return Metrics(
        mse=mse,
        psnr=_psnr(mse),
        max_difference=max(part.max_difference for part in parts),
        different=sum(part.different for part in parts),
        compared=compared,
        opacity_differs=sum(part.opacity_differs for part in parts),
    )


def _psnr(mse: float) -> float:
    return 10 * math.log10(255**2 / mse) if mse else math.inf


def _nothing_to_compare() -> PixelsError:
    return PixelsError("no pixel is opaque in both pictures, so there is nothing to compare")


def _size(pixels: Pixels) -> str:
    return " x ".join(str(side) for side in reversed(pixels.shape))
