"""Images of floating point numbers, whose range nothing declares."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...arrays import Bytes
from ...errors import ImageFileError
from ..rasters import ColorDescription, Raster


def from_floats(
    samples: NDArray[Any],
    model: str,
    alpha: Bytes | None,
    color: ColorDescription,
    notes: list[str],
) -> Raster:
    """Return the raster of floats from 0, black, to 1, white; brighter ones are clipped.

    Raises
    ------
    ImageFileError
        If more than half of them are brighter: their range is another one, such as 0 to 255.
    """
    if not np.isfinite(samples).all():
        notes.append("numbers that are not finite are taken for black")
        samples = np.where(np.isfinite(samples), samples, 0)
    too_bright = np.count_nonzero(samples > 1)
    if 2 * too_bright > samples.size:
        raise ImageFileError(
            f"its pixels are floats of up to {float(samples.max()):g}, expected a range of 0 to 1; "
            "scale them first"
        )
    if too_bright:
        notes.append("light above 1 is clipped to white")
    return Raster(np.clip(samples, 0, 1).astype(np.float32), model, 1.0, alpha, color)
