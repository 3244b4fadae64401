"""Drafts: what is seen of a layer in other colours, long before all of it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    import palette_core as pc
    from raster import Raster
    from task import Task
    from viewport import Viewport


class Draft:
    """Stands in for a raster: right in one view, and the original in all others."""

    def __init__(self, original: Raster, view: Viewport, pixels: np.ndarray) -> None:
        self.size = original.size
        self._original, self._view, self._pixels = original, view, pixels

    def show(self, view: Viewport) -> np.ndarray:
        """Give what is seen of it, as `Raster.show` does."""
        return self._pixels.copy() if view == self._view else self._original.show(view)


def draft(task: Task, original: Raster, view: Viewport, palette: pc.Palette) -> Draft | None:
    """Put what is seen of a layer into a palette; None where its pixels are larger than those seen.

    A layer that is shown smaller than it is has a mean in each pixel, so that the dots of dithering
    are coarser here than in the result.
    """
    import numpy as np

    import palette_core

    if view.zoom > 1:
        return None
    seen = original.show(view)
    options = {**task.settings.mapping, "alpha_dither": False}
    drawn = palette_core.map_pixels(seen, palette, **options).to_array()
    if drawn.shape[-1] == 3:
        drawn = np.concatenate([drawn, np.full((*drawn.shape[:2], 1), 255, np.uint8)], axis=-1)
    return Draft(original, view, drawn)
