"""Judge: how far a quantized picture is from its original, in several measures."""

from __future__ import annotations

import math

import numpy as np

from palette_core.arrays import Bytes, pack, unpack

from .ways import Found


def judge(rgb: Bytes, found: Found) -> dict[str, float]:
    """Measure an index map and its palette against the picture.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8
    found : (K, 3) and (H, W) ndarrays of uint8

    Returns
    -------
    dict
        `entries`: how many palette entries pixels take. `mse`: mean squared error over pixels
        and channels. `cie76` and `ciede2000`: mean colour differences in CIELAB (D65).
    """
    from skimage import color

    palette, indices = found
    # Equal pairs of colour and entry are measured once.
    pairs = pack(rgb).astype(np.uint64).reshape(-1) << 8 | indices.reshape(-1)
    pairs, counts = np.unique(pairs, return_counts=True)
    before = unpack(pairs >> np.uint64(8))
    after = palette[pairs & np.uint64(255)]
    squares = np.square(before.astype(np.int64) - after).sum(axis=1)
    labs = [color.rgb2lab(colors) for colors in (before, after)]
    return {
        "entries": len(np.unique(indices)),
        "mse": int((squares * counts).sum()) / (3 * indices.size),
        "cie76": float(np.average(color.deltaE_cie76(*labs), weights=counts)),
        "ciede2000": float(np.average(color.deltaE_ciede2000(*labs), weights=counts)),
    }


def psnr(mse: float) -> float:
    """Give the peak signal-to-noise ratio in dB."""
    return 10 * math.log10(255**2 / mse) if mse else math.inf
