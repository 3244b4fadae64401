"""How far a quantized image is from its original: errors that are counted, and models of the eye.

SSIMULACRA 2 and Butteraugli are the reference programs of libjxl (in Debian 13 the package
libjxl-devtools). SSIM and CIEDE2000 are scikit-image's.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from palette_core.arrays import Bytes, pack, unpack

from .quantizers import Indexed

# From some steps away the eye sees the mean over blocks of this many pixels a side.
_BLOCK = 8
_PROGRAMS = {"ssimulacra2": "ssimulacra2", "butteraugli": "butteraugli_main"}


def measure_appearance(rgb: Bytes, indexed: Indexed) -> dict[str, float]:
    """Return how far a palette and an index map are from the original, and how different they look.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8
    indexed : (K, 3) and (H, W) ndarrays of uint8

    Returns
    -------
    dict
        `mse`: the mean squared error over pixels and channels. `ciede2000`: the mean colour
        difference in CIELAB (D65). `ssimulacra2` (100 is identical, below 0 poor), `butteraugli`
        (the 3-norm; 0 is identical), and `ssim` (over RGB; 1 is identical). `cast` and
        `cast_ciede2000` compare means over blocks of 8 x 8 pixels, which dither dots do not change
        and a colour cast does: their mean squared difference in sRGB values, and their mean
        CIEDE2000.
    """
    from skimage import color
    from skimage.metrics import structural_similarity

    palette, indices = indexed
    shown = palette[indices]
    means = _block_means(rgb), _block_means(shown)
    labs = [color.rgb2lab(blocks / 255) for blocks in means]
    return {
        **_pixel_errors(rgb, indexed),
        **run_libjxl(rgb, shown),
        "ssim": float(structural_similarity(rgb, shown, channel_axis=2)),
        "cast": float(np.square(means[0] - means[1]).mean()),
        "cast_ciede2000": float(color.deltaE_ciede2000(*labs).mean()),
    }


def _pixel_errors(rgb: Bytes, indexed: Indexed) -> dict[str, float]:
    from skimage import color

    palette, indices = indexed
    # Equal pairs of colour and entry are measured once.
    pairs = pack(rgb).astype(np.uint64).reshape(-1) << 8 | indices.reshape(-1)
    pairs, counts = np.unique(pairs, return_counts=True)
    before = unpack(pairs >> np.uint64(8))
    after = palette[pairs & np.uint64(255)]
    squares = np.square(before.astype(np.int64) - after).sum(axis=1)
    labs = [color.rgb2lab(colors) for colors in (before, after)]
    return {
        "mse": int((squares * counts).sum()) / (3 * indices.size),
        "ciede2000": float(np.average(color.deltaE_ciede2000(*labs), weights=counts)),
    }


def run_libjxl(
    rgb: Bytes, shown: Bytes, names: Sequence[str] = ("ssimulacra2", "butteraugli")
) -> dict[str, float]:
    """Return the scores of libjxl's programs, by default of both."""
    programs = {name: _PROGRAMS[name] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("before.png", "after.png")]
        for file, pixels in zip(files, (rgb, shown), strict=True):
            Image.fromarray(pixels).save(file, compress_level=1)
        scores = {}
        for name, program in programs.items():
            done = subprocess.run([program, *files], capture_output=True, text=True, check=True)
            scores[name] = float(done.stdout.split()[-1])
    return scores


def _block_means(rgb: Bytes) -> np.ndarray:
    """Return the means over whole blocks: (H // 8, W // 8, 3)."""
    height, width = (side // _BLOCK for side in rgb.shape[:2])
    blocks = rgb[: height * _BLOCK, : width * _BLOCK].reshape(height, _BLOCK, width, _BLOCK, 3)
    return blocks.mean(axis=(1, 3), dtype=np.float64)
