"""Colours as SCSS variables (.scss).

::

    $color-black: #000000;
    $color-honey: #ffcc00;
"""

from __future__ import annotations

from pathlib import Path

from ..palette import Palette
from .base import PaletteFormat
from .css import read, variables

__all__ = ["read", "write"]


def write(palette: Palette, _: Path) -> bytes:
    """Return the bytes of a style sheet with a variable for every entry."""
    named = zip(variables(palette), palette.hex, strict=True)
    return "".join(f"${name}: {code};\n" for name, code in named).encode()


FORMAT = PaletteFormat(
    name="scss",
    label="SCSS variables",
    summary="names are kept as far as variable names allow",
    position=9,
    suffixes=(".scss",),
    min_entries=1,
    read=read,
    write=write,
)
