"""Adobe colour tables (.act).

256 times red, green and blue, 8 bits each, and in most files two big-endian numbers of 16 bits: how
many of them count, and the index of the transparent one, 0xffff for none (Adobe Photoshop File
Formats Specification, Color Table). Without these, 768 bytes, all 256 count; so they do where the
number is 0. Some programs write the number little-endian, or only the colours that count. There are
no names.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from ..errors import PaletteFileError
from ..palette import Palette
from . import base, text
from .base import PaletteFormat

_ENTRIES = 256
_TABLE = 3 * _ENTRIES
_NONE_TRANSPARENT = 0xFFFF


def read(data: bytes, path: Path) -> Palette:
    """Return the palette of a colour table, with a transparent entry as an opaque one."""
    if text.is_text(data) and (b"\n" in data or b"\r" in data):
        raise PaletteFileError(path, None, "not an Adobe Color Table, but a text file")
    if len(data) == _TABLE + 4:
        count = _count(data, path)
        (transparent,) = struct.unpack_from(">H", data, _TABLE + 2)
        if transparent < count:
            base.warn(path, None, f"entry {transparent} is transparent, read as opaque")
    else:
        count, rest = divmod(len(data), 3)
        if rest or not 1 <= count <= _ENTRIES:
            raise PaletteFileError(
                path,
                None,
                f"not an Adobe Color Table: it has {len(data)} bytes, not {_TABLE + 4} or three "
                f"per colour and at most {_TABLE}",
                min(len(data) - rest, _TABLE),
            )
    return Palette(np.frombuffer(data, np.uint8, 3 * count).reshape(-1, 3))


def write(palette: Palette, _: Path) -> bytes:
    """Return the bytes of a colour table, without names.

    With 256 entries it is the one of 768 bytes, the only one that GIMP reads.
    """
    table = palette.colors.tobytes().ljust(_TABLE, b"\0")
    if len(palette) == _ENTRIES:
        return table
    return table + struct.pack(">HH", len(palette), _NONE_TRANSPARENT)


def _count(data: bytes, path: Path) -> int:
    (count,) = struct.unpack_from(">H", data, _TABLE)
    if count > _ENTRIES:
        (count,) = struct.unpack_from("<H", data, _TABLE)
    if count > _ENTRIES:
        raise PaletteFileError(
            path, None, f"its number of colours is {count}; the maximum is {_ENTRIES}", _TABLE
        )
    return count or _ENTRIES


FORMAT = PaletteFormat(
    name="act",
    label="Adobe Color Table",
    summary="at most 256 entries",
    position=3,
    suffixes=(".act",),
    min_entries=1,
    max_entries=_ENTRIES,
    resembles=lambda data: len(data) == _TABLE + 4 and not text.is_text(data),
    read=read,
    write=write,
)
