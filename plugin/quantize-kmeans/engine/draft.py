"""Drafts: what is seen of a layer in other colours, long before all of it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import palette_core
from engine.kept import Kept
from engine.told import told

if TYPE_CHECKING:
    import palette_core as pc
    from engine.raster import Raster
    from ui.viewport import Viewport


class Draft(Kept):
    """Stands in for the raster of a result: puts into a palette what is seen, each time anew.

    A layer that is shown smaller than it is has a mean in each pixel, so that the dots of dithering
    are coarser here than in the result. One that is shown larger is seen as it is.

    Parameters
    ----------
    original : Raster
    palette : Palette
    mapping : dict
        Options of `palette_core.map_pixels`.
    """

    facts = ("size",)

    def __init__(self, original: Raster, palette: pc.Palette, mapping: dict[str, Any]) -> None:
        self.size = original.size
        self._original, self._palette = original, palette
        self._mapping = {**mapping, "alpha_dither": False}
        self._shown: tuple[Viewport, np.ndarray] | None = None

    @told
    def prepare(self, view: Viewport) -> None:
        """Draw what is seen of it, so that it need not be drawn when it is shown."""
        self.show(view)

    def show(self, view: Viewport) -> np.ndarray:
        """Give what is seen of it, as `Raster.show` does."""
        shown = self._shown
        if shown is None or shown[0] != view:
            shown = self._shown = view, self._draw(view)
        return shown[1].copy()

    def _draw(self, view: Viewport) -> np.ndarray:
        seen = self._original.show(view)
        if view.zoom > 1:
            return seen
        drawn = palette_core.map_pixels(seen, self._palette, **self._mapping).to_array()
        if drawn.shape[-1] == 4:
            return drawn
        return np.concatenate([drawn, np.full((*drawn.shape[:2], 1), 255, np.uint8)], axis=-1)
