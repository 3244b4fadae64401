"""Alpha to one bit: which pixels are opaque, and in what colour."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Bytes, Mask
from ..errors import PixelsError
from ..threads import for_each_block
from .pixels import Pixels, split
from .threshold_matrices import Ranks, blue_noise

# A pixel that is opaque by half is opaque.
HALF = 128
# With a matte whatever is seen at all is opaque.
SEEN = 1
# Pictures are blended in strips of about so many pixels.
_STRIP = 1 << 16


def binarize_alpha(
    pixels: ArrayLike,
    *,
    threshold: int | None = None,
    dither: bool = False,
    matte: tuple[int, int, int] | None = None,
    mask: Mask | None = None,
) -> Pixels:
    """Check a picture, and leave of its alpha what an indexed picture can hold: one bit.

    Parameters
    ----------
    pixels : array_like of uint8
        As `split` takes them.
    threshold : int, optional
        A pixel is opaque where its alpha is at least this, 0 to 255; by default 128, and 1 with a
        matte. With `dither`, 1 to 254, half of the pixels that have this alpha are opaque.
    dither : bool, default False
        Whether a mask says which of the half-transparent pixels are opaque, the more the higher
        their alpha; `dither_alpha` tells how.
    matte : tuple of 3 int, optional
        The colour that lies behind opaque pixels and shines through where their alpha is below
        255; `blend_over` tells how. Without it they keep their colours.
    mask : (H, W) ndarray of bool, optional
        The pixels to quantize; (N,) for loose colours. The others are transparent, whatever their
        alpha is.

    Returns
    -------
    Pixels

    Raises
    ------
    PixelTypeError, PixelsError
        As `split` raises them, or if the mask has another shape than the image.
    """
    rgb, alpha = split(pixels)
    if mask is not None and mask.shape != rgb.shape[:-1]:
        raise PixelsError(
            f"the mask has shape {mask.shape}, expected that of the image, {rgb.shape[:-1]}: one "
            "boolean for each pixel"
        )
    if alpha is None:
        return Pixels(rgb, None if mask is None or mask.all() else mask.copy())
    if threshold is None:
        threshold = HALF if matte is None else SEEN
    opaque = dither_alpha(alpha, threshold) if dither else alpha >= threshold
    if matte is not None:
        rgb = blend_over(rgb, alpha, matte)
    if mask is not None:
        opaque &= mask
    if opaque.all():
        return Pixels(rgb, None)
    if not dither:
        return Pixels(rgb, opaque)
    seen = alpha > 0
    return Pixels(rgb, opaque, seen if mask is None else seen & mask)


def dither_alpha(alpha: Bytes, threshold: int) -> Mask:
    """Dither alpha to one bit.

    Parameters
    ----------
    alpha : (H, W) ndarray of uint8
    threshold : int
        The alpha of which half of the pixels are opaque, 1 to 254.

    Returns
    -------
    (H, W) ndarray of bool

    Notes
    -----
    The share of opaque pixels rises from none at alpha 0 by one straight line to one half at the
    threshold, and by another to all at 255. With the threshold at 128 it is the opacity.

    The mask is of blue noise: soft edges get no pattern as they would of Bayer's, and a pixel's
    opacity depends on its alpha and its place alone, which error diffusion could not promise.
    """
    ranks = _mask()
    shares = np.interp(np.arange(256), [0, threshold, 255], [0, 0.5, 1])
    ends = np.rint(shares * ranks.size).astype(np.uint16)
    height, width = alpha.shape
    side = len(ranks)
    across = np.tile(ranks[:, :width], -(-width // side))[:, :width]
    opaque = np.empty(alpha.shape, np.bool_)
    for top in range(0, height, side):
        strip = slice(top, top + side)
        np.less(across[: height - top], ends[alpha[strip]], out=opaque[strip])
    return opaque


@functools.cache
def _mask() -> Ranks:
    """Give the mask for alpha.

    The mask as it is may dither the colours too. It would have the same ranks there, and only the
    lighter of two entries would be left on opaque pixels. Half its side away it knows nothing of
    itself.
    """
    ranks = blue_noise()
    half = len(ranks) // 2
    return np.roll(ranks, (half, half), axis=(0, 1))


def blend_over(rgb: Bytes, alpha: Bytes, matte: tuple[int, int, int]) -> Bytes:
    """Lay a picture over a colour.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8
    alpha : (H, W) ndarray of uint8
        Straight.
    matte : tuple of 3 int

    Returns
    -------
    (H, W, 3) ndarray of uint8
        ``(alpha rgb + (255 - alpha) matte) / 255``, rounded, in sRGB values.

    Notes
    -----
    sRGB values are what browsers blend in, so that on a page of the matte's colour edges look as
    those of the picture itself would. GIMP's Semi-Flatten blends in linear light, which makes the
    same edges lighter.
    """
    over, level = np.ogrid[:256, :256]
    tables = [
        ((over * level + (255 - over) * behind + 127) // 255).astype(np.uint8).ravel()
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
