"""Riemersma dithering: errors are passed on along a Hilbert curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..arrays import Bytes, Indices, Mask
from ..progress import subprogress, with_progress
from .base import Dither, DitherProblem
from .cell_lookup import CellLookup, Lanes, Quads
from .color_words import ColorWords

# A pixel gets the errors of this many pixels before it. The weight of the last is this share of
# the weight of the first, as in the publication.
_MEMORY = 16
_LAST_WEIGHT = 1 / 16
# The curve is divided into pieces that are processed side by side. Each begins with this many
# pixels of the piece before it, whose errors it needs.
_MIN_PIECE, _WARM_UP = 1024, 4 * _MEMORY
_MAX_PIECES = 4096
# The number of pixels of each piece in a batch.
_BATCH = 64


@dataclass(frozen=True, kw_only=True, eq=False)
class Riemersma(Dither):
    """Error diffusion along a Hilbert curve.

    Notes
    -----
    The curve visits the pixels one after the other and changes its direction so often that errors
    leave no pattern. A pixel gets the errors of the 16 pixels before it on the curve, with weights
    that fall exponentially to 1/16; they add up to 1 here, so that local means are kept. The method
    is from Thiadmer Riemersma, A balanced dithering technique, C/C++ Users Journal, December 1998.

    Pieces of the curve are processed side by side. Each begins 64 pixels early, to know the errors
    at its first pixel.
    """

    diffuses_errors: ClassVar[bool] = True

    def __call__(self, problem: DitherProblem) -> Bytes:
        """Return the entry of every pixel; `strength` is the share of the error passed on."""
        height, width = problem.rgb.shape[:2]
        cells, passive, progress = CellLookup(problem.finder), problem.passive, problem.progress
        words = ColorWords(cells, problem, subprogress(progress, 0.0, 0.2))
        curve = hilbert_curve(height, width)
        pixels, is_active = _divide(curve, None if passive is None else ~passive)
        colors = words.words(slice(None)).ravel().take(pixels)
        found = np.empty(pixels.shape, np.uint8)
        state = _Errors(cells, pixels.shape[1], problem.strength)
        starts = range(0, len(pixels), _BATCH)
        for start in with_progress(starts, len(starts), subprogress(progress, 0.2, 1.0)):
            batch = slice(start, start + _BATCH)
            found[batch] = state.dither(words.lanes(colors[batch]), is_active[batch])
        entries = np.empty(height * width, np.uint8)
        entries[curve] = found[_WARM_UP:].T.ravel()[: len(curve)]
        return entries.reshape(height, width)


class _Errors:
    """The last errors of the pieces, and their weighted sums."""

    def __init__(self, cells: CellLookup, pieces: int, strength: float) -> None:
        self._cells, self._look_up = cells, cells.make_lookup(pieces)
        self._ratio = np.float32(_LAST_WEIGHT ** (1 / (_MEMORY - 1)))
        weights = self._ratio ** np.arange(_MEMORY)
        self._first = np.float32(strength / weights.sum())
        # What is left of a weighted error when it leaves the memory.
        self._left = np.float32(self._ratio**_MEMORY)
        self._errors = np.zeros((_MEMORY, 4 * pieces), np.float32)
        self._sum = np.zeros(4 * pieces, np.float32)
        self._step = 0

    def dither(self, lanes: Lanes, is_active: Mask) -> Bytes:
        """Return the entries of the next pixels of all pieces: (steps, 4 N) to (steps, N)."""
        quads: Quads = np.empty(is_active.shape, np.complex128)
        entries: Lanes = quads.view(np.float32)
        active = is_active.astype(np.float32).repeat(4, axis=1) * self._first
        for step, color in enumerate(lanes):
            color += self._sum
            color.clip(self._cells.low, self._cells.high, color)
            self._look_up(color, quads[step])
            color -= entries[step]
            color *= active[step]
            oldest = self._errors[self._step % _MEMORY]
            self._sum *= self._ratio
            oldest *= self._left
            self._sum -= oldest
            self._sum += color
            oldest[...] = color
            self._step += 1
        return entries[:, 3::4].astype(np.uint8)


def hilbert_curve(height: int, width: int) -> Indices:
    """Return the pixels of an image, (H W,), along a Hilbert curve, or several in a row.

    A curve covers a square of the shorter side, rounded up to a power of two, without the pixels
    outside the image.

    References
    ----------
    D. Hilbert, Ueber die stetige Abbildung einer Linie auf ein Flaechenstueck, Mathematische
    Annalen 38, 1891.
    """
    side = 1
    x = y = np.zeros(1, np.intp)
    while side < min(height, width):
        x, y = (
            np.concatenate([y, x, x + side, 2 * side - 1 - y]),
            np.concatenate([x, y + side, y + side, side - 1 - x]),
        )
        side *= 2
    # The curve ends beside the beginning of the next one.
    squares = []
    for start in range(0, max(height, width), side):
        rows, columns = (y, x + start) if width >= height else (x + start, y)
        is_inside = (rows < height) & (columns < width)
        squares.append(rows[is_inside] * width + columns[is_inside])
    return np.concatenate(squares)


def _divide(curve: Indices, is_active: Mask | None) -> tuple[Indices, Mask]:
    """Return the pixels of the pieces, a column each, and which of them pass errors on."""
    length = max(_MIN_PIECE, -(-len(curve) // _MAX_PIECES))
    starts = np.arange(0, len(curve), length)
    positions = starts + np.arange(-_WARM_UP, length)[:, np.newaxis]
    pixels = curve.take(positions, mode="clip")
    passes = (positions >= 0) & (positions < len(curve))
    if is_active is not None:
        passes &= is_active.ravel().take(pixels)
    return pixels, passes


DITHERS = (
    Riemersma(
        name="riemersma",
        label="Riemersma",
        summary="error diffusion along a Hilbert curve: fine grain without a direction",
        position=15,
    ),
)
