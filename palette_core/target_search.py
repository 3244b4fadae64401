"""Target search: the smallest palette that reaches a target error.

To try every number of colours would take hundreds of palettes. Instead quick palettes, of a few
thousand points, estimate where the error falls below the target. A handful of real ones corrects
the estimate and decides.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np

from .arrays import Bytes
from .color.ciede2000 import measure_srgb_differences
from .color.spaces import ColorSpace
from .design import METHODS, Design, DesignProblem
from .errors import TargetError
from .image.histogram import ColorHistogram
from .mapping.nearest_entry import NearestEntryFinder
from .metrics import psnr_from_mse
from .progress import Progress, subprogress

# From a number of colours to an error.
Errors: TypeAlias = Callable[[int], float]

# The number of points of the quick palettes.
_POINTS = 8192
# Logarithms use this in place of an error of 0.
_NOTHING = 1e-12


def measure_mse(histogram: ColorHistogram, palette: Bytes, space: ColorSpace) -> float:
    """Return the `mse` of the nearest palette entries in a space, as `compare` measures it."""
    colors, weights = histogram.colors, histogram.weights
    nearest = palette[NearestEntryFinder(palette, space).find_nearest(colors)]
    squares = np.square(np.subtract(colors, nearest, dtype=np.int32)).sum(axis=1)
    return float((squares * weights).sum() / (3 * weights.sum()))


@dataclass(frozen=True)
class Target:
    """The largest allowed error of an image whose pixels get their nearest entries."""

    psnr: float | None  # in dB, as `Metrics.psnr`; None where `delta_e` is given
    delta_e: float | None  # as `Metrics.delta_e`; None where `psnr` is given

    @property
    def limit(self) -> float:
        """The greatest error that reaches it: an `mse` or a `delta_e`."""
        if self.psnr is None:
            return self.delta_e or 0.0
        mse = 255**2 / math.pow(10, self.psnr / 10) * (1 + 1e-14)  # or a few roundings less
        while psnr_from_mse(mse) < self.psnr:
            mse = math.nextafter(mse, 0)
        return mse

    def measure(self, histogram: ColorHistogram, palette: Bytes, space: ColorSpace) -> float:
        """Return the error of a palette, exactly as `compare` measures it without dithering.

        The nearest entries are looked for in the space. The error is an `mse` or a `delta_e`.
        """
        if self.psnr is not None:
            return measure_mse(histogram, palette, space)
        colors, weights = histogram.colors, histogram.weights
        nearest = palette[NearestEntryFinder(palette, space).find_nearest(colors)]
        return float((measure_srgb_differences(colors, nearest) * weights).sum() / weights.sum())

    def missed_error(self, max_colors: int, lowest: float) -> TargetError:
        """Return the error for a target that the largest number of colours does not reach."""
        if self.psnr is None:
            code, best = "delta-e", math.ceil(lowest * 100) / 100
            message = (
                f"{max_colors} colours reach a mean CIEDE2000 difference of at least {best:.2f} "
                "here; raise `target_delta_e`"
            )
        else:
            code, best = "psnr", math.floor(psnr_from_mse(lowest) * 100) / 100
            message = f"{max_colors} colours reach at most {best:.2f} dB here; lower `target_psnr`"
        return TargetError(message, code, colors=max_colors, best=best)


def find_smallest_palette(
    histogram: ColorHistogram,
    counts: range,
    target: Target,
    space: ColorSpace,
    design: Callable[[int, Progress], Design],
    progress: Progress,
    measure_palette: Callable[[Bytes], float] | None = None,
) -> tuple[int, Design]:
    """Find the smallest palette that reaches a target.

    Parameters
    ----------
    histogram : ColorHistogram
        What the error is measured on.
    counts : range
        The numbers of colours to choose from, within 1 to 256.
    space : ColorSpace
        Where the nearest entries are looked for.
    design : callable
        Finds the palette of a number of colours.
    measure_palette : callable, optional
        The error of a palette's colours, by default `Target.measure`.

    Returns
    -------
    count : int
        Its palette reaches the target, and that of one colour less does not, if `counts` has it:
        both were measured. Palettes are good and not perfect, so that the error does not always
        fall from each number to the next: where it hardly does, a still smaller one may reach the
        target too.
    design : Design
        That palette.

    Raises
    ------
    TargetError
        If the greatest number of colours does not reach it.
    """
    designs: dict[int, Design] = {}
    errors: dict[int, float] = {}

    def measure(count: int) -> float:
        tries = len(designs)
        report = subprogress(progress, 1 - 0.5**tries, 1 - 0.5 ** (tries + 1))
        designs[count] = design(count, report)
        palette = designs[count].colors
        if measure_palette is None:
            errors[count] = target.measure(histogram, palette, space)
        else:
            errors[count] = measure_palette(palette)
        return errors[count]

    least, most = counts[0], counts[-1]
    estimate = _estimate_errors(histogram, target, space)
    count = first_below(target.limit, measure, estimate, most, least)
    if count > most:
        raise target.missed_error(most, errors[most])
    return count, designs[count]


def first_below(limit: float, measure: Errors, estimate: Errors, most: int, least: int = 1) -> int:
    """Find the smallest number of colours whose error is within a limit, in few measurements.

    Parameters
    ----------
    measure : callable
        The error, which is expensive to compute.
    estimate : callable
        About the error, times an unknown factor that changes little from one number to the next.

    Returns
    -------
    int
        From `least` to `most`: there the error was measured and is not above the limit, and at the
        number before it was measured and is. ``most + 1`` if the error at `most` is above it.
    """
    low, high = least - 1, most + 1
    errors: dict[int, float] = {}
    factor, stride = 1.0, 0
    while high - low > 1:
        if low in errors and high in errors:
            guess = _crossing(low, errors[low], high, errors[high], limit)
        else:
            wanted = limit / factor
            guess = 1 + bisect_left(range(1, most), True, key=lambda n: estimate(n) <= wanted)
        # If guesses err repeatedly to one side, continue in growing steps.
        guess = max(guess, low + stride) if stride > 0 else min(guess, high + stride)
        guess = min(max(guess, low + 1), high - 1)
        errors[guess] = measure(guess)
        factor = max(errors[guess], _NOTHING) / estimate(guess)
        if errors[guess] > limit:
            low, stride = guess, max(2 * stride, 1)
        else:
            high, stride = guess, min(2 * stride, -1)
    return high


def _crossing(low: int, above: float, high: int, below: float, limit: float) -> int:
    """Return where an error reaches a limit, interpolated by a power law."""
    start, level, end = (math.log(max(error, _NOTHING)) for error in (above, limit, below))
    share = (start - level) / (start - end) if start > end else 0.5
    return math.ceil(low * math.pow(high / low, share))


def _estimate_errors(histogram: ColorHistogram, target: Target, space: ColorSpace) -> Errors:
    """Return a function that estimates errors, by quick palettes of powers of two colours."""
    means, weights = histogram.reduce(_POINTS)
    sample = ColorHistogram.unique(np.rint(means).astype(np.uint8), weights)

    @cache
    def of_power(power: int) -> float:
        if 2**power >= len(sample):
            return _NOTHING
        found = METHODS["kmeans"].solve(DesignProblem(sample, 2**power, space, effort="fast"))
        return max(target.measure(sample, found.colors, space), _NOTHING)

    def estimate(count: int) -> float:
        power = count.bit_length() - 1
        share = math.log2(count) - power
        if not share:
            return of_power(power)
        return math.pow(of_power(power), 1 - share) * math.pow(of_power(power + 1), share)

    return estimate
