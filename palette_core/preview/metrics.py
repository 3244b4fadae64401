"""Metrics and error maps of a result, fast enough for a preview."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bytes, Singles
from ..color.ciede2000 import measure_srgb_differences
from ..image.sampling import draw_stratified
from ..metrics import psnr_from_mse
from ..progress import Progress, subprogress, with_progress
from ..result import Quantized
from ..threads import for_each_block
from .geometry import View
from .renderer import ErrorMap

# Pixels are compared in strips that stay in the processor's cache.
_STRIP = 1 << 17
# The mean colour difference is that of at most this many pixels, which gives it to 0.02 for photos.
_SAMPLE = 1 << 17
# An error map compares at most this many pixels, and in each direction at most this many for one
# pixel of the map.
_MAX_COMPARED = 1 << 21
_MAX_SAMPLES_PER_SIDE = 4


def measure(
    pairs: Iterable[tuple[Bytes, Quantized]], total: int, progress: Progress
) -> dict[str, Any]:
    """Measure images that share a palette; all opaque pixels have the same weight.

    Pairs are originals, (H, W, 3) or (H, W, 4), of which alpha does not count, and their results.

    Returns
    -------
    dict
        `mse` and `psnr` as `compare` measures them; `delta_e` as well, but from at most 131072
        pixels of each image; all three are NaN where no pixel is opaque. `pixels`: how many pixels
        each entry has, a tuple. `transparent`: how many pixels are transparent.
    """
    squares = differences = 0.0
    compared = transparent = 0
    counts: NDArray[np.int64] | int = 0
    for number, (original, result) in enumerate(pairs):
        share = subprogress(progress, number / total, (number + 1) / total)
        rgb, indices = _opaque_pixels(original, result)
        share(0.2)
        counts = result.pixel_counts() + counts
        transparent += result.indices.size - len(indices)
        if not len(indices):
            continue
        palette = result.palette.colors
        squares += _sum_squares(rgb, palette, indices, subprogress(share, 0.3, 0.9))
        sample = draw_stratified(len(indices), min(len(indices), _SAMPLE))
        mean = measure_srgb_differences(rgb[sample], palette[indices[sample]]).mean(
            dtype=np.float64
        )
        differences += float(mean) * len(indices)
        compared += len(indices)
        share(1.0)
    mse = squares / (3 * compared) if compared else math.nan
    return {
        "mse": mse,
        "psnr": psnr_from_mse(mse) if compared else math.nan,
        "delta_e": differences / compared if compared else math.nan,
        "pixels": tuple(np.atleast_1d(counts).tolist()),
        "transparent": transparent,
    }


def map_errors(original: Bytes, result: Quantized, view: View, progress: Progress) -> ErrorMap:
    """Return the error map of the part that a view shows.

    The map is as large as what the view shows, or smaller if there are fewer pixels. A pixel of it
    is the mean CIEDE2000 of up to 16 pixels of the image, which are drawn at random, and always the
    same, from those that it covers.
    """
    left, top = int(view.seen[0]), int(view.seen[1])
    right, bottom = int(np.ceil(view.seen[2])), int(np.ceil(view.seen[3]))
    width, height = min(view.size[0], right - left), min(view.size[1], bottom - top)
    cell = min((right - left) / width, (bottom - top) / height)
    most = (_MAX_COMPARED / (width * height)) ** 0.5
    side = max(1, int(min(cell, _MAX_SAMPLES_PER_SIDE, most)))
    rows = top + draw_stratified(bottom - top, height * side)
    columns = left + draw_stratified(right - left, width * side)
    sums, known = np.zeros((2, height, width), np.float32)
    for across in with_progress(range(side), side, progress):
        for down in range(side):
            found = _differences(original, result, rows[down::side], columns[across::side])
            is_known = ~np.isnan(found)
            np.add(sums, found, out=sums, where=is_known)
            known += is_known
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN, where nothing is known
        means = np.where(2 * known >= side * side, sums / known, np.float32(np.nan))
    return ErrorMap.from_differences(means, (float(left), float(top), float(right), float(bottom)))


def _opaque_pixels(original: Bytes, result: Quantized) -> tuple[Bytes, Bytes]:
    """Return the colours of the opaque pixels, (N, 3), and their indices, (N,)."""
    rgb = original.reshape(-1, original.shape[-1])[:, :3]
    indices = result.indices.reshape(-1)
    if result.opaque is None:
        return rgb, indices
    opaque = result.opaque.reshape(-1)
    return rgb[opaque], indices[opaque]


def _sum_squares(rgb: Bytes, palette: Bytes, indices: Bytes, progress: Progress) -> float:
    """Return the sum of the squared differences of all channels."""
    wide = palette.astype(np.int16)
    sums = np.zeros(-(-len(rgb) // _STRIP), np.int64)  # of whole numbers, exact in any order

    def add(strip: slice) -> None:
        missed = np.subtract(rgb[strip], wide.take(indices[strip], axis=0), dtype=np.int16)
        sums[strip.start // _STRIP] = np.square(missed, dtype=np.int32).sum(dtype=np.int64)

    for_each_block(add, len(rgb), _STRIP, progress)
    return float(sums.sum())


def _differences(
    original: Bytes, result: Quantized, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> Singles:
    """Return the CIEDE2000 where these rows and columns meet; NaN where it is transparent."""
    places = rows[:, np.newaxis], columns
    one = original[places][..., :3].reshape(-1, 3)
    other = result.palette.colors[result.indices[places].reshape(-1)]
    found = measure_srgb_differences(one, other).reshape(len(rows), len(columns))
    if result.opaque is not None:
        found[~result.opaque[places]] = np.nan
    return found
