"""GIMP palette files (.gpl).

A text file of lines ended by LF, in UTF-8::

    GIMP Palette
    Name: Bee
    Columns: 2
    #
      0   0   0	Black
    255 204   0	Honey

The colours are sRGB, 0 to 255. Lines that begin with ``#`` and blank ones are passed over. Of the
header all but the first line is optional. GIMP wants its lines in this order; other programs write
others, which are read as well. Aseprite adds ``Channels: RGBA`` and an alpha behind blue.

Where GIMP 3 guesses what a careless entry means (see `_entry`), `read` guesses the same.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ..errors import PaletteFileError
from ..palette import MAX_COLUMNS, Palette
from ..palette_values import one_line
from . import base, text
from .base import PaletteFormat

MAGIC = "GIMP Palette"
_NAME = "Name: "
_COLUMNS = "Columns: "
_HEADER = re.compile(r"([A-Za-z][\w ]*):(.*)")
_PALETTE_NAME = re.compile(r"#\s*Palette Name:(.*)", re.IGNORECASE)  # as lospec.com writes it
_WITH_COMMAS = re.compile(r"\A\s*[0-9]+(?:\s*,\s*[0-9]+){2,3}\s*,?")
_WHOLE_NUMBER = re.compile(r"[ \t]*([+-]?[0-9]+)")
_COMPONENTS = ("red", "green", "blue")
# Pillow's reader takes no longer line, its LF included.
_LONGEST_LINE = 100
_C_INT = 1 << 31


def read(data: bytes, path: Path) -> Palette:
    """Return the palette of a .gpl file, without alpha.

    As in GIMP, a missing or misspelt component is 0, and one out of range is clipped.
    """
    lines = [_text(line) for line in _lines(data)]
    if not lines[0].startswith(MAGIC):
        raise PaletteFileError(path, 1, f"not a GIMP palette: it does not begin with {MAGIC!r}")
    header, first = _header(lines)
    number, text_of_columns = header.get("columns", (0, "0"))
    columns = _columns(text_of_columns, path, number)
    with_alpha = header.get("channels", (0, ""))[1].upper() == "RGBA"
    # GIMP names a palette without a name after its file; a pipe has no name.
    _, name = header.get("name", (0, path.name if path.suffix else ""))
    colors, names, alphas, places = [], [], [], []
    for number, line in enumerate(lines[first:], first + 1):
        if line.strip() and not line.startswith("#"):
            line = _WITH_COMMAS.sub(lambda match: match[0].replace(",", " "), line, 1)
            color, rest = _entry(line, path, number)
            alpha, entry_name = _alpha_and_name(rest) if with_alpha else (255, rest)
            colors.append(color)
            names.append(entry_name)
            alphas.append(alpha)
            places.append(number)
    base.warn_of_alpha(path, places, alphas)
    return Palette(colors, base.names_without_hex(names, colors), name, columns)


def write(palette: Palette, path: Path) -> bytes:
    """Return the bytes of a .gpl file that GIMP 3 and Pillow read.

    A palette without a name is named after the file, an entry without a name by its colour in
    hexadecimal. A name too long for Pillow's reader is cut short.
    """
    lines = [
        MAGIC,
        f"{_NAME}{palette.name or one_line(path.stem)}",
        f"{_COLUMNS}{palette.columns}",
        "#",
    ]
    for (red, green, blue), name in zip(palette, base.names_or_hex(palette), strict=True):
        line = f"{red:3d} {green:3d} {blue:3d}\t{name}"
        lines.append(line.encode()[: _LONGEST_LINE - 1].decode(errors="ignore"))
    return "".join(f"{line}\n" for line in lines).encode()


def _lines(data: bytes) -> list[bytes]:
    """Split a file into lines at LF, as GIMP does, or at CR, as in files of old Macs."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = text.text_of(data).encode(errors="replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    lines = data.split(b"\n" if b"\n" in data else b"\r")
    return [line.removesuffix(b"\r") for line in lines]


def _text(line: bytes) -> str:
    line = line.split(b"\0")[0]  # where a C string ends
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _header(lines: list[str]) -> tuple[dict[str, tuple[int, str]], int]:
    """Return the values of the header with their line numbers, and the index of the next line."""
    header: dict[str, tuple[int, str]] = {}
    for index, line in enumerate(lines[1:], 1):
        named = _PALETTE_NAME.match(line)
        if named:
            header.setdefault("name", (index + 1, named[1].strip()))
        elif line.strip() and not line.startswith("#"):
            match = _HEADER.match(line)
            if match is None:
                return header, index
            header[match[1].lower()] = (index + 1, match[2].strip())
    return header, len(lines)


def _columns(words: str, path: Path, number: int) -> int:
    match = _WHOLE_NUMBER.match(words)
    columns = _int(match[1]) if match else _C_INT
    if not -_C_INT < columns < _C_INT:
        raise PaletteFileError(
            path,
            number,
            f"the number of columns is {words!r}; use a whole number from 0 to {MAX_COLUMNS}",
        )
    if 0 <= columns <= MAX_COLUMNS:
        return columns
    base.warn(path, number, f"columns {columns} are out of range, read as 0")
    return 0


def _int(digits: str) -> int:
    """Return the value of digits; the first 20 of them exceed C's int already."""
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
            base.warn(path, number, f"no number for {component}, read as 0")
        elif not 0 <= value <= 255:
            base.warn(path, number, f"{component} {value} is out of range, clipped to 0..255")
        components.append(min(max(value, 0), 255))
    red, green, blue = components
    return (red, green, blue), words[3].strip() if len(words) > 3 else ""


def _alpha_and_name(rest: str) -> tuple[int, str]:
    """Read the alpha after a colour; opaque if there is no number."""
    word, _, name = rest.replace("\t", " ").partition(" ")
    if not word.isdecimal():
        return 255, rest
    return min(_int(word), 255), name.strip()


FORMAT = PaletteFormat(
    name="gpl",
    label="GIMP palette",
    summary="reads Aseprite's variant with alpha too",
    position=0,
    suffixes=(".gpl",),
    keeps=("names", "name", "columns"),
    has_signature=lambda data: text.text_of(data[: 4 * len(MAGIC)]).startswith(MAGIC),
    read=read,
    write=write,
)
