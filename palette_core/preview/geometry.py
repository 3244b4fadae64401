"""Geometry: rectangles of an image, and the part of an image that a window shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Slices: TypeAlias = tuple[slice, slice]
Coordinates: TypeAlias = NDArray[np.floating]


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
    """The part of an image that a window shows.

    Attributes
    ----------
    image : tuple of 2 int
        The width and height of the image.
    window : tuple of 2 int
        The width and height of the window, in pixels of the screen.
    zoom : float
        How many pixels of the screen a pixel of the image has.
    origin : tuple of 2 int
        The position of the image's upper left corner in the window: x, y.
    box : tuple of 4 int
        The part of the window that the image covers: left, top, right, bottom.
    seen : tuple of 4 float
        The part of the image that is seen, in its coordinates: left, top, right, bottom.
    """

    image: tuple[int, int]
    window: tuple[int, int]
    zoom: float
    origin: tuple[int, int]
    box: tuple[int, int, int, int]
    seen: tuple[float, float, float, float]

    @property
    def size(self) -> tuple[int, int]:
        """The width and height of `box`."""
        left, top, right, bottom = self.box
        return right - left, bottom - top

    def columns_and_rows(self) -> tuple[Coordinates, Coordinates]:
        """Return the image coordinates of the middle of each column and of each row of `box`."""
        left, top, right, bottom = self.box
        columns = (np.arange(left, right) + 0.5 - self.origin[0]) / self.zoom
        rows = (np.arange(top, bottom) + 0.5 - self.origin[1]) / self.zoom
        return columns, rows
