"""Scene: what a canvas shows, put together pixel by pixel. NumPy, nothing of GTK."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from raster import over_checks

if TYPE_CHECKING:
    from typing import TypeAlias

    from raster import Raster
    from viewport import Viewport

    Color: TypeAlias = tuple[int, int, int]
    Part: TypeAlias = tuple[float, float, float, float]

MODES = ("result", "original", "loss")
# The half height of the line's handle, its half width, and the width of the focus frame, where the
# screen's scale is 1.
_HANDLE, _GRIP, _FRAME = 9, 2, 2
_LUMA = np.array([0.299, 0.587, 0.114])


@dataclass
class Scene:
    """What there is to see of a layer.

    Attributes
    ----------
    original, result : Raster or None
        The layer before and after, of one size.
    loss : tuple of ndarray and Part, or None
        A loss map, (h, w, 4) uint8, and of which part of the picture it is.
    mode : str
        One of `MODES`.
    split : float or None
        The part of the window that the original has in the mode "result".
    peeking : bool
        Whether the original is seen in any mode.
    """

    original: Raster | None = None
    result: Raster | None = None
    loss: tuple[np.ndarray, Part] | None = None
    mode: str = "result"
    split: float | None = None
    peeking: bool = False
    # What was seen of the rasters last, so that moving the line is fast.
    _seen: dict[Raster, tuple[Viewport, np.ndarray]] = field(default_factory=dict, repr=False)

    @property
    def has_line(self) -> bool:
        """Whether a line divides the window."""
        divides = self.split is not None and self.mode == "result" and not self.peeking
        return divides and self.result is not None

    def line(self, view: Viewport) -> int:
        """Give the line's place in the window, in pixels of the screen."""
        return round((self.split or 0.0) * view.window[0])

    def pixels(self, view: Viewport, scale: int, frame: Color | None) -> np.ndarray:
        """Give what a window shows.

        Parameters
        ----------
        view : Viewport
        scale : int
            Pixels of the screen for one of GTK's.
        frame : Color, optional
            That of a frame around the window, which says that it has the focus.

        Returns
        -------
        (h, w, 4) ndarray of uint8
            RGBA; transparent where there is no picture.
        """
        width, height = view.window
        found = np.zeros((height, width, 4), np.uint8)
        if self.original is not None:
            left, top, right, bottom = view.box
            found[top:bottom, left:right] = self._picture(self.original, view, scale)
        if self.has_line:
            _draw_line(found, self.line(view), view.box, scale)
        if frame is not None:
            wide = _FRAME * scale
            for edge in (found[:wide], found[-wide:], found[:, :wide], found[:, -wide:]):
                edge[:] = (*frame, 255)
        return found

    def _picture(self, original: Raster, view: Viewport, scale: int) -> np.ndarray:
        """Give what is seen in the picture's part of the window."""
        before = self._see(original, view, scale)
        if self.peeking or self.mode == "original" or (self.mode == "result" and not self.result):
            found = before
        elif self.mode == "loss":
            found = self._loss(before, view, scale)
        else:
            found = self._see(self.result, view, scale)
            if self.has_line:
                line = max(0, self.line(view) - view.box[0])
                found = np.concatenate([before[:, :line], found[:, line:]], axis=1)
        for raster in set(self._seen) - {self.original, self.result}:
            del self._seen[raster]
        return found

    def _see(self, raster: Raster, view: Viewport, scale: int) -> np.ndarray:
        """Give what is seen of a raster, over checks."""
        seen, found = self._seen.get(raster, (None, None))
        if seen != view:
            found = np.ascontiguousarray(raster.show(view))
            over_checks(found, view.box[:2], scale)
            self._seen[raster] = view, found
        return found

    def _loss(self, before: np.ndarray, view: Viewport, scale: int) -> np.ndarray:
        """Give the loss map as far as there is one; elsewhere the original, dark and grey."""
        found = np.full_like(before, 255)
        found[..., :3] = (before[..., :3] @ (_LUMA / 3))[..., np.newaxis]
        if self.loss is None:
            return found
        image, (x0, y0, x1, y1) = self.loss
        left, top, right, bottom = view.box
        columns, _ = view.at(np.arange(left, right) + 0.5, 0)
        _, rows = view.at(0, np.arange(top, bottom) + 0.5)
        across = np.floor((columns - x0) / (x1 - x0) * image.shape[1]).astype(np.intp)
        down = np.floor((rows - y0) / (y1 - y0) * image.shape[0]).astype(np.intp)
        inside = (across >= 0) & (across < image.shape[1])
        within = (down >= 0) & (down < image.shape[0])
        drawn = image[down[within][:, np.newaxis], across[inside]]
        over_checks(drawn, (left, top), scale)
        found[np.ix_(within, inside)] = drawn
        return found


def _draw_line(found: np.ndarray, line: int, box: tuple[int, int, int, int], scale: int) -> None:
    """Draw the line with its handle: white in black, which is seen everywhere."""
    _, top, _, bottom = box
    middle = (top + bottom) // 2
    for grown, level in ((scale, 0), (0, 255)):
        for wide, high in ((0, bottom - top), (_GRIP * scale, _HANDLE * scale)):
            rows = slice(max(top, middle - high - grown), min(bottom, middle + high + grown))
            columns = slice(max(0, line - wide - grown), line + scale + wide + grown)
            found[rows, columns] = (level, level, level, 255)
