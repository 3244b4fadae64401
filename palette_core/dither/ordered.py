"""Ordered dithering: a mix of two entries for each colour, and a threshold matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from ..arrays import Bytes, Floats, Packed
from ..color.spaces import luminance
from ..image.threshold_matrices import Ranks, bayer, blue_noise
from ..mapping.lookup_table import ColorIndex
from ..mapping.nearest_entry import NearestEntryFinder
from ..progress import Progress, subprogress
from ..threads import for_each_block
from .base import Dither, DitherProblem
from .two_color_mix import find_mixes

# The approximate number of pixels in a strip.
_STRIP = 1 << 17
# Shares are integers, this many steps for 1.
_STEPS_OF_ONE = 65535


@dataclass(frozen=True, kw_only=True, eq=False)
class OrderedDither(Dither):
    """Ordered dithering by a threshold matrix.

    Attributes
    ----------
    threshold_matrix : callable
        Returns a square array with every rank from 0 to side² − 1 once; it is repeated over the
        image.

    Notes
    -----
    Every unique colour c is a mix m of its nearest entry p and a mate q. The share t of q minimizes
    ``|c - m|^2 + (1 - f) t (1 - t) |q - p|^2``, with f the strength times 0.95, so that the mix is
    near to the colour and its entries are near to each other. A colour half way between p and q is
    half of each at any strength, so that gradients have no seams. A pixel gets the lighter of the
    two if its share is above the threshold. So the index of a pixel depends only on its colour, its
    position and the palette, and a change elsewhere in the image does not move its dots.
    """

    threshold_matrix: Callable[[], Ranks]

    @cached_property
    def _ranks(self) -> Ranks:
        """The threshold matrix, which is checked at its first use.

        Raises
        ------
        ValueError
            If it is not a square array with every rank once.
        """
        ranks = np.asarray(self.threshold_matrix())
        if ranks.ndim != 2 or len(ranks) != ranks.shape[1] or not ranks.size:
            raise ValueError(
                f"the threshold matrix of {self.name!r} has the shape {ranks.shape}; use a square"
            )
        if not np.array_equal(np.sort(ranks, axis=None), np.arange(ranks.size)):
            missing = np.setdiff1d(np.arange(ranks.size), ranks)[0]
            raise ValueError(
                f"the threshold matrix of {self.name!r} does not contain the rank {missing}; use "
                f"every rank from 0 to {ranks.size - 1} once"
            )
        return ranks

    @property
    def thresholds(self) -> Floats:
        """The threshold matrix, between 0 and 1."""
        return (self._ranks + 0.5) / self._ranks.size

    def __call__(self, problem: DitherProblem) -> Bytes:
        """Return the entry of every pixel; a higher `strength` mixes more distant entries."""
        return dither_by_thresholds(problem, self.thresholds)


def dither_by_thresholds(problem: DitherProblem, thresholds: Floats) -> Bytes:
    """Return the entry of every pixel, by a matrix of thresholds, (h, w), between 0 and 1.

    The matrix is repeated over the image. The entry of a pixel does not depend on others, passive
    or not.
    """
    progress = problem.progress
    index = ColorIndex(problem.rgb, problem.unique_colors)
    words = _words(index.colors, problem.finder, problem.strength, subprogress(progress, 0.0, 0.8))
    look_up_rows = index.make_lookup(words)
    steps = (thresholds * _STEPS_OF_ONE).astype(np.uint32)
    side, repeat = steps.shape
    height, width = problem.rgb.shape[:2]
    # A strip is a multiple of the matrix, so that every strip begins with its first row.
    rows = max(1, _STRIP // (width * side)) * side
    repeated = np.tile(steps[:, :width], (rows // side, -(-width // repeat)))[:, :width]
    result = np.empty((height, width), np.uint8)

    def choose(strip: slice) -> None:
        words = look_up_rows(strip)
        is_lighter = (words >> 16) > repeated[: len(words)]
        words >>= is_lighter.astype(np.uint32) << 3
        result[strip] = words  # the lowest byte

    for_each_block(choose, height, rows, subprogress(progress, 0.8, 1.0))
    return result


def _words(
    colors: Bytes, finder: NearestEntryFinder, strength: float, progress: Progress
) -> Packed:
    """Return the mixes of colours, packed into words: (N, 3) to (N,).

    From the lowest bits on, a word has 8 bits of the darker entry, 8 of the lighter one, and 16 of
    the share of the lighter one.
    """
    entries = np.arange(len(finder.palette), dtype=np.uint32)
    lightness = luminance(finder.palette)
    pairs = entries << 8 | entries[:, np.newaxis]
    # If the nearest entry is the lighter one, its share is 1 less that of the mate.
    pairs = np.where(
        lightness > lightness[:, np.newaxis], pairs, pairs.T | _STEPS_OF_ONE << 16
    ).ravel()
    words = np.empty(len(colors), np.uint32)
    for indices, nearest, mate, share in find_mixes(colors, finder, strength, progress):
        mixed = pairs.take(nearest * np.intp(len(entries)) + mate)
        mixed ^= np.rint(share * _STEPS_OF_ONE).astype(np.uint32) << 16
        words[indices] = mixed
    return words


_POSITION = 20
DITHERS = (
    *(
        OrderedDither(
            name=f"bayer-{side}",
            label=f"Bayer, {side} × {side}",
            summary=f"ordered dithering with a pattern of {side} × {side} pixels",
            position=_POSITION,
            threshold_matrix=partial(bayer, side),
        )
        for side in (2, 4, 8, 16)
    ),
    OrderedDither(
        name="blue-noise",
        label="Blue noise",
        summary="ordered dithering without a visible pattern",
        position=_POSITION,
        threshold_matrix=blue_noise,
    ),
)
