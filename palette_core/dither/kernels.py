"""Kernels of error diffusion: which neighbours get how much of a pixel's error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple


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


KERNELS = {
    # Floyd and Steinberg, An adaptive algorithm for spatial grey scale, 1976.
    "floyd-steinberg": Kernel.of(16, ". * 7", "3 5 1"),
    # Jarvis, Judice and Ninke, A survey of techniques for the display of continuous tone pictures
    # on bilevel displays, 1976.
    "jarvis-judice-ninke": Kernel.of(48, ". . * 7 5", "3 5 7 5 3", "1 3 5 3 1"),
    # Stucki, MECCA, a multiple-error correction computation algorithm, 1981.
    "stucki": Kernel.of(42, ". . * 8 4", "2 4 8 4 2", "1 2 4 2 1"),
    # Burkes, 1988: Stucki's without the third row.
    "burkes": Kernel.of(32, ". . * 8 4", "2 4 8 4 2"),
    # Sierra, 1989 and 1990.
    "sierra": Kernel.of(32, ". . * 5 3", "2 4 5 4 2", "0 2 3 2 0"),
    "sierra-lite": Kernel.of(4, ". * 2", "1 1 0"),
    # Atkinson, for MacPaint, 1984: it passes on six eighths.
    "atkinson": Kernel.of(8, ". * 1 1", "1 1 1 0", "0 1 0 0"),
}
