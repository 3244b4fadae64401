"""Lists of colours in hexadecimal (.hex), as on lospec.com: one rrggbb per line."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ..palette import Palette
from . import color_list
from .base import PaletteFormat

# Of eight digits the last two are alpha, unless more colours are opaque the other way.
read = partial(color_list.read, argb=False)


def write(palette: Palette, _: Path) -> bytes:
    """Return the bytes of a list, without names."""
    return "".join(f"{code[1:]}\n" for code in palette.hex).encode()


FORMAT = PaletteFormat(
    name="hex",
    label="Hexadecimal list",
    summary="one `rrggbb` per line; reads any [list of colours](#lists-of-colours)",
    position=6,
    suffixes=(".hex",),
    min_entries=1,
    read=read,
    write=write,
)
