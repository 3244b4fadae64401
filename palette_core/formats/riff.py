"""RIFF palette files (.pal), of Windows.

Little-endian (Multimedia Programming Interface and Data Specifications 1.0, 1991)::

    "RIFF"  size  "PAL "
        "data"  size  version 0x0300  count
            red  green  blue  flags        count times

Sizes are of 32 bits, version and count of 16, the rest of 8. Other chunks may come before "data";
those after it, and the flags, are of no use here. There are no names.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

from ..palette import Palette
from .base import PaletteFormat
from .binary import Cursor

MAGIC = b"RIFF"
_SIGNATURE = re.compile(rb"RIFF....PAL ", re.DOTALL)
_VERSION = 0x0300


def read(data: bytes, path: Path) -> Palette:
    """Return the palette of a RIFF file."""
    file = Cursor(data, path)
    head = file.take(12, "the header")
    if not head.startswith(MAGIC) or head[8:] != b"PAL ":
        raise file.error(
            f"not a RIFF palette: found {head!r} instead of 'RIFF', a size and 'PAL '", 12
        )
    while True:
        chunk, size = file.numbers("<4sI", "the header of a chunk 'data'")
        if chunk == b"data":
            break
        file.take(size + size % 2, f"the chunk {chunk!r}")
    # The size is ignored, because some programs count four bytes too many.
    (version,) = file.numbers("<H", "the version")
    if version != _VERSION:
        raise file.error(f"unknown version {version:#06x}; only {_VERSION:#06x} is supported", 2)
    count = file.count("<H", 4, "entries")
    entries = file.take(4 * count, "the entries")
    return Palette([tuple(entries[start : start + 3]) for start in range(0, 4 * count, 4)])


def write(palette: Palette, _: Path) -> bytes:
    """Return the bytes of a RIFF palette, without names."""
    entries = b"".join(bytes((*color, 0)) for color in palette)
    chunk = struct.pack("<4sIHH", b"data", 4 + len(entries), _VERSION, len(palette)) + entries
    return struct.pack("<4sI4s", MAGIC, 4 + len(chunk), b"PAL ") + chunk


FORMAT = PaletteFormat(
    name="riff",
    label="RIFF palette",
    summary="for Windows; written with `--format riff` only",
    position=2,
    max_entries=0xFFFF,
    has_signature=lambda data: _SIGNATURE.match(data) is not None,
    read=read,
    write=write,
)
