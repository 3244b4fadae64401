"""Palette files: one format a module.

To add one, write a module with `read` and `write`, and a line in `FORMATS`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from ..errors import PaletteFileError
from ..palette import Palette
from . import gpl

__all__ = ["FORMATS", "PaletteFormat", "format_of"]


class PaletteFormat(Protocol):
    """A palette file format."""

    def read(self, data: bytes, path: Path) -> Palette:
        """Take a file's bytes apart; `path` is for messages and for palettes without a name."""

    def write(self, palette: Palette, path: Path) -> bytes:
        """Give a file's bytes; `path` names a palette without a name."""


FORMATS: dict[str, PaletteFormat] = {
    ".gpl": gpl,
}


def format_of(path: str | os.PathLike[str]) -> PaletteFormat:
    """Find the format that a file's suffix names.

    Raises
    ------
    PaletteFileError
        If no format has that suffix.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in FORMATS:
        what = f"unknown suffix {suffix!r}" if suffix else "no suffix"
        raise PaletteFileError(
            path, None, f"{what}, expected that of a palette file: {', '.join(FORMATS)}"
        )
    return FORMATS[suffix]
