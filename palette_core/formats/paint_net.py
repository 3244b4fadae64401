"""Paint.NET palette files (.txt).

A text file of colours as eight hexadecimal digits, alpha before red, green and blue::

    ; paint.net Palette File
    ; Palette Name: Bee
    FF000000
    FFFFCC00

What follows a ";" is a comment; lospec.com gives the name in one. Paint.NET shows the first 96
colours. Other lists of colours have the same suffix, and are read too.
"""

from __future__ import annotations

from pathlib import Path

from ..palette import Palette
from .base import PaletteFormat
from .color_list import read

__all__ = ["read", "write"]


def write(palette: Palette, _: Path) -> bytes:
    """Return the bytes of a Paint.NET palette, with alpha and without the entries' names."""
    lines = ["; paint.net Palette File"]
    if palette.name:
        lines.append(f"; Palette Name: {palette.name}")
    alpha = [255] * len(palette) if palette.alpha is None else palette.alpha.tolist()
    lines += [
        f"{level:02X}{code[1:].upper()}" for level, code in zip(alpha, palette.hex, strict=True)
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()


FORMAT = PaletteFormat(
    name="txt",
    label="Paint.NET palette",
    summary="reads any [list of colours](#lists-of-colours)",
    position=7,
    suffixes=(".txt",),
    keeps=("name",),
    min_entries=1,
    read=read,
    write=write,
)
