"""Checks of what a palette consists of (colours, alpha and names), and words for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, MappingView, Set
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import Bytes
from .errors import PaletteError

OPAQUE = 255
# The levels of red, green, blue and alpha, 0 to 255.
Rgba: TypeAlias = tuple[int, int, int, int]

_HEX_COLOR = re.compile("(?:#|0[xX])?([0-9A-Fa-f]{3,8})")
# The zero width non-joiner and joiner, of Persian and Indian words and of emoji.
_JOINERS = "\u200c\u200d"


def check_colors(colors: ArrayLike | Iterable[ArrayLike]) -> Bytes:
    """Return colours as a read-only (K, 3) array of uint8."""
    if isinstance(colors, (Iterator, Set, MappingView)):
        colors = list(colors)
    elif isinstance(colors, np.ndarray) and colors.ndim == 1 and colors.dtype.kind in "OU":
        colors = colors.tolist()
    if isinstance(colors, (list, tuple)):
        colors = [_levels(color) if isinstance(color, str) else color for color in colors]
    try:
        array = np.asarray(colors)
    except ValueError as error:  # lists of unequal lengths
        raise PaletteError(f"colours must be an array of shape (K, 3) ({error})") from error
    if array.size == 0:
        array = np.empty((0, 3), np.uint8)
    if array.ndim == 0 and array.dtype.kind in "OSU":  # the name of a file, or None
        raise PaletteError(
            f"colours must be an array or a list such as ['#000000', '#ffcc00'], not "
            f"{type(colors).__name__}; read a file with Palette.load"
        )
    if array.ndim != 2 or array.shape[1] != 3:
        raise PaletteError(f"colours must have the shape (K, 3), not {array.shape}")
    if array.dtype.kind not in "ui":
        raise PaletteError(
            f"colour 0 is {_describe(array[0])}, of the type {array.dtype}; "
            "use whole numbers from 0 to 255"
        )
    is_outside = ((array < 0) | (array > 255)).any(axis=1)
    if is_outside.any():
        entry = int(is_outside.argmax())
        raise PaletteError(
            f"colour {entry} is {_describe(array[entry])}; use whole numbers from 0 to 255"
        )
    frozen = array.astype(np.uint8)
    frozen.flags.writeable = False
    return frozen


def _describe(color: NDArray[np.generic]) -> str:
    return str(tuple(color.tolist()))


def _levels(code: str) -> tuple[int, int, int]:
    levels = parse_hex_color(code) if code.startswith("#") else None
    if levels is None or levels[3] < 255:
        raise PaletteError(f"{code!r} is not a colour; use '#rrggbb' or '#rgb'")
    return levels[:3]


def check_alpha(alpha: ArrayLike | None, count: int) -> Bytes | None:
    """Return the alpha of entries, or None if all are opaque."""
    if alpha is None:
        return None
    try:
        array = np.asarray(alpha)
    except ValueError as error:  # lists of unequal lengths
        raise PaletteError(f"`alpha` must be an array of shape (K,) ({error})") from error
    if array.shape != (count,):
        raise PaletteError(
            f"`alpha` has the shape {array.shape} for {spell_count(count)}; give one alpha per "
            "colour"
        )
    if array.dtype.kind not in "ui" or ((array < 0) | (array > OPAQUE)).any():
        raise PaletteError("`alpha` must be whole numbers from 0 to 255")
    if (array == OPAQUE).all():
        return None
    frozen = array.astype(np.uint8)
    frozen.flags.writeable = False
    return frozen


def parse_hex_color(code: str) -> Rgba | None:
    """Return the levels of a hexadecimal colour; None if it is something else.

    The digits are those of CSS Color 4: "#rgb", "#rgba", "#rrggbb" or "#rrggbbaa". "0x" or nothing
    may stand for "#".
    """
    match = _HEX_COLOR.fullmatch(code)
    if match is None or len(match[1]) in (5, 7):
        return None
    digits = match[1]
    if len(digits) < 6:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue, alpha = bytes.fromhex(digits.ljust(8, "f"))
    return red, green, blue, alpha


def spell_count(count: int, noun: str = "colour", plural: str = "") -> str:
    """Return a number with a noun, such as "1 colour" and "1,024 colours"."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def one_line(text: str) -> str:
    """Replace unprintable characters by spaces, but keep joiners, which are part of words."""
    return "".join(c if c.isprintable() or c in _JOINERS else " " for c in text).strip()
