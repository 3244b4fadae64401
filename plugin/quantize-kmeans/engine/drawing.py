"""Drawing: a scene put together pixel by pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.kept import Kept
from engine.raster import over_checks
from engine.told import told

if TYPE_CHECKING:
    from typing import TypeAlias

    from engine.costs import LossMap
    from engine.draft import Draft
    from engine.raster import Raster
    from ui.scene import Scene
    from ui.viewport import Viewport

    Color: TypeAlias = tuple[int, int, int]

# The half height of the line's handle, its half width, and the width of the focus frame, where the
# screen's scale is 1.
_HANDLE, _GRIP, _FRAME = 9, 2, 2
_LUMA = np.array([0.299, 0.587, 0.114])


class Painter(Kept):
    """Draws what a canvas shows, again and again."""

    def __init__(self) -> None:
        # What was seen of the rasters last, so that moving the line is fast.
        self._seen: dict[Raster | Draft, tuple[Viewport, np.ndarray]] = {}

    @told
    def paint(self, scene: Scene, view: Viewport, scale: int, frame: Color | None) -> bytes:
        """Give what a window shows: `pixels`, a row after the other."""
        return self.pixels(scene, view, scale, frame).tobytes()

    def pixels(self, scene: Scene, view: Viewport, scale: int, frame: Color | None) -> np.ndarray:
        """Give what a window shows.

        Parameters
        ----------
        scene : Scene
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
        if scene.original is not None:
            left, top, right, bottom = view.box
            found[top:bottom, left:right] = self._picture(scene, view, scale)
        if scene.has_line:
            _draw_line(found, scene.line(view), view.box, scale)
        if frame is not None:
            wide = _FRAME * scale
            for edge in (found[:wide], found[-wide:], found[:, :wide], found[:, -wide:]):
                edge[:] = (*frame, 255)
        return found

    def _picture(self, scene: Scene, view: Viewport, scale: int) -> np.ndarray:
        """Give what is seen in the picture's part of the window."""
        before = self._see(scene.original, view, scale)
        if scene.mode == "loss" and not scene.peeking:
            found = _draw_loss(scene.loss, before, view, scale)
        elif scene.peeking or scene.mode == "original" or scene.result is None:
            found = before
        else:
            found = self._see(scene.result, view, scale)
            if scene.has_line:
                line = max(0, scene.line(view) - view.box[0])
                found = np.concatenate([before[:, :line], found[:, line:]], axis=1)
        for raster in set(self._seen) - {scene.original, scene.result}:
            del self._seen[raster]
        return found

    def _see(self, raster: Raster | Draft, view: Viewport, scale: int) -> np.ndarray:
        """Give what is seen of a raster, over checks."""
        seen, found = self._seen.get(raster, (None, None))
        if seen != view:
            found = np.ascontiguousarray(raster.show(view))
            over_checks(found, view.box[:2], scale)
            self._seen[raster] = view, found
        return found


def _draw_loss(loss: LossMap | None, before: np.ndarray, view: Viewport, scale: int) -> np.ndarray:
    """Draw the loss map as far as there is one; elsewhere the original, dark and grey."""
    found = np.full_like(before, 255)
    found[..., :3] = (before[..., :3] @ (_LUMA / 3))[..., np.newaxis]
    if loss is None:
        return found
    image, (x0, y0, x1, y1) = loss.image, loss.part
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
