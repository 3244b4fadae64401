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
    image,
    jasc,
    json_object,
    kpl,
    paint_net,
    procreate,
    riff,
    scss,
    soc,
)
from .base import PaletteFormat, PaletteReader
from .detection import reader_by_content, reader_by_signature

__all__ = ["FORMATS", "SUFFIXES", "PaletteFormat", "PaletteReader", "format_of", "reader_of"]

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
    "kpl": kpl,
    "soc": soc,
    "swatches": procreate,
    "png": image,
}

# The format that a suffix names, and is written in unless another is asked for.
SUFFIXES = {".pal" if name == "jasc" else f".{name}": name for name in FORMATS if name != "riff"}


def format_of(path: str | os.PathLike[str], name: str | None = None) -> PaletteFormat:
    """Return the format in which a file is to be written: that of a name, or else of its suffix.

    Raises
    ------
    OptionError
        If no format has that name.
    PaletteFileError
        If no format has that suffix.
    """
    if name is None:
        suffix = Path(path).suffix.lower()
        if suffix not in SUFFIXES:
            raise PaletteFileError(path, None, f"{_unknown(suffix)}; use one of: {_suffixes()}")
        name = SUFFIXES[suffix]
    elif name not in FORMATS:
        raise OptionError(f"format is {name!r}, expected one of: {', '.join(FORMATS)}")
    return FORMATS[name]


def reader_of(path: str | os.PathLike[str], data: bytes) -> PaletteReader:
    """Return the format that a file is in.

    A signature decides first, such as that of a GIF or of GIMP's palettes, then the suffix, and
    where there is none, or an unknown one, the content.

    Raises
    ------
    PaletteFileError
        If none of them says it.
    """
    suffix = Path(path).suffix.lower()
    reader = reader_by_signature(suffix, data)
    if reader is None and suffix in SUFFIXES:
        reader = FORMATS[SUFFIXES[suffix]]
    reader = reader or reader_by_content(suffix, data)
    if reader is None:
        raise PaletteFileError(
            path,
            None,
            f"{_unknown(suffix)}, and no palette in its content; expected an image or one of: "
            f"{_suffixes()}",
        )
    return reader


def _unknown(suffix: str) -> str:
    return f"unknown suffix {suffix!r}" if suffix else "no suffix"


def _suffixes() -> str:
    return ", ".join(SUFFIXES)
