"""JASC palette files (.pal), of Paint Shop Pro and many other programs.

A text file of lines ended by CR LF::

    JASC-PAL
    0100
    2
    0 0 0
    255 204 0

After the version comes the number of colours, then red, green and blue of each, 0 to 255; some
programs add an alpha, which is left out. There are no names. GIMP demands CR LF.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..errors import PaletteFileError
from ..palette import Palette
from . import base, text
from .base import PaletteFormat

MAGIC, _VERSION = "JASC-PAL", "0100"
_COUNT = re.compile("[0-9]{1,9}")
_COLOR = re.compile(r"([0-9]{1,3})[ \t]+([0-9]{1,3})[ \t]+([0-9]{1,3})(?:[ \t]+([0-9]{1,3}))?")


def read(data: bytes, path: Path) -> Palette:
    """Return the palette of a JASC file: as many colours as it promises, as in other programs."""
    lines = list(text.lines_of(data))
    _expect(lines, 0, MAGIC, path)
    _expect(lines, 1, _VERSION, path)
    number, word = lines[2] if len(lines) > 2 else (len(lines) + 1, "nothing")
    if not _COUNT.fullmatch(word):
        raise PaletteFileError(path, number, f"{word!r} is not a number of colours")
    count, found = int(word), lines[3:]
    if len(found) != count:
        part = f"the first {count} are read" if len(found) > count else "these are read"
        base.warn(path, number, f"{count} colours promised, {len(found)} follow; {part}")
    colors = [_color(line, path) for line in found[:count]]
    numbers = [line[0] for line in found]
    base.warn_of_alpha(path, numbers, [color[3] for color in colors])
    return Palette([color[:3] for color in colors])


def write(palette: Palette, _: Path) -> bytes:
    """Return the bytes of a JASC palette, without names."""
    lines = [MAGIC, _VERSION, str(len(palette))]
    lines += [f"{red} {green} {blue}" for red, green, blue in palette]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _expect(lines: Sequence[tuple[int, str]], place: int, word: str, path: Path) -> None:
    number, found = lines[place] if len(lines) > place else (place + 1, "nothing")
    if found != word:
        raise PaletteFileError(
            path, number, f"not a JASC palette: found {found[:40]!r} instead of {word!r}"
        )


def _color(line: tuple[int, str], path: Path) -> tuple[int, int, int, int]:
    number, words = line
    match = _COLOR.fullmatch(words)
    levels = [int(word) for word in match.groups("255")] if match else []
    if not levels or max(levels) > 255:
        raise PaletteFileError(
            path, number, f"{words[:40]!r} is not a colour; write red, green and blue, 0 to 255"
        )
    red, green, blue, alpha = levels
    return red, green, blue, alpha


FORMAT = PaletteFormat(
    name="jasc",
    label="JASC palette",
    summary="for Paint Shop Pro and many other programs",
    position=1,
    suffixes=(".pal",),
    has_signature=lambda data: text.text_of(data[: 4 * len(MAGIC)]).startswith(MAGIC),
    read=read,
    write=write,
)
