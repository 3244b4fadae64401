"""A subject: a picture, and what the stages of the work have found out about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .arrays import Bytes
from .errors import PixelsError
from .image.histogram import ColorHistogram
from .image.image_files import to_array
from .image.pixels import Pixels, PixelsLike
from .options import Options
from .progress import Progress

T = TypeVar("T")

# Options that say what is opaque, and in which colour.
_ALPHA = ("alpha_threshold", "alpha_dither", "matte", "mask")


class Subject:
    """A picture that may be worked on again with other options.

    Of every stage the last value is kept, with the options that it depends on: while those are
    the same, it is taken again. Work that is stopped leaves nothing half done.

    Parameters
    ----------
    pixels : array_like of uint8, or PIL.Image.Image
        As for `quantize`. They are not copied.
    """

    def __init__(self, pixels: PixelsLike) -> None:
        self._pixels = to_array(pixels)
        self._kept: dict[str, tuple[object, Any]] = {}

    def keep(self, stage: str, key: object, make: Callable[[], T]) -> T:
        """Give the value of a stage: the kept one if it was made for an equal key, or a new one."""
        if stage in self._kept and self._kept[stage][0] == key:
            kept: T = self._kept[stage][1]
            return kept
        self._kept.pop(stage, None)  # before the new one takes memory too
        value = make()
        self._kept[stage] = key, value
        return value

    def settle(self, chosen: Options) -> Pixels:
        """Check the picture, and settle what is opaque.

        Raises
        ------
        PixelTypeError, PixelsError
            If the array is no picture.
        """
        return self.keep("settled", chosen.key(*_ALPHA), lambda: chosen.settle(self._pixels))

    def count(self, chosen: Options, progress: Progress) -> ColorHistogram:
        """Count the colours of the opaque pixels, all of which count the same.

        Raises
        ------
        PixelTypeError, PixelsError
            If there is none to count.
        """
        key = chosen.key(*_ALPHA)
        return self.keep("counted", key, lambda: _count(self.settle(chosen), chosen, progress))

    def emphasize(self, chosen: Options, progress: Progress) -> ColorHistogram:
        """Let pixels and colours count what they are to count in the design.

        Raises
        ------
        PixelsError
            If the weights are not those of the picture.
        """
        counts, weights = self.count(chosen, progress), chosen.pixel_weights
        if weights is not None:
            key = chosen.key(*_ALPHA, "weights")
            picture = self.settle(chosen)
            counts = self.keep("weighed", key, lambda: _weigh(picture, weights, progress))
        key = chosen.key(*_ALPHA, "weights", "rare")
        return self.keep("emphasized", key, lambda: counts.emphasize(chosen.rare))

    def known_colors(self, chosen: Options) -> Bytes | None:
        """Give the unique colours of the opaque pixels if they are counted already: (N, 3)."""
        key, counted = self._kept.get("counted", (None, None))
        return counted.colors if key == chosen.key(*_ALPHA) else None


def _count(picture: Pixels, chosen: Options, progress: Progress) -> ColorHistogram:
    visible = picture.visible()
    if not len(visible):
        if chosen.mask is not None:
            raise PixelsError(
                "every pixel is transparent or outside the mask, expected at least one opaque "
                "pixel; choose another mask or lower the alpha threshold"
            )
        raise PixelsError(
            "every pixel is transparent, expected at least one opaque pixel; lower the alpha "
            "threshold or give the picture a background"
        )
    return ColorHistogram.unique(visible, progress=progress)


def _weigh(picture: Pixels, weights: NDArray[np.float64], progress: Progress) -> ColorHistogram:
    if weights.shape != picture.shape:
        raise PixelsError(
            f"the weights have shape {weights.shape}, expected that of the picture, "
            f"{picture.shape}: one number for each pixel"
        )
    weights = weights.reshape(-1) if picture.opaque is None else weights[picture.opaque]
    if not weights.any():
        raise PixelsError(
            "every opaque pixel has the weight 0, expected more of at least one; leave the "
            "weights out, or raise one"
        )
    return ColorHistogram.unique(picture.visible(), weights, progress)
