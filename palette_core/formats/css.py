"""Colours as CSS variables (.css).

::

    :root {
      --color-black: #000000
    ; --color-honey: #ffcc00
    }

GIMP reads lines: a colour if "color" stands before the last colon, but none in hexadecimal that a
semicolon follows (and of ``rgb()`` only the first few). Hence the prefix, and semicolons in front.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..errors import PaletteFileError
from ..palette import Palette
from . import base, text

_PREFIX = "color-"
# What holds no colours: comments, texts in quotes, addresses.
_PASSED_OVER = re.compile(
    r"""/\*.*?(?:\*/|\Z)|(?<!:)//[^\r\n]*|"[^"\r\n]*"?|'[^'\r\n]*'?|\burl\([^)]*""",
    re.DOTALL | re.IGNORECASE,
)
_NO_LINE_END = re.compile(r"[^\r\n]")
_LINE_END = re.compile("\r\n|\n|\r")
# A value ends with a semicolon or a brace that closes; what an open brace follows is a selector.
_DECLARATION = re.compile(r"([^;{}:]*):([^;{}]*)(?=[;}]|\Z)|[^;{}]*(?:[;{}]|\Z)")
_COLOR = re.compile(r"#([\w-]*)|\brgba?\(([^()]*)(\W?)", re.IGNORECASE)
_HEX = re.compile("(?:[0-9A-Fa-f]{3,4}){1,2}")
_NUMBER = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9})(%?)")
_SEPARATOR = re.compile(r"[\s,/]+")
_NO_NAME = re.compile(r"[^\w-]+")


class _Found(NamedTuple):
    color: tuple[int, int, int]
    name: str
    line: int
    opaque: bool


def read(data: bytes, path: Path) -> Palette:
    """Read every ``#rgb``, ``#rrggbb`` and ``rgb()`` in a style sheet's values, in their order.

    The colour of a variable, of CSS (``--name``) or SCSS (``$name``), has its name, without
    "color-".

    Raises
    ------
    PaletteFileError
        If a colour has another number of digits or values, one out of range, or there is none.

    Warns
    -----
    PaletteFileWarning
        If colours are not opaque; their alpha is left out.
    """
    found = list(_colors(text.text_of(data), path))
    if not found:
        raise PaletteFileError(path, 1, "no colours, expected '#rrggbb' or 'rgb(r, g, b)'")
    see_through = [one.line for one in found if not one.opaque]
    if see_through:
        base.warn(path, see_through[0], "alpha left out, colours read as opaque", 3)
    return Palette([one.color for one in found], [one.name for one in found])


def write(palette: Palette, path: Path) -> bytes:
    """Give the bytes of a style sheet with a variable for every entry.

    Raises
    ------
    PaletteFileError
        If the palette has no entries.
    """
    base.check_count(palette, path, 1)
    named = zip(variables(palette), palette.hex, strict=True)
    declarations = "; ".join(f"--{name}: {code}\n" for name, code in named)
    return f":root {{\n  {declarations}}}\n".encode()


def variables(palette: Palette) -> list[str]:
    """Give every entry a name of its own that a variable may have; one without has its number."""
    names: list[str] = []
    taken: set[str] = set()
    for number, name in enumerate(palette.names, 1):
        wanted = unique = _PREFIX + (_NO_NAME.sub("-", name).strip("-") or str(number))
        copies = 1
        while unique in taken:
            copies += 1
            unique = f"{wanted}-{copies}"
        taken.add(unique)
        names.append(unique)
    return names


def _colors(sheet: str, path: Path) -> Iterator[_Found]:
    plain = _PASSED_OVER.sub(lambda match: _NO_LINE_END.sub(" ", match[0]), sheet)
    line_starts = [match.end() for match in _LINE_END.finditer(plain)]
    for declaration in _DECLARATION.finditer(plain):
        if declaration[2] is None:
            continue
        colors = list(_COLOR.finditer(plain, *declaration.span(2)))
        name = _name(declaration[1]) if len(colors) == 1 else ""
        for match in colors:
            line = bisect_right(line_starts, match.start()) + 1
            if match[3] == "(":  # a value that is computed
                continue
            levels = _of_hex(match[1]) if match[1] is not None else _of_numbers(match[2], match[3])
            if levels is None:
                raise PaletteFileError(
                    path,
                    line,
                    f"{match[0][:40]!r}, expected '#rgb', '#rrggbb' or 'rgb(r, g, b)', 0 to 255",
                )
            red, green, blue, alpha = levels
            yield _Found((red, green, blue), name, line, alpha == 255)


def _name(of_property: str) -> str:
    """Give the name of a variable; that of another property says nothing of the colour."""
    name = of_property.strip()
    if not name.startswith(("--", "$")):
        return ""
    name = name.lstrip("-$").removeprefix(_PREFIX)
    return "" if name.isdecimal() else name


def _of_hex(digits: str) -> list[int] | None:
    if not _HEX.fullmatch(digits) or len(digits) == 7:
        return None
    if len(digits) < 6:
        digits = "".join(2 * digit for digit in digits)
    return list(bytes.fromhex(digits.ljust(8, "f")))


def _of_numbers(arguments: str, end: str) -> list[int] | None:
    words = _SEPARATOR.split(arguments.strip())
    if end != ")" or len(words) not in (3, 4):
        return None
    levels = []
    for word, whole in zip(words, (255, 255, 255, 1), strict=False):
        match = _NUMBER.fullmatch(word)
        if match is None:
            return None
        share = float(match[1]) / (100 if match[2] else whole)
        if share > 1:
            return None
        levels.append(round(255 * share))
    return [*levels, 255][:4]
