"""Composition of frames by the rules of APNG and GIF, in straight alpha.

Sources: PNG specification, third edition, sections 11.3.6 (animation) and 13.16 (alpha channel
processing); GIF89a, section 23 (graphic control extension).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

import numpy as np

from ..arrays import Bytes
from .base import Frame, without_opaque_alpha

Color: TypeAlias = tuple[int, int, int, int]

TRANSPARENT: Color = (0, 0, 0, 0)


class Disposal(enum.Enum):
    """What happens to a frame's rectangle before the next frame."""

    KEEP = enum.auto()
    BACKGROUND = enum.auto()  # it gets the colour of the background
    PREVIOUS = enum.auto()  # it becomes what it was before this frame


class Blend(enum.Enum):
    """How a frame is combined with the canvas."""

    SOURCE = enum.auto()  # replaces colour and alpha
    OVER = enum.auto()  # blends with the canvas


class Patch(NamedTuple):
    """A frame as it is stored: a rectangle of the canvas."""

    pixels: Bytes  # (h, w, 3) or (h, w, 4), sRGB, straight alpha
    left: int  # not negative, nor is `top`; what reaches beyond the canvas is cut off
    top: int
    blend: Blend
    disposal: Disposal
    duration: float  # milliseconds
    background: Color = TRANSPARENT  # for `Disposal.BACKGROUND`


def compose(
    width: int, height: int, patches: Iterable[Patch], background: Color = TRANSPARENT
) -> Iterator[Frame]:
    """Iterate over the composed frames, on a canvas that starts in this colour."""
    canvas = np.full((height, width, 4), background, np.uint8)
    for patch in patches:
        rows, columns, _ = patch.pixels.shape
        region = canvas[patch.top : patch.top + rows, patch.left : patch.left + columns]
        before = region.copy() if patch.disposal is Disposal.PREVIOUS else None
        _draw(region, patch.pixels[: region.shape[0], : region.shape[1]], patch.blend)
        yield Frame(without_opaque_alpha(canvas), patch.duration)
        if before is not None:
            region[:] = before
        elif patch.disposal is Disposal.BACKGROUND:
            region[:] = patch.background


def _draw(region: Bytes, pixels: Bytes, blend: Blend) -> None:
    """Lay pixels over a region of the canvas, in place."""
    if pixels.shape[2] == 3:
        region[..., :3] = pixels
        region[..., 3] = 255
    elif blend is Blend.SOURCE:
        region[:] = pixels
    else:
        _draw_over(region, pixels)


def _draw_over(region: Bytes, pixels: Bytes) -> None:
    """Lay pixels over a region by the OVER operator, in place."""
    alpha = pixels[..., 3]
    # A pixel is copied as one word of four bytes, which is several times as fast.
    words = np.ascontiguousarray(pixels).view(np.uint32)[..., 0]
    np.copyto(region.view(np.uint32)[..., 0], words, where=alpha == 255)
    partial = (alpha > 0) & (alpha < 255)
    if partial.any():
        region[partial] = over(region[partial], pixels[partial])


def over(below: Bytes, above: Bytes) -> Bytes:
    """Return pixels, none of them fully transparent, laid over others in straight alpha: (n, 4).

    The specification leaves rounding open. It is done as in FFmpeg, so that the frames of long
    animations are equal: colours are divided by the alpha that is stored, rounded to the nearest
    level over opaque pixels, and rounded down over half-transparent ones.
    """
    upper, lower = above.astype(np.uint32), below.astype(np.uint32)
    upper_weight = 255 * upper[:, 3:]
    lower_weight = (255 - upper[:, 3:]) * lower[:, 3:]
    alpha = (upper_weight + lower_weight + 127) // 255
    sums = upper_weight * upper[:, :3] + lower_weight * lower[:, :3]
    half = np.where(lower[:, 3:] == 255, 255 * alpha // 2, 0)
    colors = np.minimum((sums + half) // (255 * alpha), 255)
    return np.concatenate([colors, alpha], axis=1).astype(np.uint8)
