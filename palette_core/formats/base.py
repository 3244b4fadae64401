"""What palette formats have in common."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from ..errors import PaletteFileError, PaletteFileWarning
from ..palette import Palette


class PaletteReader(Protocol):
    """A palette file format that can be read."""

    def read(self, data: bytes, path: Path) -> Palette:
        """Read a file's bytes; `path` is for messages and for palettes without a name."""


class PaletteFormat(PaletteReader, Protocol):
    """A palette file format that can be read and written."""

    def write(self, palette: Palette, path: Path) -> bytes:
        """Return a file's bytes; `path` names a palette without a name."""


def check_count(palette: Palette, path: Path, lowest: int, highest: int | None = None) -> None:
    """Refuse to write more entries, or fewer, than a format can hold.

    Raises
    ------
    PaletteFileError
        With the number of entries, and those that were expected.
    """
    count = len(palette)
    if count < lowest or (highest is not None and count > highest):
        expected = f"{lowest} or more" if highest is None else f"{lowest} to {highest}"
        raise PaletteFileError(
            path, None, f"the palette has {count} entries, expected {expected} in this format"
        )


def names_or_hex(palette: Palette) -> list[str]:
    """Return a name for every entry: its colour as "#rrggbb" where it has none."""
    return [name or code for name, code in zip(palette.names, palette.hex, strict=True)]


def names_without_hex(
    names: Sequence[str], colors: Sequence[tuple[int, int, int]]
) -> tuple[str, ...]:
    """Undo `names_or_hex`: what is named by its colour alone has no name."""
    codes = Palette(colors).hex
    return tuple("" if name == code else name for name, code in zip(names, codes, strict=True))


def warn(path: Path, line: int | None, reason: str, stacklevel: int) -> None:
    """Warn of a careless file; `stacklevel` is as `warnings.warn` would take it in the caller."""
    place = path if line is None else f"{path}, line {line}"
    warnings.warn(PaletteFileWarning(f"{place}: {reason}"), stacklevel=stacklevel + 1)


def warn_of_alpha(
    path: Path, lines: Sequence[int] | None, alphas: Sequence[int], stacklevel: int
) -> None:
    """Warn of the first colour that is not opaque, in its line of a text file."""
    for index, alpha in enumerate(alphas):
        if alpha < 255:
            place = None if lines is None else lines[index]
            warn(path, place, "alpha left out, colours read as opaque", stacklevel + 1)
            return
