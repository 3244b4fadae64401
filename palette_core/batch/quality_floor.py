"""A quality floor: results below it are not written."""

from __future__ import annotations

import importlib.util
import io
import math
from dataclasses import dataclass

import numpy as np

from ..arrays import Bytes
from ..errors import MissingPackageError, PixelsError
from ..image.alpha import blend_over
from ..metrics import Metrics

_PACKAGE = "ssimulacra2"
# The score compares means over blocks of this side.
_MIN_SIDE = 8


@dataclass(frozen=True)
class QualityFloor:
    """The least quality of results."""

    psnr: float | None = None  # in dB, as `Metrics.psnr`
    # The SSIMULACRA 2 score (Jon Sneyers, Cloudinary, 2022): 100 for identical images, 90 for
    # differences that are hardly visible, 70 for high quality, 50 for medium, 30 for low.
    ssimulacra2: float | None = None

    def __post_init__(self) -> None:
        """Check that the score can be computed."""
        if self.ssimulacra2 is not None and importlib.util.find_spec(_PACKAGE) is None:
            raise MissingPackageError(
                "`min_ssimulacra2` needs another package; install it by "
                "pip install 'palette-core[ssimulacra2]'"
            )

    def describe_shortfall(self, metrics: Metrics, score: float | None) -> str:
        """Return what is below the floor, or "" if nothing is.

        If no pixel was compared, the PSNR is NaN and not below any floor.
        """
        # Reached values are rounded down, so that none looks as if it met the floor.
        if self.psnr is not None and metrics.psnr < self.psnr:
            reached = math.floor(metrics.psnr * 100) / 100
            return f"PSNR {reached:.2f} dB is below `min_psnr={self.psnr:g}`"
        if self.ssimulacra2 is not None and score is not None and score < self.ssimulacra2:
            reached = math.floor(score * 100) / 100
            return f"SSIMULACRA 2 {reached:.2f} is below `min_ssimulacra2={self.ssimulacra2:g}`"
        return ""


def measure_ssimulacra2(before: Bytes, after: Bytes) -> float:
    """Return the SSIMULACRA 2 score of an image, with alpha the lower of black and white behind it.

    Both sides have at least 8 pixels.
    """
    from ssimulacra2 import compute_ssimulacra2

    if min(before.shape[:2]) < _MIN_SIDE:
        raise PixelsError(
            f"images of less than {_MIN_SIDE} x {_MIN_SIDE} pixels have no SSIMULACRA 2 score; "
            "use `min_psnr`"
        )
    has_alpha = before.shape[-1] == 4 or after.shape[-1] == 4
    levels = (0, 255) if has_alpha else (0,)
    return min(
        float(compute_ssimulacra2(_png(before, level), _png(after, level))) for level in levels
    )


def _png(pixels: Bytes, level: int) -> io.BytesIO:
    """Return a PNG file of an image over a grey; the package reads files."""
    from PIL import Image

    if pixels.shape[-1] == 4:
        pixels = blend_over(pixels[..., :3], pixels[..., 3], (level, level, level))
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "png", compress_level=0)
    return file
