"""Colours as SCSS variables (.scss).

::

    $color-black: #000000;
    $color-honey: #ffcc00;
"""

from __future__ import annotations

from pathlib import Path

from ..palette import Palette
from . import base
from .css import read, variables

__all__ = ["read", "write"]


def write(palette: Palette, path: Path) -> bytes:
    """Return the bytes of a style sheet with a variable for every entry.

    Raises
    ------
    PaletteFileError
        If the palette has no entries.
    """
    base.check_count(palette, path, 1)
    named = zip(variables(palette), palette.hex, strict=True)
    return "".join(f"${name}: {code};\n" for name, code in named).encode()
