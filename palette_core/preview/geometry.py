"""Geometry: rectangles of an image, and the part of an image that a window shows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np

from ..arrays import AnyFloats

Slices: TypeAlias = tuple[slice, slice]
# Left, top, right, bottom.
Box: TypeAlias = tuple[int, int, int, int]


class Area(NamedTuple):
    """A rectangle of pixels, in the coordinates of the image."""

    x: int
    y: int
    width: int
    height: int

    @property
    def shape(self) -> tuple[int, int]:
        """The number of rows and of columns."""
        return self.height, self.width

    def intersect(self, other: Area) -> Area:
        """Return the rectangle that is common to both; its width or height is 0 without any."""
        left, top = max(self.x, other.x), max(self.y, other.y)
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        return Area(left, top, max(0, right - left), max(0, bottom - top))

    def slices_in(self, outer: Area) -> Slices:
        """Return the rows and columns that this rectangle has in an array of `outer`."""
        left, top = self.x - outer.x, self.y - outer.y
        return slice(top, top + self.height), slice(left, left + self.width)


@dataclass(frozen=True)
class View:
    """The part of an image that a window shows."""

    image: tuple[int, int]  # width and height of the image
    window: tuple[int, int]  # width and height of the window, in pixels of the screen
    zoom: float  # how many pixels of the screen a pixel of the image has
    center: tuple[float, float]  # the coordinates in the image of the middle of the window: x, y

    @cached_property
    def origin(self) -> tuple[int, int]:
        """The position of the image's upper left corner in the window: x, y."""
        x, y = (
            round(side / 2 - middle * self.zoom)
            for side, middle in zip(self.window, self.center, strict=True)
        )
        return x, y

    @cached_property
    def _end(self) -> tuple[int, int]:
        """The position of the image's lower right corner in the window: x, y."""
        x, y = (
            start + max(1, round(length * self.zoom))
            for start, length in zip(self.origin, self.image, strict=True)
        )
        return x, y

    @cached_property
    def box(self) -> Box:
        """The part of the window that the image covers."""
        (left, top), (right, bottom) = self.origin, self._end
        width, height = self.window
        return max(0, left), max(0, top), min(right, width), min(bottom, height)

    @property
    def size(self) -> tuple[int, int]:
        """The width and height of `box`."""
        left, top, right, bottom = self.box
        return right - left, bottom - top

    @cached_property
    def seen(self) -> tuple[float, float, float, float]:
        """The part of the image that is seen: left, top, right, bottom."""
        starts, ends = [], []
        for axis in (0, 1):
            low, high = self.box[axis], self.box[axis + 2]
            start = (low - self.origin[axis]) / self.zoom
            end = (high - self.origin[axis]) / self.zoom
            length = self.image[axis]
            starts.append(max(0.0, start))
            # The last pixel of the screen shows what is left of the image.
            ends.append(length if high == self._end[axis] else min(end, length))
        return starts[0], starts[1], ends[0], ends[1]

    def columns_and_rows(self) -> tuple[AnyFloats, AnyFloats]:
        """Return the image coordinates of the middle of each column and of each row of `box`."""
        left, top, right, bottom = self.box
        columns = (np.arange(left, right) + 0.5 - self.origin[0]) / self.zoom
        rows = (np.arange(top, bottom) + 0.5 - self.origin[1]) / self.zoom
        return columns, rows
