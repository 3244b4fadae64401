"""Adobe colour tables (.act).

256 times red, green and blue, 8 bits each, and in most files two big-endian numbers of 16 bits: how
many of them count, and the index of the transparent one, 0xffff for none (Adobe Photoshop File
Formats Specification, Color Table). Without these, 768 bytes, all 256 count. There are no names.
"""

from __future__ import annotations

import struct
from pathlib import Path

from ..errors import PaletteFileError
from ..palette import Palette
from . import base

_ENTRIES = 256
_TABLE = 3 * _ENTRIES
_NONE_TRANSPARENT = 0xFFFF


def read(data: bytes, path: Path) -> Palette:
    """Read the bytes of a colour table; which entry is transparent is not kept.

    Raises
    ------
    PaletteFileError
        If it has another size, or counts none or more than 256 entries.
    """
    count = _ENTRIES
    if len(data) == _TABLE + 4:
        (count,) = struct.unpack_from(">H", data, _TABLE)
        if not 1 <= count <= _ENTRIES:
            raise PaletteFileError(
                path, None, f"{count} colours promised, expected 1 to {_ENTRIES}", _TABLE
            )
    elif len(data) != _TABLE:
        raise PaletteFileError(
            path,
            None,
            f"no colour table: {len(data)} bytes, expected {_TABLE} or {_TABLE + 4}",
            min(len(data), _TABLE),
        )
    return Palette([tuple(data[start : start + 3]) for start in range(0, 3 * count, 3)])


def write(palette: Palette, path: Path) -> bytes:
    """Give the bytes of a colour table, without names.

    With 256 entries it is the one of 768 bytes, the only one that GIMP reads.

    Raises
    ------
    PaletteFileError
        If the palette has no entries, or more than 256.
    """
    base.check_count(palette, path, 1, _ENTRIES)
    table = palette.colors.tobytes().ljust(_TABLE, b"\0")
    if len(palette) == _ENTRIES:
        return table
    return table + struct.pack(">HH", len(palette), _NONE_TRANSPARENT)
