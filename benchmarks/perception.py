"""Perception: how far a quantized picture looks from its original, by measures of others.

SSIMULACRA 2 and Butteraugli are the reference programs of libjxl (in Debian 13 the package
libjxl-devtools), SSIM and CIEDE2000 scikit-image's.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from palette_core.arrays import Bytes

from .judge import judge
from .ways import Found

# A picture is seen as its mean over blocks of so many pixels a side from some steps away.
_BLOCK = 8


def perceive(rgb: Bytes, found: Found) -> dict[str, float]:
    """Measure an index map and its palette against the picture.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8
    found : (K, 3) and (H, W) ndarrays of uint8

    Returns
    -------
    dict
        What `judge` gives, and `ssimulacra2` (100 is the same, below 0 poor), `butteraugli` (the
        3-norm; 0 is the same), and `ssim` (scikit-image's, over RGB; 1 is the same). `cast` and
        `cast_ciede2000` compare the pictures' means over blocks of 8 x 8 pixels, which dots do not
        change and a cast does: their mean squared difference in sRGB values, and their mean
        CIEDE2000.
    """
    from skimage import color
    from skimage.metrics import structural_similarity

    palette, indices = found
    shown = palette[indices]
    means = _means(rgb), _means(shown)
    labs = [color.rgb2lab(blocks / 255) for blocks in means]
    return {
        **judge(rgb, found),
        **_by_programs(rgb, shown),
        "ssim": float(structural_similarity(rgb, shown, channel_axis=2)),
        "cast": float(np.square(means[0] - means[1]).mean()),
        "cast_ciede2000": float(color.deltaE_ciede2000(*labs).mean()),
    }


def _by_programs(rgb: Bytes, shown: Bytes) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("before.png", "after.png")]
        for file, pixels in zip(files, (rgb, shown), strict=True):
            Image.fromarray(pixels).save(file, compress_level=1)
        return {
            "ssimulacra2": float(_run("ssimulacra2", files).split()[-1]),
            "butteraugli": float(_run("butteraugli_main", files).split()[-1]),
        }


def _run(program: str, files: list[Path]) -> str:
    try:
        done = subprocess.run([program, *files], capture_output=True, text=True, check=True)
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{program} is not on PATH; it is in libjxl's developer tools, in Debian 13 "
            "libjxl-devtools"
        ) from error
    return done.stdout


def _means(rgb: Bytes) -> np.ndarray:
    """Give the means over whole blocks: (H // 8, W // 8, 3)."""
    height, width = (side // _BLOCK for side in rgb.shape[:2])
    whole = rgb[: height * _BLOCK, : width * _BLOCK].astype(np.float64)
    return whole.reshape(height, _BLOCK, width, _BLOCK, 3).mean(axis=(1, 3))
