"""The elbow of an image: the number of colours from which on more colours gain little."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .color.spaces import SPACES
from .design import METHODS, DesignProblem
from .image.histogram import ColorHistogram
from .metrics import psnr_from_mse
from .palette import MAX_COLORS
from .progress import Progress, subprogress
from .target_search import measure_mse

# The numbers of colours of the curve: powers of two, and the numbers halfway between.
_COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, MAX_COLORS)
# Palettes are designed from about this many points, those of flat art with a longer search.
_POINTS = 8192
_SEARCHED = 32
# An image of this many colours or fewer gets all of them.
_FEW_COLORS = 64
# Smaller errors cannot be seen, and count as equal. This is an `mse`, 48 dB.
_INVISIBLE = 1.0
# On a continuous distribution in p dimensions the error falls by the power of -2 / p, at most -2.
# Where it falls faster than by this power, separate colours still lack an entry of their own.
_STEEP = 2.5
# After the separate colours of flat art, an image is at least this similar, in dB.
_MIN_PSNR_OF_FLAT_ART = 30.0


@dataclass(frozen=True)
class Elbow:
    """The elbow curve of an image, returned by `find_elbow`.

    Attributes
    ----------
    colors : int
        The suggested number of colours, one of `counts`.
    counts : tuple of int
        Numbers of colours, ascending: at least powers of two and the numbers halfway between, up to
        256 or to the number of unique colours.
    mse : tuple of float
        The error of each, about as `compare` measures `mse` without dithering.
    """

    colors: int
    counts: tuple[int, ...]
    mse: tuple[float, ...]

    @property
    def psnr(self) -> tuple[float, ...]:
        """The error of each in dB; infinite for an error of 0."""
        return tuple(psnr_from_mse(mse) for mse in self.mse)


def measure_elbow(histogram: ColorHistogram, max_colors: int, progress: Progress) -> Elbow:
    """Measure the elbow curve of a histogram up to `max_colors`, and suggest a number of colours.

    Notes
    -----
    The palettes are those of k-means in sRGB, on at most some 8000 points that represent the
    colours.

    1. An image of at most 64 colours gets all of them.
    2. In flat art the error falls steeply as long as areas lack an entry of their own. The
       suggestion is the number at which this ends: from there on the error falls no faster than on
       a continuous distribution, which P. L. Zador describes (Asymptotic quantization error of
       continuous signals, IEEE Trans. Information Theory 28, 1982).
    3. For other images it is the knee of the PSNR over the number of colours, where the curve is
       highest above the line from its first to its last point (V. Satopää et al., Finding a
       "Kneedle" in a haystack, ICDCS Workshops 2011).
    """
    most = min(len(histogram), max_colors)
    curve = _Curve(histogram)
    counts = [count for count in _COUNTS if count < most] + [most]
    for number, count in enumerate(counts):
        curve.measure(count)
        subprogress(progress, 0.0, 0.9)((number + 1) / len(counts))
    colors = most if len(histogram) <= min(_FEW_COLORS, max_colors) else None
    colors = colors or _find_end_of_steep_part(curve, counts) or _find_knee(curve, counts)
    progress(1.0)
    measured = sorted(curve.errors)
    return Elbow(colors, tuple(measured), tuple(curve.errors[count] for count in measured))


class _Curve:
    """The error of the palettes of a histogram, for each number of colours that was measured."""

    def __init__(self, histogram: ColorHistogram) -> None:
        self.errors: dict[int, float] = {}
        self.size = len(histogram)
        means, weights = histogram.reduce(_POINTS)
        self._points = ColorHistogram.unique(np.rint(means).astype(np.uint8), weights)
        # What the points do not have: the squared error of the colours around their means.
        squares = np.square(histogram.colors, dtype=np.float64).sum(axis=1) @ histogram.weights
        around = squares - np.square(means).sum(axis=1) @ weights
        self._within = max(0.0, float(around / (3 * weights.sum())))

    def measure(self, count: int) -> float:
        """Return the error of a number of colours, of which a point has at least one."""
        if count not in self.errors:
            self.errors[count] = 0.0 if count >= self.size else self._design(count)
        return self.errors[count]

    def visible(self, count: int) -> float:
        """Return the error of a number of colours, or the largest that cannot be seen."""
        return max(self.measure(count), _INVISIBLE)

    def _design(self, count: int) -> float:
        if count >= len(self._points):
            return self._within
        space, effort = SPACES["srgb"], "high" if count <= _SEARCHED else "fast"
        problem = DesignProblem(self._points, count, space, effort=effort)
        design = METHODS["kmeans"].solve(problem)
        return self._within + measure_mse(self._points, design.colors, space)


def _find_end_of_steep_part(curve: _Curve, counts: list[int]) -> int | None:
    """Return the number of separate colours of flat art; None for other images."""
    # With nearly all colours of an image the error falls to 0, whatever the colours are.
    limit = max(_FEW_COLORS, curve.size // 2)
    pairs = pairwise(count for count in counts if count <= limit)
    steep = [(low, high) for low, high in pairs if _is_steep(curve, low, high)]
    if not steep:
        return None
    low, high = steep[-1]
    end = high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _is_steep(curve, middle, end) else (low, middle)
    is_similar = psnr_from_mse(curve.measure(high)) >= _MIN_PSNR_OF_FLAT_ART
    return high if is_similar else None


def _is_steep(curve: _Curve, low: int, high: int) -> bool:
    ratio = curve.visible(low) / curve.visible(high)
    return math.log(ratio) > _STEEP * math.log(high / low)


def _find_knee(curve: _Curve, counts: list[int]) -> int:
    """Return the number of colours where the PSNR is highest above its chord."""
    gains = -np.log([curve.visible(count) for count in counts])
    if gains[-1] <= gains[0]:
        return counts[0]
    gains = (gains - gains[0]) / (gains[-1] - gains[0])
    shares = np.subtract(counts, counts[0]) / (counts[-1] - counts[0])
    return counts[int((gains - shares).argmax())]
