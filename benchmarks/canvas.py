"""Shapes, text and gradients with smooth edges, for drawings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw

from palette_core.arrays import Bytes
from palette_core.report.figures import font

Color: TypeAlias = tuple[int, int, int] | str
Point: TypeAlias = tuple[float, float]  # x to the right, y downwards

# Everything is drawn at this many times its size: shrinking it smooths every edge.
_SCALE = 4


class Canvas:
    """A drawing whose coordinates are in pixels of the final image."""

    def __init__(self, width: int, height: int, paper: Color) -> None:
        self._image = Image.new("RGB", (width * _SCALE, height * _SCALE), paper)
        self._draw = ImageDraw.Draw(self._image)

    def box(
        self, x: float, y: float, width: float, height: float, fill: Color, radius: float = 0
    ) -> None:
        """Draw a rectangle, with round corners if asked for."""
        corners = _scaled([(x, y), (x + width, y + height)])
        last = (corners[1][0] - 1, corners[1][1] - 1)
        self._draw.rounded_rectangle([corners[0], last], radius * _SCALE, fill)

    def disc(
        self, x: float, y: float, radius: float, fill: Color, radius_y: float | None = None
    ) -> None:
        """Draw a disc, or an ellipse."""
        high = radius if radius_y is None else radius_y
        self._draw.ellipse(_scaled([(x - radius, y - high), (x + radius, y + high)]), fill)

    def arc(
        self, x: float, y: float, radius: float, start: float, end: float, fill: Color, width: float
    ) -> None:
        """Draw a part of a ring; angles are in degrees, clockwise from the right."""
        box = _scaled([(x - radius, y - radius), (x + radius, y + radius)])
        self._draw.arc(box, start, end, fill, round(width * _SCALE))

    def line(self, points: Iterable[Point], fill: Color, width: float) -> None:
        """Draw connected lines."""
        self._draw.line(_scaled(points), fill, max(1, round(width * _SCALE)), joint="curve")

    def polygon(self, points: Iterable[Point], fill: Color) -> None:
        """Fill a polygon."""
        self._draw.polygon(_scaled(points), fill)

    def text(self, x: float, y: float, words: str, size: float, fill: Color) -> None:
        """Write a line of text whose upper left corner is at a point."""
        self._draw.text(_scaled([(x, y)])[0], words, fill, font(size * _SCALE))

    def typed(self, x: float, y: float, words: str, size: float, fill: Color) -> float:
        """Write text in columns of one width; return where it ends."""
        drawn = font(size * _SCALE)
        for character in words:
            spare = 0.62 * size - drawn.getlength(character) / _SCALE
            self._draw.text(_scaled([(x + spare / 2, y)])[0], character, fill, drawn)
            x += 0.62 * size
        return x

    def paste(self, x: float, y: float, pixels: Bytes, radius: float = 0) -> None:
        """Draw an image, with round corners if asked for."""
        height, width = pixels.shape[:2]
        size = (width * _SCALE, height * _SCALE)
        mask = Image.new("L", size)
        ImageDraw.Draw(mask).rounded_rectangle(
            [(0, 0), (size[0] - 1, size[1] - 1)], radius * _SCALE, 255
        )
        enlarged = Image.fromarray(pixels).resize(size, Image.Resampling.NEAREST)
        left, top = _scaled([(x, y)])[0]
        self._image.paste(enlarged, (round(left), round(top)), mask)

    def image(self) -> Image.Image:
        """Shrink the drawing to its size."""
        return self._image.reduce(_SCALE)

    def pixels(self) -> NDArray[np.float64]:
        """Return the drawing at its size: (height, width, 3), 0 to 255."""
        return np.asarray(self.image(), np.float64)


def text_width(words: str, size: float) -> float:
    """Return the width of a line of text."""
    return font(size * _SCALE).getlength(words) / _SCALE


def gradient(width: int, height: int, colors: Sequence[ArrayLike], *, down: bool = True) -> Bytes:
    """Return a gradient through colours, downwards or to the right."""
    stops = np.linspace(0, 1, len(colors))
    along = np.linspace(0, 1, height if down else width)
    ramp = np.stack(
        [np.interp(along, stops, channel) for channel in np.array(colors, float).T], axis=-1
    )
    ramp = ramp[:, np.newaxis] if down else ramp[np.newaxis]
    return to_bytes(np.broadcast_to(ramp, (height, width, 3)))


def to_bytes(levels: NDArray[np.floating]) -> Bytes:
    """Round and clip levels from 0 to 255."""
    rounded: Bytes = np.rint(levels).clip(0, 255).astype(np.uint8)
    return rounded


def _scaled(points: Iterable[Point]) -> list[Point]:
    return [(x * _SCALE, y * _SCALE) for x, y in points]
