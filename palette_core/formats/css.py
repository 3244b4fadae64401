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

import colorsys
import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ..errors import PaletteFileError
from ..palette import Palette
from ..palette_values import Rgba, parse_hex_color
from . import base, text
from .base import PaletteFormat

_PREFIX = "color-"
# Comments, texts in quotes and addresses contain no colours.
_PASSED_OVER = re.compile(
    r"""/\*.*?(?:\*/|\Z)|(?<!:)//[^\r\n]*|"[^"\r\n]*"?|'[^'\r\n]*'?|\burl\([^)]*""",
    re.DOTALL | re.IGNORECASE,
)
_NO_LINE_END = re.compile(r"[^\r\n]")
# A value ends with a semicolon or a closing brace. Text before an opening brace is a selector.
_DECLARATION = re.compile(r"([^;{}:]*):([^;{}]*)(?=[;}]|\Z)|[^;{}]*(?:[;{}]|\Z)")
_COLOR = re.compile(r"#([\w-]*)|\b(rgb|hsl)a?\(([^()]*)(\W?)", re.IGNORECASE)
_OTHER_SPACE = re.compile(r"(?<![\w-])(hwb|(?:ok)?l(?:ab|ch)|color)\(", re.IGNORECASE)
# A property whose value may be the name of a colour.
_OF_COLOR = re.compile(r"(?:--|\$).*|.*color|background|fill|stroke", re.IGNORECASE | re.DOTALL)
_IMPORTANT = re.compile(r"!\s*(?:important|default)\s*\Z", re.IGNORECASE)
_NUMBER = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9})(%?)")
_ANGLE = re.compile(r"(-?[0-9]{1,9}(?:\.[0-9]{1,9})?|-?\.[0-9]{1,9})(?:deg)?", re.IGNORECASE)
_ROUNDING = 1e-9
_SEPARATOR = re.compile(r"[\s,/]+")
_NO_NAME = re.compile(r"[^\w-]+")


class _Found(NamedTuple):
    color: tuple[int, int, int]
    name: str
    line: int
    opaque: bool


def read(data: bytes, path: Path) -> Palette:
    """Return every ``#rgb``, ``#rrggbb``, ``rgb()`` and ``hsl()`` of a style sheet, in their order.

    A name such as ``red`` counts where it is all of a value. Alpha is left out, and so are colours
    in other spaces, such as ``oklch()``.

    The colour of a variable, of CSS (``--name``) or SCSS (``$name``), has its name, without
    "color-".
    """
    sheet = _PASSED_OVER.sub(lambda match: _NO_LINE_END.sub(" ", match[0]), text.text_of(data))
    found = list(_colors(sheet, path))
    if not found:
        raise PaletteFileError(path, 1, "no colours; write them as '#rrggbb' or 'rgb(r, g, b)'")
    see_through = [one.line for one in found if not one.opaque]
    if see_through:
        base.warn(path, see_through[0], "alpha left out, colours read as opaque")
    unknown = _OTHER_SPACE.search(sheet)
    if unknown:
        line = 1 + len(text.LINE_END.findall(sheet, 0, unknown.start()))
        base.warn(path, line, f"colours in {unknown[1]}() left out; write them as '#rrggbb'")
    return Palette([one.color for one in found], [one.name for one in found])


def write(palette: Palette, _: Path) -> bytes:
    """Return the bytes of a style sheet with a variable for every entry."""
    named = zip(variables(palette), palette.hex, strict=True)
    declarations = "; ".join(f"--{name}: {code}\n" for name, code in named)
    return f":root {{\n  {declarations}}}\n".encode()


def variables(palette: Palette) -> list[str]:
    """Return a unique variable name for every entry: its name, or else its number."""
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
    line_starts = [match.end() for match in text.LINE_END.finditer(sheet)]
    for declaration in _DECLARATION.finditer(sheet):
        if declaration[2] is None:
            continue
        colors = list(_COLOR.finditer(sheet, *declaration.span(2)))
        name = _name(declaration[1]) if len(colors) == 1 else ""
        if not colors and _OF_COLOR.fullmatch(declaration[1].strip()):
            yield from _named(declaration, bisect_right(line_starts, declaration.start(2)) + 1)
        for match in colors:
            line = bisect_right(line_starts, match.start()) + 1
            if match[4] == "(":  # a value that is computed
                continue
            levels = parse_hex_color(f"#{match[1]}") if match[1] is not None else _of_numbers(match)
            if levels is None:
                raise PaletteFileError(
                    path,
                    line,
                    f"{match[0][:40]!r} is not a colour; use '#rgb', '#rrggbb' or 'rgb(r, g, b)', "
                    "0 to 255",
                )
            yield _Found(levels[:3], name, line, levels[3] == 255)


def _name(of_property: str) -> str:
    """Return the name of a variable; empty for other properties, whose names mean no colour."""
    name = of_property.strip()
    if not name.startswith(("--", "$")):
        return ""
    name = name.lstrip("-$").removeprefix(_PREFIX)
    return "" if name.isdecimal() else name


def _named(declaration: re.Match[str], line: int) -> Iterator[_Found]:
    """Read a value that is the name of a colour."""
    from PIL import ImageColor

    value = _IMPORTANT.sub("", declaration[2]).strip().lower()
    if value in ImageColor.colormap:
        red, green, blue = ImageColor.getrgb(value)[:3]
        yield _Found((red, green, blue), _name(declaration[1]), line, True)


def _of_numbers(match: re.Match[str]) -> Rgba | None:
    """Read the arguments of ``rgb()`` or ``hsl()``."""
    words = _SEPARATOR.split(match[3].strip())
    if match[4] != ")" or len(words) not in (3, 4):
        return None
    is_hsl = match[2].lower() == "hsl"
    # The full scale of values that are not percentages.
    wholes = (360, 100, 100, 1) if is_hsl else (255, 255, 255, 1)
    shares = []
    for place, (word, whole) in enumerate(zip(words, wholes, strict=False)):
        number = (_ANGLE if is_hsl and place == 0 else _NUMBER).fullmatch(word)
        if number is None:
            return None
        is_percentage = number.re is _NUMBER and number[2]
        shares.append(float(number[1]) / (100 if is_percentage else whole))
    if is_hsl:
        hue, saturation, lightness = shares[0] % 1, shares[1], shares[2]
        shares[:3] = colorsys.hls_to_rgb(hue, lightness, saturation)
        if max(saturation, lightness) > 1:
            return None
    if max(shares) > 1 + _ROUNDING:
        return None
    red, green, blue, alpha = [*(round(255 * share) for share in shares), 255][:4]
    return red, green, blue, alpha


FORMAT = PaletteFormat(
    name="css",
    label="CSS variables",
    summary="names are kept as far as variable names allow",
    position=8,
    suffixes=(".css",),
    min_entries=1,
    resembles=lambda data: text.is_text(data) and all(mark in text.text_of(data) for mark in "{:"),
    guess_rank=1,
    read=read,
    write=write,
)
