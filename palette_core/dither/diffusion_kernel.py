"""The kernels of error diffusion: which neighbours get which share of an error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..palette_values import spell_count

# Shares are rounded, so their sum may exceed 1 by this much.
_ROUNDING_ERROR = 1e-9


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
        In the order in which their errors are added.

    Raises
    ------
    ValueError
        If there are no taps, a position is not a whole number, occurs twice or is a pixel that is
        processed before, a share is not above 0, or the sum of the shares is above 1.
    """

    taps: tuple[Tap, ...]

    def __post_init__(self) -> None:
        """Check that errors go to later pixels only, and do not grow."""
        if not self.taps:
            raise ValueError("the kernel has no weights; add one")
        for tap in self.taps:
            _check_tap(tap)
        if len({(tap.right, tap.down) for tap in self.taps}) < len(self.taps):
            raise ValueError("the kernel has two weights for one pixel; add them up")
        total = sum(tap.share for tap in self.taps)
        if total > 1 + _ROUNDING_ERROR:
            raise ValueError(f"the shares of the kernel sum to {total:g}; scale them to at most 1")

    @classmethod
    def of(cls, divisor: int, *rows: str) -> Kernel:
        """Return a kernel that is written as books print it.

        Parameters
        ----------
        divisor : int
            The divisor of the weights, at least their sum.
        *rows : str
            The weights, from the row of the pixel down: whole numbers with blanks between them.
            "*" is the pixel; pixels with "." or "0" get no error.

        Raises
        ------
        ValueError
            If the rows or the divisor are something else.
        TypeError
            If a row is not a str, or the divisor is not an int.
        """
        if not isinstance(divisor, (int, np.integer)):
            raise TypeError(f"the divisor of the kernel must be an int, not {divisor!r}")
        for row in rows:
            if not isinstance(row, str):
                raise TypeError(f"the rows of the kernel must be str, not {row!r}")
            if "\n" in row or "\r" in row:
                raise ValueError("a row contains a line break; give each row as its own string")
        table = [row.split() for row in rows]
        words = [word for row in table for word in row]
        if words.count("*") != 1 or "*" not in table[0]:
            raise ValueError(
                f'the kernel must have one "*" for the pixel, in its first row, not the rows {rows}'
            )
        for word in set(words) - {"*", "."}:
            if not (word.isascii() and word.isdigit()):
                raise ValueError(
                    f'the kernel has {word!r}; use whole numbers, "*" for the pixel and "." for a '
                    "pixel that gets no error"
                )
        center = table[0].index("*")
        weights = {
            (column - center, down): int(word)
            for down, row in enumerate(table)
            for column, word in enumerate(row)
            if word not in ("*", ".") and int(word)
        }
        if divisor < sum(weights.values()):
            raise ValueError(
                f"the divisor of the kernel must be at least {sum(weights.values())}, the sum of "
                f"its weights, not {divisor}"
            )
        return cls(tuple(Tap(*place, weight / divisor) for place, weight in weights.items()))

    @property
    def skew(self) -> int:
        """The least s, 1 or more, for which pixels with equal x + s y are independent."""
        below = (tap for tap in self.taps if tap.down)
        return max([1, *(math.ceil((1 - tap.right) / tap.down) for tap in below)])


def _check_tap(tap: Tap) -> None:
    """Raise an error if no error can be passed on to this neighbour."""
    right, down, share = tap
    if not (isinstance(right, (int, np.integer)) and isinstance(down, (int, np.integer))):
        raise ValueError(f"the kernel has a weight at {right!r}, {down!r}; use whole numbers")
    if (right, down) == (0, 0):
        raise ValueError("the kernel passes error to the pixel itself; move it to a later pixel")
    if (down, right) < (0, 0):
        raise ValueError(
            f"the kernel passes error {_describe_place(right, down)}, to a pixel that is already "
            "done; move it to a later pixel, to the right or below"
        )
    if not share > 0:
        raise ValueError(f"the kernel has the share {share}; use shares above 0")


def _describe_place(right: int, down: int) -> str:
    side = "right" if right > 0 else "left"
    columns, rows = spell_count(abs(right), "column"), spell_count(abs(down), "row")
    column = f"{columns} to the {side}" if right else "in the same column"
    return f"{column}, {rows} up" if down else f"{column}, in the same row"
