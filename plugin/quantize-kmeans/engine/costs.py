"""Costs: how far a result is from its layer, and where, fast enough for a preview."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.kept import Kept
from palette_core.color.ciede2000 import measure_srgb_differences
from palette_core.metrics import psnr_from_mse
from palette_core.ordering.palette_orders import count_pixels
from palette_core.progress import Progress, no_progress, subprogress, with_progress
from palette_core.report.palette_statistics import end_of_scale, loss_map
from palette_core.threads import for_each_block

if TYPE_CHECKING:
    import palette_core as pc

# Pixels are compared in strips that stay in the cache.
_STRIP = 1 << 17
# The mean colour difference is that of so many pixels at most: of photos it is known to 0.02.
_SAMPLE = 1 << 17
# A loss map measures so many pixels at most, by so many a side of what becomes one of its own.
_MEASURED = 1 << 21
_MOST_A_SIDE = 4
# The map's scale ends where this share of it is below.
_SHOWN = 0.99


@dataclass(frozen=True, eq=False)
class Costs(Kept):
    """What a result costs, over its opaque pixels.

    Attributes
    ----------
    mse, psnr : float
        As `palette_core.compare` gives them; NaN where no pixel is opaque.
    delta_e : float
        About what it gives as `delta_e`: the mean CIEDE2000 of at most 131072 pixels.
    pixels : list of int
        How many pixels each entry has.
    transparent : int
        How many pixels are transparent.
    """

    facts = ("mse", "psnr", "delta_e", "pixels", "transparent", "used")

    mse: float
    psnr: float
    delta_e: float
    pixels: list[int]
    transparent: int

    @property
    def used(self) -> int:
        """How many entries have pixels."""
        return len(self.pixels) - self.pixels.count(0)


@dataclass(frozen=True, eq=False)
class LossMap(Kept):
    """Where a result differs from its layer.

    Attributes
    ----------
    image : (h, w, 4) ndarray of uint8
        RGBA, in the colours of `palette_statistics.ramp`; transparent where the result is.
    part : tuple of 4 float
        Of which part of the layer: left, top, right, bottom.
    highest : float
        The CIEDE2000 from which on all is alike.
    """

    facts = ("part", "highest")

    image: np.ndarray
    part: tuple[float, float, float, float]
    highest: float


def measure(colors: np.ndarray, quantized: pc.Quantized, progress: Progress = no_progress) -> Costs:
    """Measure a result.

    Parameters
    ----------
    colors : (H, W, 3) or (H, W, 4) ndarray of uint8
        The layer's colours, blended with the matte where there is one; alpha does not count.
    quantized : Quantized
    progress : callable, optional
        Gets fractions from 0 to 1.
    """
    entries, opaque = quantized.indices.reshape(-1), quantized.opaque
    rgb = colors.reshape(-1, colors.shape[-1])[:, :3]
    if opaque is not None:
        rgb, entries = rgb[opaque.reshape(-1)], entries[opaque.reshape(-1)]
    progress(0.2)
    pixels = count_pixels(entries, len(quantized.palette)).tolist()
    transparent = quantized.indices.size - len(entries)
    if not len(entries):
        return Costs(math.nan, math.nan, math.nan, pixels, transparent)
    palette = quantized.palette.colors
    mse = _squares(rgb, palette, entries, subprogress(progress, 0.3, 0.9)) / (3 * len(entries))
    sample = _sample(len(entries))
    delta_e = measure_srgb_differences(rgb[sample], palette[entries[sample]]).mean(dtype=np.float64)
    progress(1.0)
    return Costs(mse, float(psnr_from_mse(mse)), float(delta_e), pixels, transparent)


def total(costs: list[Costs]) -> Costs:
    """Add up what the layers of a result cost, each pixel counting the same."""
    weights = np.array([sum(one.pixels) for one in costs])
    transparent = sum(one.transparent for one in costs)
    pixels = np.sum([one.pixels for one in costs], axis=0).tolist()
    if not weights.any():
        return Costs(math.nan, math.nan, math.nan, pixels, transparent)
    opaque = [(weight, one) for weight, one in zip(weights, costs, strict=True) if weight]
    shares = np.array([weight for weight, _ in opaque]) / weights.sum()
    mse = float(np.dot(shares, [one.mse for _, one in opaque]))
    delta_e = float(np.dot(shares, [one.delta_e for _, one in opaque]))
    return Costs(mse, float(psnr_from_mse(mse)), delta_e, pixels, transparent)


def _squares(
    rgb: np.ndarray, palette: np.ndarray, entries: np.ndarray, progress: Progress
) -> float:
    """Add up the squared differences of all channels."""
    wide = palette.astype(np.int16)
    sums = np.zeros(-(-len(rgb) // _STRIP), np.int64)  # of whole numbers, exact in any order

    def add(strip: slice) -> None:
        missed = np.subtract(rgb[strip], wide.take(entries[strip], axis=0), dtype=np.int16)
        sums[strip.start // _STRIP] = np.square(missed, dtype=np.int32).sum(dtype=np.int64)

    for_each_block(add, len(rgb), _STRIP, progress)
    return float(sums.sum())


def _sample(size: int) -> np.ndarray:
    """Choose pixels evenly, but with no period that dithering could share; always the same."""
    if size <= _SAMPLE:
        return np.arange(size)
    starts = np.arange(_SAMPLE) * size / _SAMPLE
    return (starts + np.random.default_rng(0).random(_SAMPLE) * (size / _SAMPLE)).astype(np.intp)


def map_losses(
    colors: np.ndarray,
    quantized: pc.Quantized,
    seen: tuple[float, float, float, float],
    size: tuple[int, int],
    progress: Progress = no_progress,
) -> LossMap:
    """Draw where a result differs from its layer.

    Parameters
    ----------
    colors, quantized, progress
        As for `measure`.
    seen : tuple of 4 float
        Which part of the layer: left, top, right, bottom, as `Viewport.seen` gives it.
    size : tuple of 2 int
        The width and height of the map; it is smaller if there are not as many pixels.

    Notes
    -----
    A pixel of the map is the mean CIEDE2000 of up to 16 pixels of the layer, drawn at random, and
    always the same, from those that it covers.
    """
    left, top = int(seen[0]), int(seen[1])
    right, bottom = int(np.ceil(seen[2])), int(np.ceil(seen[3]))
    wide, high = min(size[0], right - left), min(size[1], bottom - top)
    cell = min((right - left) / wide, (bottom - top) / high)
    side = max(1, int(min(cell, _MOST_A_SIDE, (_MEASURED / (wide * high)) ** 0.5)))
    rows, columns = _scattered(top, bottom, high * side), _scattered(left, right, wide * side)
    sums, known = np.zeros((2, high, wide), np.float32)
    for across in with_progress(range(side), side, progress):
        for down in range(side):
            losses = _losses(colors, quantized, rows[down::side], columns[across::side])
            there = ~np.isnan(losses)
            np.add(sums, losses, out=sums, where=there)
            known += there
    with np.errstate(invalid="ignore"):  # 0 / 0 is nothing, NaN
        means = np.where(2 * known >= side * side, sums / known, np.float32(np.nan))
    shown = means[~np.isnan(means)]
    highest = end_of_scale(float(np.quantile(shown, _SHOWN)) if len(shown) else 0.0)
    image = np.array(loss_map(means, highest))
    return LossMap(image, (float(left), float(top), float(right), float(bottom)), highest)


def _scattered(start: int, end: int, count: int) -> np.ndarray:
    """Choose so many places from `start` to `end`, one at random from each of equal stretches."""
    shares = np.arange(count) + np.random.default_rng(0).random(count)
    return np.minimum(start + (shares * ((end - start) / count)).astype(np.intp), end - 1)


def _losses(
    colors: np.ndarray, quantized: pc.Quantized, rows: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """Give the CIEDE2000 where these rows and columns meet; NaN where it is transparent."""
    places = rows[:, np.newaxis], columns
    one = colors[places][..., :3].reshape(-1, 3)
    other = quantized.palette.colors[quantized.indices[places].reshape(-1)]
    found = measure_srgb_differences(one, other).reshape(len(rows), len(columns))
    if quantized.opaque is not None:
        found[~quantized.opaque[places]] = np.nan
    return found
