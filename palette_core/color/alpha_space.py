"""Colours with alpha as points in four dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes
from .spaces import ColorSpace, Coordinates

# The mean and the standard deviation of the backgrounds that an image may be shown on, in each of
# the three channels. The deviation of equally frequent levels is 74, that of black and white 127.5.
_BACKGROUND, _DEVIATION = 127.5, 85.0
_ALPHA_SCALE = float(_DEVIATION * np.sqrt(3.0) / 255)


@dataclass(frozen=True)
class AlphaSpace:
    """A colour space for colours with alpha.

    The first three coordinates are those of the colour over a grey background in the colour space,
    and the fourth is alpha. So a colour matters by its alpha, and all fully transparent colours are
    one point. In sRGB this is a linear function of premultiplied colour and alpha, and the squared
    distance of two points is the mean of their squared distances over all backgrounds.
    """

    space: ColorSpace

    @property
    def opaque(self) -> float:
        """The fourth coordinate of opaque colours."""
        return 255 * _ALPHA_SCALE

    def from_rgba(self, rgba: Bytes) -> Coordinates:
        """Return the coordinates of colours, (N, 4) uint8 with straight alpha: (N, 4) float32."""
        alpha = rgba[:, 3:].astype(np.float32)
        share = alpha / np.float32(255)
        over_gray = share * rgba[:, :3] + (1 - share) * np.float32(_BACKGROUND)
        # A colour without transparency has the same coordinates as in `space`.
        is_opaque = rgba[:, 3] == 255
        result = np.empty((len(rgba), 4), np.float32)
        result[:, :3] = self.space.from_srgb(over_gray)
        result[is_opaque, :3] = self.space.from_srgb(rgba[is_opaque, :3])
        result[:, 3:] = alpha * np.float32(_ALPHA_SCALE)
        return result

    def to_rgba(self, points: NDArray[Any]) -> Bytes:
        """Return points, (N, 4), as colours with straight alpha, rounded: (N, 4) uint8.

        Colours are clipped to sRGB. A fully transparent colour is all 0.
        """
        alpha = np.rint(np.clip(points[:, 3:] / _ALPHA_SCALE, 0, 255))
        share = alpha / 255
        premultiplied = self.space.to_srgb(points[:, :3]) - (1 - share) * _BACKGROUND
        straight = premultiplied / np.where(share > 0, share, np.inf)
        colors = np.where(share == 1, self.space.to_srgb(points[:, :3]), straight)
        rgba = np.rint(np.concatenate([colors, alpha], axis=1)).clip(0, 255)
        return np.asarray(rgba, np.uint8)
