"""Viewport: which part of a picture is seen in a window, and how large. Nothing of GTK."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

# The steps of zooming in and out, in pixels of the screen a pixel of the picture.
STEPS = (
    1 / 64, 1 / 48, 1 / 32, 1 / 24, 1 / 16, 1 / 12, 1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3,
    1, 2, 3, 4, 6, 8, 12, 16,
)  # fmt: skip
CLOSEST = STEPS[-1]
_NEARLY = 1e-6


@dataclass(frozen=True)
class Viewport:
    """How a picture lies in a window.

    Attributes
    ----------
    picture : tuple of 2 int
        Its width and height, at least 1.
    window : tuple of 2 int
        The window's width and height in pixels of the screen, at least 1.
    zoom : float
        Pixels of the screen a pixel of the picture.
    center : tuple of 2 float
        What is in the window's middle, in the picture's coordinates.
    fitted : bool
        Whether the whole picture is to be seen, however the window changes.
    """

    picture: tuple[int, int]
    window: tuple[int, int]
    zoom: float = 1.0
    center: tuple[float, float] = (0.0, 0.0)
    fitted: bool = True

    @classmethod
    def fit(cls, picture: tuple[int, int], window: tuple[int, int]) -> Viewport:
        """Show all of a picture; a small one as large as whole pixels allow, to 16 : 1."""
        zoom = min(window[0] / picture[0], window[1] / picture[1])
        if zoom > 1:
            zoom = min(math.floor(zoom), CLOSEST)
        return cls(picture, window, zoom, (picture[0] / 2, picture[1] / 2))

    @property
    def origin(self) -> tuple[int, int]:
        """Where the picture's corner is in the window; pixels have edges on whole numbers."""
        x, y = (
            round(side / 2 - middle * self.zoom)
            for side, middle in zip(self.window, self.center, strict=True)
        )
        return x, y

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The part of the window that the picture covers: left, top, right, bottom."""
        (left, top), (right, bottom) = self.origin, self._end
        width, height = self.window
        return max(0, left), max(0, top), min(right, width), min(bottom, height)

    @property
    def seen(self) -> tuple[float, float, float, float]:
        """The part of the picture that is seen, in its coordinates: left, top, right, bottom."""
        box, (width, height) = self.box, self.picture
        (left, top), (right, bottom) = self.at(*box[:2]), self.at(*box[2:])
        # The last pixel of the screen has what is left of the picture.
        right = width if box[2] == self._end[0] else min(right, width)
        bottom = height if box[3] == self._end[1] else min(bottom, height)
        return max(0.0, left), max(0.0, top), right, bottom

    @property
    def _end(self) -> tuple[int, int]:
        """Where the picture ends in the window, or beyond it."""
        x, y = (
            start + max(1, round(length * self.zoom))
            for start, length in zip(self.origin, self.picture, strict=True)
        )
        return x, y

    @property
    def can_move(self) -> bool:
        """Whether there is more of the picture than is seen."""
        return any(
            length * self.zoom > side + _NEARLY
            for length, side in zip(self.picture, self.window, strict=True)
        )

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Give the place in the picture at a place in the window."""
        left, top = self.origin
        return (x - left) / self.zoom, (y - top) / self.zoom

    def resized(self, window: tuple[int, int]) -> Viewport:
        """Give the same for a window of another size."""
        if self.fitted:
            return Viewport.fit(self.picture, window)
        return _inside(replace(self, window=window))

    def zoomed(self, zoom: float, at: tuple[float, float] | None = None) -> Viewport:
        """Zoom, so that what is at a place in the window stays there: by default in the middle."""
        x, y = at or (self.window[0] / 2, self.window[1] / 2)
        left, top = self.at(x, y)
        center = (
            left + (self.window[0] / 2 - x) / zoom,
            top + (self.window[1] / 2 - y) / zoom,
        )
        return _inside(replace(self, zoom=zoom, center=center, fitted=False))

    def stepped(self, steps: int, at: tuple[float, float] | None = None) -> Viewport:
        """Zoom in by so many steps, or out; never smaller than fits, never beyond 16 : 1."""
        least = min(Viewport.fit(self.picture, self.window).zoom, 1.0)
        zoom = self.zoom
        for _ in range(abs(steps)):
            if steps > 0:
                zoom = next((s for s in STEPS if s > zoom * (1 + _NEARLY)), CLOSEST)
            else:
                zoom = max(least, *(s for s in (0, *STEPS) if s < zoom * (1 - _NEARLY)))
        if zoom <= least * (1 + _NEARLY) and steps < 0:
            return Viewport.fit(self.picture, self.window)
        return self.zoomed(zoom, at)

    def moved(self, right: float, down: float) -> Viewport:
        """Move the picture in the window by so many pixels of the screen."""
        center = self.center[0] - right / self.zoom, self.center[1] - down / self.zoom
        return _inside(replace(self, center=center))


def _inside(view: Viewport) -> Viewport:
    """Leave no more of the window empty than there must be."""
    x, y = (
        # What is smaller than the window is in its middle.
        length / 2 if side >= length * view.zoom else min(max(middle, half), length - half)
        for length, side, middle in zip(view.picture, view.window, view.center, strict=True)
        for half in (side / 2 / view.zoom,)
    )
    return replace(view, center=(x, y))
