"""Adobe Swatch Exchange (.ase), of Adobe's programs since 2005.

Big-endian; Adobe has published nothing, this is as others have found it out (Olivier Berten's and
Carl Camera's notes)::

    "ASEF"  version 1 0  count of blocks
        0xc001  size  name                         a group begins
        0x0001  size  name  space  values  kind    a colour
        0xc002  size 0                             the group ends

Sizes and the count are of 32 bits, the other numbers of 16, the values 32-bit floats. A name is its
length with the final zero, and UTF-16. The spaces are "RGB ", "CMYK", "Gray", 0 to 1, and "LAB ",
whose lightness is 0 to 1, of some programs 0 to 100, and a and b -128 to 128. The kind (global,
spot, normal) is not kept, nor are groups, but if there is one alone, it names the palette.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from ..palette import Palette
from ..palette_values import one_line
from . import base, spaces
from .base import PaletteFormat
from .binary import Cursor, utf16
from .spaces import Color

MAGIC = b"ASEF"
_GROUP, _COLOR, _END = 0xC001, 0x0001, 0xC002
_NORMAL = 2
_SMALLEST_BLOCK = 6
_ASEPRITE = b"\xe0\xa5"  # at byte 4 of a sprite that has the same suffix

_SHARE = (0.0, 1.0)
_LIGHTNESS = (0.0, 100.0)
_CHROMA = (-128.0, 128.0)
# How far values may be out of range because of rounding to 32 bits.
_TOLERANCE = 1e-4


def _from_lab(lightness: float, a: float, b: float) -> Color:
    share = lightness if lightness <= 1 + _TOLERANCE else lightness / 100
    return spaces.from_lab(100 * min(share, 1.0), a, b)


# The units of each space, and how to convert its values.
_SPACES: dict[bytes, tuple[list[tuple[float, float]], Callable[..., Color]]] = {
    b"RGB ": ([_SHARE] * 3, spaces.from_shares),
    b"CMYK": ([_SHARE] * 4, spaces.from_cmyk),
    b"GRAY": ([_SHARE], spaces.from_gray),
    b"LAB ": ([_LIGHTNESS, _CHROMA, _CHROMA], _from_lab),
}


def read(data: bytes, path: Path) -> Palette:
    """Return the palette of a swatch exchange file."""
    file = Cursor(data, path)
    magic = file.take(4, "the header")
    if magic != MAGIC:
        sprite = "; this is a sprite of Aseprite" if data[4:6] == _ASEPRITE else ""
        raise file.error(
            f"not an Adobe Swatch Exchange file: it begins with {magic!r} instead of "
            f"{MAGIC!r}{sprite}",
            4,
        )
    file.take(4, "the version")  # every one has blocks of the same kind
    count = file.count(">I", _SMALLEST_BLOCK, "blocks")
    colors, names, groups = [], [], []
    for _ in range(count):
        kind, size = file.numbers(">HI", "a block's header")
        block = file.part(size, "a block")
        if kind == _GROUP:
            groups.append(_name(block))
        elif kind == _COLOR:
            names.append(_name(block))
            colors.append(_color(block))
        elif kind != _END:
            raise file.error(f"unknown kind of block, {kind:#06x}", size + 6)
    name = groups[0] if len(groups) == 1 else ""
    return Palette(colors, base.names_without_hex(names, colors), name)


def write(palette: Palette, path: Path) -> bytes:
    """Return the bytes of a swatch exchange file: one group of sRGB colours.

    The group has the palette's name, or the file's if it has none; an entry without a name is named
    by its colour.
    """
    blocks = [_block(_GROUP, _packed_name(palette.name or one_line(path.stem)))]
    for color, name in zip(palette, base.names_or_hex(palette), strict=True):
        values = struct.pack(">4s3fH", b"RGB ", *(level / 255 for level in color), _NORMAL)
        blocks.append(_block(_COLOR, _packed_name(name) + values))
    blocks.append(_block(_END, b""))
    return struct.pack(">4sHHI", MAGIC, 1, 0, len(blocks)) + b"".join(blocks)


def _name(block: Cursor) -> str:
    (length,) = block.numbers(">H", "a name's length")
    return block.utf16(length, "a name")


def _color(block: Cursor) -> Color:
    space = block.take(4, "a colour space")
    if space.upper() not in _SPACES:
        known = ", ".join(name.decode() for name in _SPACES)
        raise block.error(f"unknown colour space {space!r}; use one of: {known}", 4)
    ranges, convert = _SPACES[space.upper()]
    values = block.numbers(f">{len(ranges)}f", "a colour's values")
    for value, (lowest, highest) in zip(values, ranges, strict=True):
        if not lowest - _TOLERANCE <= value <= highest + _TOLERANCE:
            raise block.error(
                f"a value is {value:g}; use {lowest:g} to {highest:g}", 4 * len(ranges)
            )
    clipped = (
        min(max(value, lowest), highest)
        for value, (lowest, highest) in zip(values, ranges, strict=True)
    )
    return convert(*clipped)


def _packed_name(name: str) -> bytes:
    length, text = utf16(name)
    return struct.pack(">H", length) + text


def _block(kind: int, content: bytes) -> bytes:
    return struct.pack(">HI", kind, len(content)) + content


FORMAT = PaletteFormat(
    name="ase",
    label="Adobe Swatch Exchange",
    summary="for all Adobe programs",
    position=5,
    suffixes=(".ase",),
    keeps=("names", "name"),
    has_signature=lambda data: data.startswith(MAGIC),
    read=read,
    write=write,
)
