"""Direct binary search: a dithered image is refined by a model of the eye."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from ..arrays import Bytes, Singles
from ..progress import Progress, no_progress, subprogress
from .base import Dither, DitherProblem
from .cell_lookup import CellLookup, Lanes, Quads
from .color_words import ColorWords
from .kernels import FLOYD_STEINBERG

# The eye blurs an image by a Gaussian filter of this standard deviation, in pixels. Errors are
# correlated over this many pixels in each direction.
_SIGMA, _REACH = 1.0, 3
# Pixels at this distance do not depend on each other.
_SPACING = _REACH + 1
_PASSES = 3
# The weight of the error of single pixels at the default strength of 0.8, where that of the
# filtered error is 1. It is chosen for the highest SSIMULACRA 2 at the same Butteraugli.
_PIXEL_WEIGHT = 0.15
_DEFAULT_STRENGTH = 0.8
# Weaker dithering is invisible, and would be a division by almost 0.
_MIN_STRENGTH = 1 / 1024


@dataclass(frozen=True, kw_only=True, eq=False)
class DirectBinarySearch(Dither):
    """Refinement of Floyd-Steinberg dithering by a model of the eye.

    Notes
    -----
    The search minimizes the squared error of the image that the eye sees, filtered by a Gaussian,
    plus the squared error of single pixels times a weight, which is lower for a higher strength.
    For one pixel, this error is a quadratic function of its colour, with the minimum at a target:
    the pixel's colour less the errors of its neighbours, weighted by the autocorrelation of the
    filter. So the best entry is the one nearest to the target. In three passes every pixel gets
    its best entry, while the others stay. Pixels at a distance of four are processed together.

    The method is from M. Analoui and J. P. Allebach, Model-based halftoning using direct binary
    search, Proc. SPIE 1666, 1992. J. Puzicha et al., On spatial quantization of color images, IEEE
    Trans. Image Processing 9, 2000, have the quadratic form for colours.
    """

    diffuses_errors: ClassVar[bool] = True

    def __call__(self, problem: DitherProblem) -> Bytes:
        """Return the entry of every pixel; a higher `strength` weights the filtered error more."""
        progress = problem.progress
        entries = FLOYD_STEINBERG(replace(problem, progress=subprogress(progress, 0.0, 0.2)))
        search = _Search(problem, entries)
        for number in range(_PASSES):
            start, stop = 0.2 + 0.8 * number / _PASSES, 0.2 + 0.8 * (number + 1) / _PASSES
            search.improve(subprogress(progress, start, stop))
        return search.entries


class _Search:
    """The entries of an image, and their errors."""

    def __init__(self, problem: DitherProblem, entries: Bytes) -> None:
        palette, passive = problem.finder.palette, problem.passive
        self.entries = entries
        self._cells = CellLookup(problem.finder)
        self._is_active = None if passive is None else ~passive
        words = ColorWords(self._cells, problem, no_progress)
        shape = (*entries.shape, 4)
        self._colors = words.lanes(words.words(slice(None))).reshape(shape)
        self._entry_lanes = self._cells.lanes(np.insert(palette, 3, 0, axis=1))
        # A frame without errors.
        self._errors = np.zeros((shape[0] + 2 * _REACH, shape[1] + 2 * _REACH, 4), np.float32)
        inside = self._errors[_REACH:-_REACH, _REACH:-_REACH]
        np.subtract(self._entry_lanes[entries], self._colors, out=inside)
        inside[..., 3] = 0
        if passive is not None:
            inside[passive] = 0
        distances = np.arange(-_REACH, _REACH + 1)
        # The autocorrelation of a Gaussian is one of twice its variance.
        weights = np.exp(-np.square(distances) / (4 * _SIGMA**2))
        self._weights = (weights / weights.sum()).astype(np.float32)
        strength = max(problem.strength, _MIN_STRENGTH)
        odds = (1 - strength) / strength * _DEFAULT_STRENGTH / (1 - _DEFAULT_STRENGTH)
        # The weight of the pixel itself in the filtered error, and all of its weight.
        self._own = self._weights[_REACH] ** 2
        self._total = np.float32(self._own + _PIXEL_WEIGHT * odds)

    def improve(self, progress: Progress) -> None:
        """Choose the best entry of every pixel, one group of independent pixels after another."""
        height = len(self.entries)
        for first in range(min(_SPACING, height)):
            progress(first / _SPACING)
            # The errors around every pixel of these rows, filtered from the top down.
            rows = len(range(first, height, _SPACING))
            filtered = np.zeros((rows, *self._errors.shape[1:]), np.float32)
            for shift, weight in enumerate(self._weights):
                filtered += weight * self._errors[first + shift :: _SPACING][:rows]
            for left in range(min(_SPACING, self.entries.shape[1])):
                self._improve_group(slice(first, None, _SPACING), left, filtered)

    def _improve_group(self, rows: slice, left: int, filtered: Lanes) -> None:
        """Choose the best entries of every fourth pixel of some rows, from `left` on.

        The errors filtered from the top down, (rows, W + 6, 4), are updated.
        """
        columns = slice(left, None, _SPACING)
        colors = self._colors[rows, columns]
        entries = self.entries[rows, columns]
        count = entries.shape[1]
        inside = self._errors[_REACH:-_REACH, _REACH:-_REACH][rows, columns]
        around = -self._own * inside
        for shift, weight in enumerate(self._weights):
            around += weight * filtered[:, left + shift :: _SPACING][:, :count]
        target = np.ascontiguousarray(colors - around / self._total)
        target.clip(self._cells.low, self._cells.high, target)
        found = self._find_entries(target)
        errors = self._entry_lanes[found] - colors
        errors[..., 3] = 0
        if self._is_active is not None:
            is_active = self._is_active[rows, columns]
            errors[~is_active] = 0
        change = errors - inside
        filtered[:, left + _REACH :: _SPACING][:, :count] += self._weights[_REACH] * change
        inside[...] = errors
        entries[...] = found

    def _find_entries(self, target: Lanes) -> Bytes:
        """Return the entries nearest to points: (rows, columns, 4) to (rows, columns)."""
        shape = target.shape[:2]
        quads: Quads = np.empty(shape[0] * shape[1], np.complex128)
        self._cells.make_lookup(len(quads))(target.ravel(), quads)
        lanes: Singles = quads.view(np.float32)
        return lanes[3::4].astype(np.uint8).reshape(shape)


DITHERS = (
    DirectBinarySearch(
        name="dbs",
        label="Direct binary search",
        summary="floyd-steinberg refined by a model of the eye: the finest, and slow",
        position=16,
    ),
)
