"""GIMP palette files (.gpl).

A text file of lines ended by LF, in UTF-8::

    GIMP Palette
    Name: Bee
    Columns: 2
    #
      0   0   0	Black
    255 204   0	Honey

The colours are sRGB, 0 to 255. The name and the columns are optional, but have no other place;
lines that begin with ``#`` and empty lines are passed over. What GIMP 3 makes of a careless file
(see `_entry`) is what `read` makes of it; what GIMP refuses, `read` refuses.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import PaletteFileError
from ..palette import MAX_COLUMNS, Palette, one_line
from . import base

_MAGIC = "GIMP Palette"
_NAME = "Name: "
_COLUMNS = "Columns: "
_WHOLE_NUMBER = re.compile(r"[ \t]*([+-]?[0-9]+)")
_COMPONENTS = ("red", "green", "blue")
# Pillow's reader takes no longer line, its LF included.
_LONGEST_LINE = 100
_C_INT = 1 << 31


def read(data: bytes, path: Path) -> Palette:
    """Read the bytes of a .gpl file as GIMP 3 does.

    Raises
    ------
    PaletteFileError
        If GIMP would refuse the file: no magic first line, or columns that are no number.

    Warns
    -----
    PaletteFileWarning
        Where GIMP guesses: a missing or misspelt component is 0, one out of range is clipped, as
        are columns out of range.
    """
    lines = [_text(line) for line in data.split(b"\n")]
    if not lines[0].startswith(_MAGIC):
        raise PaletteFileError(
            path, 1, f"no GIMP palette: expected {_MAGIC!r} at its very beginning"
        )
    name, columns, first = path.name, 0, 1
    if len(lines) > 1 and lines[1].startswith(_NAME):
        name, first = lines[1].removeprefix(_NAME).strip(), 2
        if len(lines) > 2 and lines[2].startswith(_COLUMNS):
            columns, first = _columns(lines[2].removeprefix(_COLUMNS), path), 3
    colors, names = [], []
    for number, line in enumerate(lines[first:], first + 1):
        if line and not line.startswith("#"):
            color, entry_name = _entry(line, path, number)
            colors.append(color)
            names.append(entry_name)
    return Palette(colors, base.names_without_hex(names, colors), name, columns)


def write(palette: Palette, path: Path) -> bytes:
    """Give the bytes of a .gpl file that GIMP 3 and Pillow read.

    A palette without a name is named after the file, an entry without a name by its colour in
    hexadecimal. A name too long for Pillow's reader is cut short.
    """
    lines = [
        _MAGIC,
        f"{_NAME}{palette.name or one_line(path.stem)}",
        f"{_COLUMNS}{palette.columns}",
        "#",
    ]
    for (red, green, blue), name in zip(palette, base.names_or_hex(palette), strict=True):
        line = f"{red:3d} {green:3d} {blue:3d}\t{name}"
        lines.append(line.encode()[: _LONGEST_LINE - 1].decode(errors="ignore"))
    return "".join(f"{line}\n" for line in lines).encode()


def _text(line: bytes) -> str:
    line = line.split(b"\0")[0]  # where a C string ends
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _columns(text: str, path: Path) -> int:
    match = _WHOLE_NUMBER.match(text.strip())
    columns = _int(match[1]) if match else _C_INT
    if not -_C_INT < columns < _C_INT:
        raise PaletteFileError(
            path, 3, f"columns {text.strip()!r}, expected a whole number, 0 to {MAX_COLUMNS}"
        )
    if 0 <= columns <= MAX_COLUMNS:
        return columns
    base.warn(path, 3, f"columns {columns} are out of range, read as 0", 4)
    return 0


def _int(digits: str) -> int:
    """Take at most so many digits as Python does; C's int is full long before."""
    return int(digits[:20])


def _entry(line: str, path: Path, number: int) -> tuple[tuple[int, int, int], str]:
    """Read "red green blue name", the numbers as C's atoi does."""
    words = re.split(r"[ \t]+", line.lstrip(" \t"), maxsplit=3)
    components = []
    for position, component in enumerate(_COMPONENTS):
        word = words[position] if position < len(words) else ""
        match = _WHOLE_NUMBER.match(word)
        value = _int(match[1]) if match else 0
        if match is None:
            base.warn(path, number, f"no number for {component}, read as 0", 4)
        elif not 0 <= value <= 255:
            base.warn(path, number, f"{component} {value} is out of range, clipped to 0..255", 4)
        components.append(min(max(value, 0), 255))
    red, green, blue = components
    return (red, green, blue), words[3].strip() if len(words) > 3 else ""
