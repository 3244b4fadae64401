"""Planes: what was read from GIMP, an array that is filled in strips of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.kept import Kept
from engine.told import told

if TYPE_CHECKING:
    from engine.raster import Raster

# A pixel is selected from so much of its mask on.
HALF = 128


class Plane(Kept):
    """A rectangle of pixels, of a selection, or of alpha.

    Parameters
    ----------
    array : (height, width, channels) ndarray
        Pixels are four channels of uint8, sRGB with straight alpha; a selection is one; alpha is
        one of float32.
    """

    facts = ("width", "height")

    def __init__(self, array: np.ndarray) -> None:
        self.array = array
        self.height, self.width = array.shape[:2]

    @told
    def put(self, top: int, rows: int, data: bytes) -> None:
        """Fill rows from one on; of pixels without alpha three channels are given."""
        given = np.frombuffer(data, self.array.dtype).reshape(rows, self.width, -1)
        self.array[top : top + rows, :, : given.shape[-1]] = given

    @told
    def part(self, left: int, top: int, width: int, height: int) -> Plane:
        """Copy a part of it."""
        part = self.array[top : top + height, left : left + width]
        return Plane(np.ascontiguousarray(part))

    @told
    def equals(self, other: Plane) -> bool:
        """Tell whether another holds the same."""
        return np.array_equal(self.array, other.array)

    @told
    def selects(self) -> tuple[bool, bool]:
        """Tell of a selection whether it selects any pixel by half or more, and whether all."""
        selected = self.array >= HALF
        return bool(selected.any()), bool(selected.all())

    @told
    def masked(self, mask: Plane) -> Plane:
        """Return pixels as a layer mask shows them: what it hides is transparent."""
        pixels = self.array.copy()
        pixels[..., 3] = masked_alpha(pixels[..., 3], mask.array[..., 0])
        return Plane(pixels)

    @told
    def raster(self) -> Raster:
        """Make pixels ready to be seen."""
        from engine.raster import Raster

        return Raster.of_pixels(self.array)


@told
def plane(width: int, height: int, kind: str) -> Plane:
    """Make an empty one, for "rgba" or "rgb" pixels, a "mask" or exact "alpha"."""
    if kind == "rgb":
        return Plane(np.full((height, width, 4), 255, np.uint8))
    dtype = np.float32 if kind == "alpha" else np.uint8
    return Plane(np.empty((height, width, 4 if kind == "rgba" else 1), dtype))


def masked_alpha(alpha: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Return alpha times a layer mask, both from 0 to 255."""
    return ((alpha.astype(np.uint16) * mask + 127) // 255).astype(np.uint8)
