"""The state of the canvas: which part of an image is seen, how large, and what of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

# The steps of zooming in and out, in pixels of the screen for each pixel of the image.
STEPS = (
    1 / 64, 1 / 48, 1 / 32, 1 / 24, 1 / 16, 1 / 12, 1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3,
    1, 2, 3, 4, 6, 8, 12, 16,
)  # fmt: skip
CLOSEST = STEPS[-1]
_NEARLY = 1e-6


@dataclass(frozen=True)
class Viewport:
    """How an image lies in a window. Widths and heights are at least 1."""

    image: tuple[int, int]  # its width and height
    window: tuple[int, int]  # its width and height, in pixels of the screen
    zoom: float = 1.0  # pixels of the screen for each pixel of the image
    center: tuple[float, float] = (0.0, 0.0)  # the image's point in the middle of the window
    fitted: bool = True  # whether the whole image stays visible when the window changes

    @classmethod
    def fit(cls, image: tuple[int, int], window: tuple[int, int]) -> Viewport:
        """Return the view of a whole image, enlarged by whole numbers at most, up to 16 : 1."""
        zoom = min(window[0] / image[0], window[1] / image[1])
        if zoom > 1:
            zoom = min(math.floor(zoom), CLOSEST)
        return cls(image, window, zoom, (image[0] / 2, image[1] / 2))

    def describe(self) -> dict[str, Any]:
        """Return the attributes of palette_core's `View`."""
        return {name: getattr(self, name) for name in ("image", "window", "zoom", "center")}

    @property
    def can_move(self) -> bool:
        """Whether there is more of the image than is seen."""
        return any(
            length * self.zoom > side + _NEARLY
            for length, side in zip(self.image, self.window, strict=True)
        )

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the position in the image of a position in the window."""
        return (
            self.center[0] + (x - self.window[0] / 2) / self.zoom,
            self.center[1] + (y - self.window[1] / 2) / self.zoom,
        )

    def resized(self, window: tuple[int, int]) -> Viewport:
        """Return the view in a window of another size."""
        if self.fitted:
            return Viewport.fit(self.image, window)
        return _inside(replace(self, window=window))

    def zoomed(self, zoom: float, at: tuple[float, float] | None = None) -> Viewport:
        """Return the view with another zoom; what is at a position of the window stays there."""
        x, y = at or (self.window[0] / 2, self.window[1] / 2)
        left, top = self.at(x, y)
        center = (left + (self.window[0] / 2 - x) / zoom, top + (self.window[1] / 2 - y) / zoom)
        return _inside(replace(self, zoom=zoom, center=center, fitted=False))

    def stepped(self, steps: int, at: tuple[float, float] | None = None) -> Viewport:
        """Return the view some steps closer, or farther away: from all of the image to 16 : 1."""
        least = min(Viewport.fit(self.image, self.window).zoom, 1.0)
        zoom = self.zoom
        for _ in range(abs(steps)):
            if steps > 0:
                zoom = next((s for s in STEPS if s > zoom * (1 + _NEARLY)), CLOSEST)
            else:
                zoom = max(least, *(s for s in (0, *STEPS) if s < zoom * (1 - _NEARLY)))
        if zoom <= least * (1 + _NEARLY) and steps < 0:
            return Viewport.fit(self.image, self.window)
        return self.zoomed(zoom, at)

    def moved(self, right: float, down: float) -> Viewport:
        """Return the view with the image moved, by pixels of the screen."""
        center = self.center[0] - right / self.zoom, self.center[1] - down / self.zoom
        return _inside(replace(self, center=center))


def _inside(view: Viewport) -> Viewport:
    """Return the view that leaves no more of the window empty than necessary."""
    x, y = (
        # What is smaller than the window is in its middle.
        length / 2 if side >= length * view.zoom else min(max(middle, half), length - half)
        for length, side, middle in zip(view.image, view.window, view.center, strict=True)
        for half in (side / 2 / view.zoom,)
    )
    return replace(view, center=(x, y))


@dataclass(frozen=True)
class CanvasState:
    """What a canvas shows."""

    view: Viewport = Viewport((1, 1), (1, 1))
    has_original: bool = False  # whether there is an image
    # In the mode "result": "provisional", "result" or "projection"; the original without any.
    result: str | None = None
    highlight: int | None = None  # the palette entry whose pixels stand out in the result
    mode: str = "result"  # or "original" or "loss"
    split: float | None = None  # the part of the window on the left of the line; None without one
    is_peeking: bool = False  # whether the original is seen in any mode

    @property
    def has_line(self) -> bool:
        """Whether a line divides the window."""
        return self.split is not None and self._shows_result

    @property
    def line(self) -> int:
        """The column of the line in the window."""
        return round((self.split or 0.0) * self.view.window[0])

    @property
    def _shows_result(self) -> bool:
        return self.mode == "result" and not self.is_peeking and self.result is not None

    def describe(self) -> dict[str, Any]:
        """Return what `PreviewSession.render` is asked for."""
        shown = self.result if self._shows_result else "original"
        if self.mode == "loss" and not self.is_peeking:
            shown = "error-map"
        return {
            "view": self.view.describe(),
            "shown": shown,
            "highlight": self.highlight if self._shows_result else None,
            "line": self.line if self.has_line else None,
        }
