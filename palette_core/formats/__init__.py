"""Palette files: one format a module.

To add one, write a module with `read` and `write`, and a line in `FORMATS`; another in `SUFFIXES`
if its suffix is not its name.
"""

from __future__ import annotations

import os
from pathlib import Path

from ..errors import OptionError, PaletteFileError
from . import (
    aco,
    act,
    ase,
    css,
    gpl,
    hex_lines,
    jasc,
    json_object,
    paint_net,
    riff,
    scss,
    swatches,
)
from .base import PaletteFormat

__all__ = ["FORMATS", "SUFFIXES", "PaletteFormat", "format_of", "reader_of"]

FORMATS: dict[str, PaletteFormat] = {
    "gpl": gpl,
    "jasc": jasc,
    "riff": riff,
    "act": act,
    "aco": aco,
    "ase": ase,
    "hex": hex_lines,
    "txt": paint_net,
    "css": css,
    "scss": scss,
    "json": json_object,
    "png": swatches,
}

# The format that a suffix names, and is written in unless another is asked for.
SUFFIXES = {".pal" if name == "jasc" else f".{name}": name for name in FORMATS if name != "riff"}
# What files of a suffix begin with that are in another format.
_MAGICS = {".pal": {riff.MAGIC: "riff"}}


def format_of(path: str | os.PathLike[str], name: str | None = None) -> PaletteFormat:
    """Find the format that a file is to be written in: that of a name, or else of its suffix.

    Raises
    ------
    OptionError
        If no format has that name.
    PaletteFileError
        If no format has that suffix.
    """
    if name is None:
        name = SUFFIXES[_suffix(path)]
    elif name not in FORMATS:
        raise OptionError(f"format is {name!r}, expected one of: {', '.join(FORMATS)}")
    return FORMATS[name]


def reader_of(path: str | os.PathLike[str], data: bytes) -> PaletteFormat:
    """Find the format that a file is in: by its suffix, and by its bytes where that is not enough.

    Raises
    ------
    PaletteFileError
        If no format has that suffix.
    """
    suffix = _suffix(path)
    for magic, name in _MAGICS.get(suffix, {}).items():
        if data.startswith(magic):
            return FORMATS[name]
    return FORMATS[SUFFIXES[suffix]]


def _suffix(path: str | os.PathLike[str]) -> str:
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        what = f"unknown suffix {suffix!r}" if suffix else "no suffix"
        raise PaletteFileError(
            path, None, f"{what}, expected that of a palette file: {', '.join(SUFFIXES)}"
        )
    return suffix
