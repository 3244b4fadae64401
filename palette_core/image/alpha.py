"""Alpha: reduced to one bit, or kept; which pixels are opaque, and their colours."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Bytes, Mask
from ..errors import PixelsError
from ..threads import for_each_block
from .pixels import Pixels, split
from .threshold_matrices import Ranks, blue_noise

# The least alpha of opaque pixels, and with a matte, where all visible pixels are opaque.
DEFAULT_THRESHOLD = 128
MATTE_THRESHOLD = 1
# The approximate number of pixels that are blended at a time.
_STRIP = 1 << 16


def binarize_alpha(
    pixels: ArrayLike,
    *,
    threshold: int | None = None,
    dither: bool = False,
    matte: tuple[int, int, int] | None = None,
    mask: Mask | None = None,
) -> Pixels:
    """Return the pixels of an image, as `split` takes them, with its alpha reduced to one bit.

    Parameters
    ----------
    threshold : int, optional
        The least alpha of opaque pixels, 0 to 255; by default 128, and 1 with a matte. With
        `dither` half of the pixels with this alpha, 1 to 254, are opaque.
    dither : bool, default False
        Whether the share of opaque pixels grows with alpha, as in `dither_alpha`.
    matte : tuple of 3 int, optional
        The colour behind opaque pixels with an alpha below 255, as in `blend_over`. Without it
        these pixels keep their colours.
    mask : (H, W) ndarray of bool, optional
        The pixels to quantize; (N,) for loose colours. The others are transparent, whatever their
        alpha is.
    """
    rgb, alpha = split(pixels)
    _check_mask(mask, rgb.shape[:-1])
    if alpha is None:
        return Pixels(rgb, None if mask is None or mask.all() else mask.copy())
    if threshold is None:
        threshold = DEFAULT_THRESHOLD if matte is None else MATTE_THRESHOLD
    opaque = dither_alpha(alpha, threshold) if dither else alpha >= threshold
    if matte is not None:
        rgb = blend_over(rgb, alpha, matte)
    if mask is not None:
        opaque &= mask
    if opaque.all():
        return Pixels(rgb, None)
    if not dither:
        return Pixels(rgb, opaque)
    covered = alpha > 0
    return Pixels(rgb, opaque, covered if mask is None else covered & mask)


def keep_alpha(pixels: ArrayLike, mask: Mask | None = None) -> Pixels:
    """Return the pixels of an image with their alpha, if any pixel is semi-transparent.

    If alpha is 0 and 255 alone, they are those of `binarize_alpha`, which describes arguments and
    errors.
    """
    rgb, alpha = split(pixels)
    _check_mask(mask, rgb.shape[:-1])
    if alpha is not None and mask is not None:
        alpha = np.where(mask, alpha, np.uint8(0))
    if alpha is None or not has_soft_edges(alpha):
        return binarize_alpha(pixels, mask=mask)
    opaque = alpha > 0
    return Pixels(rgb, None if opaque.all() else opaque, alpha=alpha)


def has_soft_edges(alpha: Bytes) -> bool:
    """Return whether any alpha is neither 0 nor 255."""
    return bool(((alpha > 0) & (alpha < 255)).any())


def _check_mask(mask: Mask | None, shape: tuple[int, ...]) -> None:
    if mask is not None and mask.shape != shape:
        raise PixelsError(
            f"the mask has shape {mask.shape}, but the image has {shape}; give one "
            "boolean for each pixel"
        )


def dither_alpha(alpha: Bytes, threshold: int) -> Mask:
    """Return which pixels are opaque, (H, W), by ordered dithering of alpha.

    The share of opaque pixels rises linearly from none at alpha 0 to one half at the threshold, 1
    to 254, and linearly to all at 255. With the threshold 128 it equals the opacity.

    Blue noise gives soft edges no pattern, unlike a Bayer matrix. The opacity of a pixel depends
    only on its alpha and its position, unlike with error diffusion.
    """
    ranks = _alpha_matrix()
    shares = np.interp(np.arange(256), [0, threshold, 255], [0, 0.5, 1])
    thresholds = np.rint(shares * ranks.size).astype(np.uint16)
    height, width = alpha.shape
    side = len(ranks)
    repeated = np.tile(ranks[:, :width], -(-width // side))[:, :width]
    opaque = np.empty(alpha.shape, np.bool_)
    for top in range(0, height, side):
        strip = slice(top, top + side)
        np.less(repeated[: height - top], thresholds[alpha[strip]], out=opaque[strip])
    return opaque


@functools.cache
def _alpha_matrix() -> Ranks:
    """Return the blue noise matrix shifted by half its side.

    The same matrix can dither the colours. Without the shift, pixels with low ranks would both be
    opaque and get the lighter entry. After the shift the two are independent.
    """
    ranks = blue_noise()
    half = len(ranks) // 2
    return np.roll(ranks, (half, half), axis=(0, 1))


def blend_over(rgb: Bytes, alpha: Bytes, matte: tuple[int, int, int]) -> Bytes:
    """Return the colours of an image, (H, W, 3), blended over a matte by straight alpha, (H, W).

    They are ``(alpha rgb + (255 - alpha) matte) / 255``, rounded, in sRGB values. Browsers blend in
    sRGB, so that edges look like those of the original on a page of the matte's colour. GIMP's
    Semi-Flatten blends in linear light, which makes the same edges lighter.
    """
    alphas, levels = np.ogrid[:256, :256]
    tables = [
        ((alphas * levels + (255 - alphas) * behind + 127) // 255).astype(np.uint8).ravel()
        for behind in matte
    ]
    height, width = alpha.shape
    result = np.empty((height, width, 3), np.uint8)

    def blend(strip: slice) -> None:
        rows = alpha[strip].astype(np.uint16) << 8
        for channel, table in enumerate(tables):
            result[strip, :, channel] = table.take(rows | rgb[strip, :, channel])

    for_each_block(blend, height, max(1, _STRIP // width))
    return result
