"""Paint.NET palette files (.txt).

A text file of colours as eight hexadecimal digits, alpha before red, green and blue::

    ; paint.net Palette File
    ; Palette Name: Bee
    FF000000
    FFFFCC00

What follows a ";" is a comment; lospec.com gives the name in one. Paint.NET shows the first 96
colours.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import PaletteFileError
from ..palette import Palette
from . import base, text

_NAME = re.compile(r";\s*Palette Name:(.*)", re.IGNORECASE)
_COLOR = re.compile("([0-9A-Fa-f]{2})([0-9A-Fa-f]{6})")


def read(data: bytes, path: Path) -> Palette:
    """Read the bytes of a Paint.NET palette.

    Raises
    ------
    PaletteFileError
        If a line is neither a comment nor a colour, or there is no colour.

    Warns
    -----
    PaletteFileWarning
        If colours have an alpha below 255; it is left out.
    """
    name, colors, see_through = "", [], []
    for number, line in text.lines_of(data):
        named = _NAME.fullmatch(line)
        if named and not name:
            name = named[1]
        code = line.partition(";")[0].strip()
        if code:
            match = _COLOR.fullmatch(code)
            color = text.color_of(match[2]) if match else None
            if match is None or color is None:
                raise PaletteFileError(
                    path, number, f"{code[:40]!r}, expected a colour as 'aarrggbb'"
                )
            colors.append(color)
            if match[1].upper() != "FF":
                see_through.append(number)
    if not colors:
        raise PaletteFileError(path, 1, "no colours, expected one a line as 'aarrggbb'")
    if see_through:
        base.warn(path, see_through[0], "alpha left out, colours read as opaque", 3)
    return Palette(colors, name=name)


def write(palette: Palette, path: Path) -> bytes:
    """Give the bytes of a Paint.NET palette, without the entries' names.

    Raises
    ------
    PaletteFileError
        If the palette has no entries.
    """
    base.check_count(palette, path, 1)
    lines = ["; paint.net Palette File"]
    if palette.name:
        lines.append(f"; Palette Name: {palette.name}")
    lines += [f"FF{code[1:].upper()}" for code in palette.hex]
    return "".join(f"{line}\r\n" for line in lines).encode()
