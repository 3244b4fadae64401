"""Adobe colour swatches (.aco), of Photoshop.

Numbers of 16 bits, big-endian (Adobe Photoshop File Formats Specification, Color Swatches)::

    version 1  count
        space  w  x  y  z                          count times
    version 2  count
        space  w  x  y  z  0  length  name  0      count times

The second list is the first one with names in UTF-16, whose lengths count their final zeros. Old
files end after the first list; some have the second alone. What newer ones add behind it, the
folders of swatches, is passed over.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

from ..palette import Palette
from . import base, spaces
from .base import PaletteFormat
from .binary import Cursor, utf16
from .spaces import Color

_RGB = 0


def read(data: bytes, path: Path) -> Palette:
    """Return the palette of a swatch file. Pantone's and other books of inks are not supported."""
    file = Cursor(data, path)
    version, colors, names = _list(file, (1, 2))
    if version == 1 and file.left:
        version, colors, names = _list(file, (2,))
    return Palette(colors, base.names_without_hex(names, colors))


def write(palette: Palette, _: Path) -> bytes:
    """Return the bytes of a swatch file, in sRGB, with both lists, as Photoshop writes it.

    A palette's name is not kept; an entry without a name is named by its colour.
    """
    count = len(palette)
    # Bytes would be copied whole for every entry.
    first, second = bytearray(struct.pack(">HH", 1, count)), bytearray(struct.pack(">HH", 2, count))
    for color, name in zip(palette, base.names_or_hex(palette), strict=True):
        entry = struct.pack(">5H", _RGB, *(257 * level for level in color), 0)
        length, text = utf16(name)
        first += entry
        second += entry + struct.pack(">I", length) + text
    return bytes(first + second)


def _list(file: Cursor, versions: tuple[int, ...]) -> tuple[int, list[Color], list[str]]:
    (version,) = file.numbers(">H", "the version")
    if version not in versions:
        expected = " or ".join(map(str, versions))
        raise file.error(
            f"not a Photoshop swatches file: its version is {version} instead of {expected}", 2
        )
    count = file.count(">H", 10 if version == 1 else 14, "swatches")
    colors, names = [], []
    for number in range(count):
        colors.append(_color(file, number))
        name = ""
        if version == 2:
            (length,) = file.numbers(">I", f"the name of swatch {number}")
            name = file.utf16(length, f"the name of swatch {number}")
        names.append(name)
    return version, colors, names


def _color(file: Cursor, number: int) -> Color:
    space, *components = file.numbers(">5H", f"swatch {number}")
    if space not in _SPACES:
        known = ", ".join(map(str, _SPACES))
        raise file.error(
            f"swatch {number} has the unknown colour space {space}; use one of: {known}", 10
        )
    color = _SPACES[space](*components)
    if color is None:
        raise file.error(f"swatch {number} is outside the range of its colour space", 10)
    return color


def _rgb(red: int, green: int, blue: int, _: int) -> Color:
    # The upper byte: old files have zero in the lower one, newer ones the same byte again.
    return red >> 8, green >> 8, blue >> 8


def _hsb(hue: int, saturation: int, brightness: int, _: int) -> Color:
    return spaces.from_hsb(hue / 65536, saturation / 65535, brightness / 65535)


def _cmyk(*absent: int) -> Color:
    # 0 means full ink.
    return spaces.from_cmyk(*(1 - share / 65535 for share in absent))


def _lab(lightness: int, a: int, b: int, _: int) -> Color | None:
    a, b = (value - 65536 if value >= 32768 else value for value in (a, b))
    if lightness > 10000 or not all(-12800 <= value <= 12800 for value in (a, b)):
        return None
    return spaces.from_lab(lightness / 100, a / 100, b / 100)


def _gray(ink: int, *_: int) -> Color | None:
    # The specification does not say which end is white; Photoshop and GIMP use 0.
    return None if ink > 10000 else spaces.from_gray(1 - ink / 10000)


def _wide_cmyk(*absent: int) -> Color | None:
    if max(absent) > 10000:
        return None
    return spaces.from_cmyk(*(1 - share / 10000 for share in absent))


_SPACES: dict[int, Callable[..., Color | None]] = {
    _RGB: _rgb,
    1: _hsb,
    2: _cmyk,
    7: _lab,
    8: _gray,
    9: _wide_cmyk,
}


FORMAT = PaletteFormat(
    name="aco",
    label="Photoshop swatches",
    summary="at most 65535 entries",
    position=4,
    suffixes=(".aco",),
    keeps=("names",),
    max_entries=0xFFFF,
    resembles=lambda data: data.startswith((b"\0\1", b"\0\2")),
    guess_rank=3,
    read=read,
    write=write,
)
