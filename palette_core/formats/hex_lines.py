"""Lists of colours in hexadecimal (.hex), as lospec.com gives them: one rrggbb a line."""

from __future__ import annotations

from pathlib import Path

from ..errors import PaletteFileError
from ..palette import Palette
from . import base, text


def read(data: bytes, path: Path) -> Palette:
    """Read the bytes of such a list; a "#" before a colour is allowed.

    Raises
    ------
    PaletteFileError
        If a line is something else, or there is none.
    """
    colors = []
    for number, line in text.lines_of(data):
        color = text.color_of(line)
        if color is None:
            raise PaletteFileError(path, number, f"{line[:40]!r}, expected a colour as 'rrggbb'")
        colors.append(color)
    if not colors:
        raise PaletteFileError(path, 1, "no colours, expected one a line as 'rrggbb'")
    return Palette(colors)


def write(palette: Palette, path: Path) -> bytes:
    """Give the bytes of such a list, without names.

    Raises
    ------
    PaletteFileError
        If the palette has no entries.
    """
    base.check_count(palette, path, 1)
    return "".join(f"{code[1:]}\n" for code in palette.hex).encode()
