"""Scene: what a canvas shows, in plain values and references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.costs import LossMap
    from engine.draft import Draft
    from engine.raster import Raster
    from ui.viewport import Viewport

# GIMP's mid-tone checks, and the side of their squares where the screen's scale is 1.
CHECKS, CHECK_SIDE = (0x66, 0x99), 8
MODES = ("result", "original", "loss")


@dataclass
class Scene:
    """What there is to see of a layer.

    Attributes
    ----------
    original : Raster or None
        The layer before.
    result : Raster, Draft or None
        The layer after, of the same size.
    loss : LossMap or None
        Where they differ.
    mode : str
        One of `MODES`.
    split : float or None
        The part of the window that the original has in the mode "result".
    peeking : bool
        Whether the original is seen in any mode.
    """

    original: Raster | None = None
    result: Raster | Draft | None = None
    loss: LossMap | None = None
    mode: str = "result"
    split: float | None = None
    peeking: bool = False

    @property
    def has_line(self) -> bool:
        """Whether a line divides the window."""
        divides = self.split is not None and self.mode == "result" and not self.peeking
        return divides and self.result is not None

    def line(self, view: Viewport) -> int:
        """Give the line's place in the window, in pixels of the screen."""
        return round((self.split or 0.0) * view.window[0])
