"""Index maps: what comes of a layer, as GIMP's side has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.kept import Kept
from engine.told import told

if TYPE_CHECKING:
    import palette_core as pc
    from engine.raster import Raster


class IndexMap(Kept):
    """A quantized picture.

    Attributes
    ----------
    quantized : Quantized
    colors : tuple of str
        Its palette, "#rrggbb" each.
    width, height : int
    has_holes : bool
        Whether there may be transparent pixels.
    """

    facts = ("colors", "width", "height", "has_holes")

    def __init__(self, quantized: pc.Quantized) -> None:
        self.quantized = quantized
        self.colors = quantized.palette.hex
        self.height, self.width = quantized.indices.shape
        self.has_holes = quantized.opaque is not None

    @told
    def strip(self, top: int, rows: int) -> tuple[bytes, bytes | None]:
        """Give rows from one on: indices, and alpha unless all is opaque."""
        part, alpha = slice(top, top + rows), None
        if self.quantized.opaque is not None:
            alpha = (self.quantized.opaque[part] * np.uint8(255)).tobytes()
        return self.quantized.indices[part].tobytes(), alpha

    @told
    def pixels(self, top: int, rows: int) -> bytes:
        """Return some rows as sRGB with alpha."""
        part, opaque = slice(top, top + rows), self.quantized.opaque
        indices = self.quantized.indices[part]
        pixels = np.full((*indices.shape, 4), 255, np.uint8)
        pixels[..., :3] = self.quantized.palette.colors[indices]
        if opaque is not None:
            pixels[~opaque[part]] = 0
        return pixels.tobytes()

    @told
    def raster(self, highlight: int | None = None) -> Raster:
        """Make it ready to be seen, an entry highlighted or none."""
        from engine.raster import Raster

        return Raster.of_quantized(self.quantized, highlight)
