"""Error diffusion: the error of each pixel is passed on to its neighbours.

`one_by_one` in `tests/core/test_error_diffusion.py` does the same in a plain loop over the pixels,
which shows the errors that a pixel gets, and so why it has its entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeVar

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from ..arrays import Bytes
from ..progress import Progress, no_progress, subprogress
from ..threads import for_each_block
from .base import Dither, DitherProblem
from .cell_lookup import CellLookup, Lanes, Quads
from .color_words import ColorWords
from .diffusion_kernel import Kernel

# The bounds of the number of diagonals in a batch, which is a quarter of the width. Small batches
# take more time, large ones more memory.
_MIN_BATCH, _MAX_BATCH = 16, 48
# The number of pixels that a thread prepares at a time.
_STRIP = 1 << 17
# Images of more pixels than this are prepared in a window of rows, which has this share more rows
# than a batch needs.
_MAX_PREPARED = 1 << 25
_SPARE_ROWS = 1 / 16
# The bits of the colour in a word, and the position of the bit that is 1 for active pixels.
_COLOR, _ACTIVE = np.uint32(0xFFFFFF), np.uint32(24)

Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True, kw_only=True, eq=False)
class ErrorDiffusion(Dither):
    """Error diffusion by a kernel.

    Attributes
    ----------
    kernel : Kernel
        The neighbours and their shares of the error.

    Notes
    -----
    Pixels are processed from left to right and from the top down. The errors that a pixel gets are
    added to its colour, the sum is clipped to the bounds of sRGB and looked up by `CellLookup`, and
    the difference to the entry is passed on. Errors are computed in the space in which colours are
    compared. Clipping prevents errors from accumulating where no entry can compensate for them.

    Pixels of a diagonal, with equal ``x + s y`` for the kernel's skew s, do not depend on each
    other. So each diagonal is one step, and the result is to the last bit the same as for one pixel
    after the other. Alternating directions (serpentine) are not possible, because the first pixel
    of a row would depend on the whole row above.
    """

    diffuses_errors: ClassVar[bool] = True
    kernel: Kernel

    def __call__(self, problem: DitherProblem) -> Bytes:
        """Return the entry of every pixel; `strength` is the share of the error passed on."""
        cells, progress = CellLookup(problem.finder), problem.progress
        progress(0.0)
        words = ColorWords(cells, problem, subprogress(progress, 0.0, 0.1))
        layout = _DiagonalLayout(problem, self.kernel, words, subprogress(progress, 0.1, 0.2))
        errors = _ErrorBuffer(self.kernel, problem.strength, layout.max_rows)
        progress = subprogress(progress, 0.2, 1.0)
        for batch in layout.batches():
            progress(batch.start / layout.diagonals)
            _diffuse_batch(batch, layout, cells, errors)
        return layout.result()


class _Batch(NamedTuple):
    """The diagonals from `start` to before `stop`, in the rows from `first` to before `last`."""

    start: int
    stop: int
    first: int
    last: int


class _DiagonalLayout:
    """An image whose diagonals are strided views of padded rows.

    A batch reads and writes beyond the ends of rows, in their padding. The words of large images
    are in a window of rows, which moves down with the batches.
    """

    def __init__(
        self, problem: DitherProblem, kernel: Kernel, color_words: ColorWords, progress: Progress
    ) -> None:
        self.height, self.width = problem.rgb.shape[:2]
        self.skew = kernel.skew
        self.batch = min(_MAX_BATCH, max(_MIN_BATCH, self.width // 4))
        self.diagonals = self.width + self.skew * (self.height - 1)
        # A row stays in the batches while lower rows get errors from it.
        self.reach = max(tap.down for tap in kernel.taps)
        self.margin = self.batch + self.skew * self.reach
        self.max_rows = min(self.height, (self.width + self.batch) // self.skew + 2 + self.reach)
        padded_width = self.width + 2 * self.margin
        self._inside = slice(self.margin, self.margin + self.width)
        self._passive, self._color_words = problem.passive, color_words
        window = self.height
        if self.height * self.width > _MAX_PREPARED:
            window = min(window, int((1 + _SPARE_ROWS) * self.max_rows) + 1)
        # The highest byte of a word is 1 if the pixel is active.
        self._words = np.zeros((window, padded_width), np.uint32)
        self._entries = np.empty((self.height, padded_width), np.uint8)
        self._first = self._prepared = 0
        self._prepare_rows(progress)

    def batches(self) -> Iterator[_Batch]:
        """Iterate over batches that cover all diagonals."""
        for start in range(0, self.diagonals, self.batch):
            stop = min(start + self.batch, self.diagonals)
            first = max(0, (start - self.width) // self.skew + 1 - self.reach)
            yield _Batch(start, stop, first, min(self.height, (stop - 1) // self.skew + 1))

    def fetch(self, batch: _Batch) -> tuple[Lanes, Lanes | None]:
        """Return the lanes of a batch, and 1 for the lanes of active pixels and 0 for passive ones.

        Both have the shape (diagonals, 4 rows). The second is None if there are no passive pixels.
        """
        if batch.last > self._prepared:
            self._move_window(batch.first)
        words = np.ascontiguousarray(self._diagonals(self._words, batch, self._first))
        is_active = None
        if self._passive is not None:
            is_active = (words >> _ACTIVE).astype(np.float32).repeat(4, axis=1)
            words &= _COLOR
        return self._color_words.lanes(words), is_active

    def store(self, batch: _Batch, entries: Bytes) -> None:
        """Store the entries of a batch, (diagonals, rows)."""
        self._diagonals(self._entries, batch, 0)[...] = entries

    def result(self) -> Bytes:
        """Return the entries of all pixels, (H, W)."""
        self._words = self._words[:0].copy()  # two copies of the entries need its memory
        return np.ascontiguousarray(self._entries[:, self._inside])

    def _prepare_rows(self, progress: Progress = no_progress) -> None:
        """Fill the rest of the window with words."""
        start, passive = self._prepared, self._passive
        self._prepared = min(self._first + len(self._words), self.height)

        def prepare(block: slice) -> None:
            rows = slice(start + block.start, start + block.stop)
            words = self._color_words.words(rows)
            if passive is not None:
                words |= (~passive[rows]).astype(np.uint32) << _ACTIVE
            self._words[rows.start - self._first : rows.stop - self._first, self._inside] = words

        count = self._prepared - start
        for_each_block(prepare, count, max(1, _STRIP // self.width), progress)

    def _move_window(self, first: int) -> None:
        """Move the window of words down to begin at a row."""
        distance, remaining = first - self._first, self._prepared - first
        for start in range(0, remaining, distance):  # without overlap, so that nothing is copied
            stop = min(start + distance, remaining)
            self._words[start:stop] = self._words[start + distance : stop + distance]
        self._first = first
        self._prepare_rows()

    def _diagonals(self, padded: NDArray[Value], batch: _Batch, first: int) -> NDArray[Value]:
        """Return a view of a batch of diagonals, (diagonals, rows), of padded rows from `first`."""
        down, right = padded.strides
        column = self.margin + batch.start - self.skew * batch.first
        corner = padded.reshape(-1)[(batch.first - first) * padded.shape[1] + column :]
        shape = batch.stop - batch.start, batch.last - batch.first
        return as_strided(corner, shape, (right, down - self.skew * right))


class _ErrorBuffer:
    """The errors of the last diagonals, multiplied by the shares of the kernel.

    Diagonal t is in slot t modulo the number of slots, which has a plane for every different share.
    The slots contain a window of rows, which moves down with the diagonals.
    """

    def __init__(self, kernel: Kernel, strength: float, rows: int) -> None:
        shares = sorted({tap.share for tap in kernel.taps}, reverse=True)
        self.weights = np.array(shares, np.float32)[:, np.newaxis] * np.float32(strength)
        # Each tap reads an error from some diagonals before and some rows above, in a plane.
        self._taps = [
            (tap.right + kernel.skew * tap.down, tap.down, shares.index(tap.share))
            for tap in kernel.taps
        ]
        self._above = max(tap.down for tap in kernel.taps)
        self.slots = max(ago for ago, _, _ in self._taps) + 1
        self._capacity = 2 * rows + self._above
        self._planes = np.zeros((self.slots, len(shares), 4 * self._capacity), np.float32)
        self._first = -self._above

    def views(self, batch: _Batch) -> list[tuple[list[Lanes], Lanes]]:
        """Return for every slot the errors that its diagonal gets, and the target of its own."""
        if batch.last - self._first > self._capacity:
            self._move_window(batch.first - self._above)

        def rows(above: int) -> slice:
            offset = above + self._first
            return slice(4 * (batch.first - offset), 4 * (batch.last - offset))

        return [
            (
                [self._planes[slot - ago, plane, rows(above)] for ago, above, plane in self._taps],
                self._planes[slot, :, rows(0)],
            )
            for slot in range(self.slots)
        ]

    def _move_window(self, first: int) -> None:
        """Move the window down to begin at a row."""
        remaining = self._planes[..., 4 * (first - self._first) :].copy()
        self._planes[..., : remaining.shape[-1]] = remaining
        self._planes[..., remaining.shape[-1] :] = 0
        self._first = first


def _diffuse_batch(
    batch: _Batch, layout: _DiagonalLayout, cells: CellLookup, errors: _ErrorBuffer
) -> None:
    """Dither a batch of diagonals, one after the other."""
    lanes, is_active = layout.fetch(batch)
    count = batch.last - batch.first
    quads: Quads = np.empty((len(lanes), count), np.complex128)
    entries: Lanes = quads.view(np.float32)
    color, error = np.empty((2, 4 * count), np.float32)
    look_up, views = cells.make_lookup(count), errors.views(batch)
    weights, slots, clip = errors.weights, errors.slots, color.clip
    add, subtract, multiply = np.add, np.subtract, np.multiply
    # NumPy processes arrays faster than numbers.
    low, high = np.array(cells.low), np.array(cells.high)

    for step, diagonal in enumerate(range(batch.start, batch.stop)):
        received, passed = views[diagonal % slots]
        total = received[0]
        for more in (*received[1:], lanes[step]):
            add(total, more, color)
            total = color
        clip(low, high, color)
        look_up(color, quads[step])
        subtract(color, entries[step], error)
        if is_active is not None:
            multiply(error, is_active[step], error)
        # No error is passed on from beyond the ends of the rows.
        ended = (diagonal - layout.width) // layout.skew + 1 - batch.first
        if ended > 0:
            error[: 4 * ended] = 0
        begun = diagonal // layout.skew + 1 - batch.first
        if begun < count:
            error[4 * begun :] = 0
        multiply(error, weights, passed)

    layout.store(batch, entries[:, 3::4].astype(np.uint8))
