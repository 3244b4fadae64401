"""Lists of colours in hexadecimal (.hex), as on lospec.com: one rrggbb per line."""

from __future__ import annotations

from pathlib import Path

from ..palette import Palette
from . import color_list
from .base import PaletteFormat


def read(data: bytes, path: Path) -> Palette:
    """Read the bytes of a list as `color_list.read` does.

    Of eight digits the last two are alpha, unless more colours are opaque the other way.
    """
    return color_list.read(data, path, argb=False, stacklevel=4)


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
