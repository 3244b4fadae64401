"""Squares: the entries of a palette as pixels, drawn in plain bytes: GTK's side has no NumPy."""

from __future__ import annotations

import math

from ui.scene import CHECK_SIDE, CHECKS

# Checks are twice as large from squares of twice this side on.
_FINE = 16
# A corner is cut off where a color is locked: white, with an edge of black.
_LOCK = ((0.5, 0), (0.36, 255))


def square(color: str | None, side: int, *, locked: bool) -> bytearray:
    """Draw an entry, "#rrggbb" or the transparent one: `side` rows of as many RGBA pixels."""
    if color is None:
        pixels = _checks(side)
    else:
        pixels = bytearray(bytes.fromhex(f"{color[1:]}ff") * (side * side))
    if locked:
        for share, level in _LOCK:
            for row in range(side):
                # What is nearer to the upper right corner than that share of the side.
                start = max(0, math.floor(side - 1 + row - share * side) + 1)
                _fill(pixels, side, row, start, side, level)
    return pixels


def frame(pixels: bytearray, side: int, inset: int, wide: int, level: int) -> None:
    """Draw a grey frame inside a square, so far from its ends and so wide."""
    for row in range(inset, side - inset):
        if min(row, side - 1 - row) < inset + wide:
            _fill(pixels, side, row, inset, side - inset, level)
        else:
            _fill(pixels, side, row, inset, inset + wide, level)
            _fill(pixels, side, row, side - inset - wide, side - inset, level)


def _checks(side: int) -> bytearray:
    """Draw what is seen through a transparent entry."""
    check = CHECK_SIDE * max(1, side // _FINE)
    rows = [
        b"".join(_grey(CHECKS[(column // check + odd) % 2]) for column in range(side))
        for odd in (0, 1)
    ]
    return bytearray(b"".join(rows[row // check % 2] for row in range(side)))


def _fill(pixels: bytearray, side: int, row: int, start: int, end: int, level: int) -> None:
    """Fill pixels of a row with a grey."""
    first = 4 * side * row
    pixels[first + 4 * start : first + 4 * end] = _grey(level) * max(0, end - start)


def _grey(level: int) -> bytes:
    return bytes((level, level, level, 255))
