"""Error diffusion: what a pixel's entry misses of its colour is passed on to its neighbours."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from ..arrays import Bytes, Mask, Packed
from ..mapping.lookup_table import ColorIndex
from ..mapping.nearest_entry import NearestEntryFinder
from ..progress import Progress, subprogress
from ..threads import for_each_block
from .base import Dither
from .cell_lookup import CellLookup, Lanes, Quads

# How many diagonals are fetched and put back at a time: a quarter of the width, within bounds. Few
# of them cost time, many room beside the rows.
_LEAST, _BATCH = 16, 48
# How many pixels a thread lays out at a time.
_STRIP = 1 << 17
# The bits of a colour's word, and where the one is that tells active pixels from passive ones.
_COLOR, _ACTIVE = np.uint32(0xFFFFFF), np.uint32(24)

Value = TypeVar("Value", bound=np.generic)


class Tap(NamedTuple):
    """A neighbour: `right` columns to the right, `down` rows down, and its share of the error."""

    right: int
    down: int
    share: float


@dataclass(frozen=True)
class Kernel:
    """An error diffusion kernel.

    Attributes
    ----------
    taps : tuple of Tap
        In the order in which a pixel adds them up.
    """

    taps: tuple[Tap, ...]

    @classmethod
    def of(cls, divisor: int, *rows: str) -> Kernel:
        """Read a kernel as books print it.

        Parameters
        ----------
        divisor : int
            What the numbers are parts of.
        *rows : str
            Whole numbers, from the pixel's row down; "*" is the pixel.
        """
        table = [row.split() for row in rows]
        center = table[0].index("*")
        return cls(
            tuple(
                Tap(column - center, down, int(word) / divisor)
                for down, row in enumerate(table)
                for column, word in enumerate(row)
                if word.isdigit() and word != "0"
            )
        )

    @property
    def skew(self) -> int:
        """The least s for which all pixels of equal x + s y are independent of each other."""
        return max(1, *(math.ceil((1 - tap.right) / tap.down) for tap in self.taps if tap.down))


@dataclass(frozen=True, kw_only=True, eq=False)
class ErrorDiffusion(Dither):
    """Error diffusion by a kernel.

    Attributes
    ----------
    kernel : Kernel
        Which neighbours get how much of a pixel's error.

    Notes
    -----
    Rows go from left to right, from the top down. Each pixel adds to its colour the errors that
    it gets, clips the sum to the bounds of sRGB, takes an entry by the table of `CellLookup`, and
    passes on the rest. All of that is done in the coordinates of the space of comparison: colours
    are mixed where they are compared. Clipping keeps errors from piling up where no entry can make
    up for them.

    The pixels of a diagonal, of equal ``x + s y`` with the kernel's skew s, are independent of each
    other: each diagonal is one step, and what is computed is to the last bit what one pixel after
    the other would give. Rows in alternating direction (serpentine) leave no such diagonals: the
    first pixel of a row would depend on all of the row above.
    """

    kernel: Kernel

    def __call__(
        self,
        rgb: Bytes,
        finder: NearestEntryFinder,
        *,
        strength: float,
        passive: Mask | None,
        unique_colors: Bytes | None,
        progress: Progress,
    ) -> Bytes:
        """Return the entry of every pixel; `strength` is the share of the error passed on."""
        cells = CellLookup(finder)
        progress(0.0)
        source = _Source(cells, rgb, unique_colors, subprogress(progress, 0.0, 0.1))
        sheet = _Sheet(rgb, self.kernel, source, passive, subprogress(progress, 0.1, 0.2))
        errors = _Errors(self.kernel, strength, sheet.rows)
        progress = subprogress(progress, 0.2, 1.0)
        for batch in sheet.batches():
            progress(batch.start / sheet.diagonals)
            _walk(batch, sheet, cells, errors)
        return sheet.result()


class _Batch(NamedTuple):
    """Some successive diagonals, as far as they go through rows `first` to `last`, exclusively."""

    start: int
    stop: int
    first: int
    last: int


class _Sheet:
    """A picture laid out so that a batch of its diagonals is one strided view.

    Rows get margins: what a batch reads and writes beyond a row's ends is there.
    """

    def __init__(
        self,
        rgb: Bytes,
        kernel: Kernel,
        source: _Source,
        passive: Mask | None,
        progress: Progress,
    ) -> None:
        self.height, self.width = rgb.shape[:2]
        self.skew = kernel.skew
        self.batch = min(_BATCH, max(_LEAST, self.width // 4))
        self.diagonals = self.width + self.skew * (self.height - 1)
        # Rows stay in a batch until nobody reads their errors.
        self.lasting = max(tap.down for tap in kernel.taps)
        self.margin = self.batch + self.skew * self.lasting
        self.rows = min(self.height, (self.width + self.batch) // self.skew + 2 + self.lasting)
        padded = (self.height, self.width + 2 * self.margin)
        self._inside = slice(self.margin, self.margin + self.width)
        # Of colours, and in the highest byte 1 where pixels are not passive.
        self._words = np.zeros(padded, np.uint32)
        self._found = np.empty(padded, np.uint8)
        self._source = source
        self._masked = passive is not None

        def lay_out(rows: slice) -> None:
            words = source.words(rows)
            if passive is not None:
                words |= (~passive[rows]).astype(np.uint32) << _ACTIVE
            self._words[rows, self._inside] = words

        for_each_block(lay_out, self.height, max(1, _STRIP // self.width), progress)

    def batches(self) -> Iterator[_Batch]:
        """Cover all diagonals."""
        for start in range(0, self.diagonals, self.batch):
            stop = min(start + self.batch, self.diagonals)
            first = max(0, (start - self.width) // self.skew + 1 - self.lasting)
            yield _Batch(start, stop, first, min(self.height, (stop - 1) // self.skew + 1))

    def fetch(self, batch: _Batch) -> tuple[Lanes, Lanes | None]:
        """Give a batch's colours, and 0 for each lane of a passive pixel, 1 for the others.

        Both are (diagonals, 4 rows); without passive pixels there is no second.
        """
        words = np.ascontiguousarray(self._diagonals(self._words, batch))
        active = None
        if self._masked:
            active = (words >> _ACTIVE).astype(np.float32).repeat(4, axis=1)
            words &= _COLOR
        return self._source.lanes(words), active

    def put(self, batch: _Batch, found: Bytes) -> None:
        """Store a batch's entries: (diagonals, rows)."""
        self._diagonals(self._found, batch)[...] = found

    def result(self) -> Bytes:
        """Give the entries of all pixels: (H, W)."""
        return np.ascontiguousarray(self._found[:, self._inside])

    def _diagonals(self, padded: NDArray[Value], batch: _Batch) -> NDArray[Value]:
        """View a batch of diagonals of a padded sheet: (diagonals, rows)."""
        down, right = padded.strides
        column = self.margin + batch.start - self.skew * batch.first
        corner = padded.reshape(-1)[batch.first * padded.shape[1] + column :]
        shape = batch.stop - batch.start, batch.last - batch.first
        return as_strided(corner, shape, (right, down - self.skew * right))


class _Errors:
    """The errors of the last diagonals, times the kernel's shares.

    Diagonal t is in slot t modulo the number of slots, with a plane for every different share.
    The slots hold a window of rows that moves down with the diagonals.
    """

    def __init__(self, kernel: Kernel, strength: float, rows: int) -> None:
        shares = sorted({tap.share for tap in kernel.taps}, reverse=True)
        self.weights = np.array(shares, np.float32)[:, np.newaxis] * np.float32(strength)
        # Of each tap: how many diagonals ago, how many rows above, which plane.
        self._taps = [
            (tap.right + kernel.skew * tap.down, tap.down, shares.index(tap.share))
            for tap in kernel.taps
        ]
        self._above = max(tap.down for tap in kernel.taps)
        self.slots = max(ago for ago, _, _ in self._taps) + 1
        self._room = 2 * rows + self._above
        self._planes = np.zeros((self.slots, len(shares), 4 * self._room), np.float32)
        self._first = -self._above

    def views(self, batch: _Batch) -> list[tuple[list[Lanes], Lanes]]:
        """Give for every slot what its diagonal receives, and where its own errors go."""
        if batch.last - self._first > self._room:
            self._move_to(batch.first - self._above)

        def rows(up: int) -> slice:
            return slice(4 * (batch.first - up - self._first), 4 * (batch.last - up - self._first))

        return [
            (
                [self._planes[slot - ago, plane, rows(up)] for ago, up, plane in self._taps],
                self._planes[slot, :, rows(0)],
            )
            for slot in range(self.slots)
        ]

    def _move_to(self, first: int) -> None:
        """Let the window begin at a row further down."""
        kept = self._planes[..., 4 * (first - self._first) :].copy()
        self._planes[..., : kept.shape[-1]] = kept
        self._planes[..., kept.shape[-1] :] = 0
        self._first = first


class _Source:
    """A picture's colours as words, and words as lanes.

    A word is a colour where lanes are cheap, elsewhere the index of a unique colour whose lanes are
    known: below 2^24.
    """

    def __init__(
        self, cells: CellLookup, rgb: Bytes, unique_colors: Bytes | None, progress: Progress
    ) -> None:
        self._rgb, self._cells = rgb, cells
        self._lanes: Quads | None = None
        if not cells.lanes_are_cheap:
            index = ColorIndex(rgb, unique_colors)
            progress(0.2)
            self._lanes = cells.lanes(_with_fourth(index.colors)).view(np.complex128)[:, 0]
            progress(0.8)
            self._read = index.make_lookup(np.arange(len(index.colors), dtype=np.uint32))

    def words(self, rows: slice) -> Packed:
        """Give the words of a slice of rows."""
        if self._lanes is None:
            return _with_fourth(self._rgb[rows]).view(np.uint32)[..., 0]
        return self._read(rows)

    def lanes(self, words: Packed) -> Lanes:
        """Give the lanes of a batch: (diagonals, rows) to (diagonals, 4 rows)."""
        if self._lanes is None:
            return self._cells.lanes(words.view(np.uint8).reshape(-1, 4)).reshape(len(words), -1)
        return self._lanes.take(words, mode="clip").view(np.float32)


def _with_fourth(rgb: Bytes) -> Bytes:
    """Give colours a fourth channel, which is 0: (..., 3) to (..., 4)."""
    pixels = np.zeros((*rgb.shape[:-1], 4), np.uint8)
    for channel in range(3):  # NumPy copies three bytes at a time more slowly
        pixels[..., channel] = rgb[..., channel]
    return pixels


def _walk(batch: _Batch, sheet: _Sheet, cells: CellLookup, errors: _Errors) -> None:
    """Dither a batch of diagonals, one after the other."""
    lanes, active = sheet.fetch(batch)
    count = batch.last - batch.first
    found: Quads = np.empty((len(lanes), count), np.complex128)
    entries: Lanes = found.view(np.float32)
    color, error = np.empty((2, 4 * count), np.float32)
    find, views = cells.make_lookup(count), errors.views(batch)
    weights, slots, clip = errors.weights, errors.slots, color.clip
    add, subtract, multiply = np.add, np.subtract, np.multiply
    # As arrays, which NumPy takes faster than numbers.
    low, high = np.array(cells.low), np.array(cells.high)

    for step, diagonal in enumerate(range(batch.start, batch.stop)):
        received, passed = views[diagonal % slots]
        add(received[0], received[1], color)
        for more in received[2:]:
            add(color, more, color)
        add(color, lanes[step], color)
        clip(low, high, color)
        find(color, found[step])
        subtract(color, entries[step], error)
        if active is not None:
            multiply(error, active[step], error)
        # No error comes from beyond the ends of the rows.
        ended = (diagonal - sheet.width) // sheet.skew + 1 - batch.first
        if ended > 0:
            error[: 4 * ended] = 0
        begun = diagonal // sheet.skew + 1 - batch.first
        if begun < count:
            error[4 * begun :] = 0
        multiply(error, weights, passed)

    sheet.put(batch, entries[:, 3::4].astype(np.uint8))
