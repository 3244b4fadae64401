"""Lists of colours in text, as people and many programs write them.

A line is a colour, several of them, or a colour with its name before or behind it::

    #ffcc00                 also ffcc00, 0xffcc00, #fc0 and #ffcc00ff
    255 204 0               also with commas, in brackets, and with an alpha behind
    Honey, #ffcc00          also "#ffcc00 Honey" and "Honey 255 204 0"
    1 #ffcc00 Honey         as `palette-core show` prints it

What follows ";", "//", or a "#" that begins no colour is a comment. One with "Palette Name:" names
the palette, as Paint.NET's and lospec.com's files do. A first line of column titles is passed over.

Of eight digits behind a "#" the last two are alpha, as in CSS. Without a "#" they may as well be
the first two, as in Paint.NET's files (.txt): `_alpha_comes_first` decides for the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import PaletteFileError
from ..palette import Palette
from ..palette_values import Rgba, parse_hex_color
from . import base, text
from .base import PaletteReader

# A "#" begins a colour if hexadecimal digits follow, or a word as long as a colour with a digit in
# it, which is more likely a misspelt colour than a comment.
_END = r"(?=$|[\s,;:|=)\]}\"'])"
_NO_CODE = rf"(?![0-9A-Fa-f]{{3,}}{_END}|(?=[A-Za-z]*[0-9])[0-9A-Za-z]{{5,9}}{_END})"
_COMMENT = re.compile(rf"(?:;|//|(?<!\S)#{_NO_CODE}).*")
_PALETTE_NAME = re.compile(r"[;#/]+\s*Palette Name:(.*)", re.IGNORECASE)
_PAINT_NET = "paint.net"
_WORD = re.compile(r"""[^\s,|=:()\[\]{}"']+""")
_AROUND_NAMES = " \t,|=:([{\"'"
_BARE = re.compile("(?:0[xX])?[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")
_NUMBER = re.compile("[0-9]{1,9}")
_TITLE = re.compile(
    "kde|rgb|palette|names?|hex|colou?rs?|code|value|index|id|red|green|blue|alpha|[rgba]",
    re.IGNORECASE,
)
_EXPECTED = "write colours as '#rrggbb' or 'red green blue', 0 to 255"

_Words = Sequence["re.Match[str]"]


class _Entry(NamedTuple):
    levels: Rgba
    name: str = ""
    has_bare_alpha: bool = False  # eight digits, and no "#" to say which of them are alpha


def read(data: bytes, path: Path, *, argb: bool = True) -> Palette:
    """Return the palette of a list.

    With `argb`, alpha comes first in eight digits without "#" if the file does not say so. Alpha is
    left out.
    """
    entries: list[_Entry] = []
    lines: list[int] = []
    palette_name, is_paint_net = "", False
    for number, line in text.lines_of(data):
        title = _PALETTE_NAME.fullmatch(line)
        palette_name = palette_name or (title[1] if title else "")
        is_paint_net = is_paint_net or _PAINT_NET in line.lower()
        content = _COMMENT.sub("", line).strip(" \t,")
        words = list(_WORD.finditer(content))
        found = _entries(content, words)
        are_titles = all(_TITLE.fullmatch(word[0]) for word in words)
        if words and not found and (entries or not are_titles):
            raise PaletteFileError(path, number, f"{content[:40]!r} is not a colour; {_EXPECTED}")
        entries += found
        lines += [number] * len(found)
    if not entries:
        raise PaletteFileError(path, 1, f"no colours; {_EXPECTED}")
    if is_paint_net or _alpha_comes_first(entries, argb):
        entries = [_with_alpha_first(entry) for entry in entries]
    base.warn_of_alpha(path, lines, [entry.levels[3] for entry in entries])
    return Palette(
        [entry.levels[:3] for entry in entries], [entry.name for entry in entries], palette_name
    )


def _entries(content: str, words: _Words) -> list[_Entry]:
    """Return the colours of a line; none if it is something else."""
    codes = [_code(word[0], alone=len(words) == 1) for word in words]
    several = [code for code in codes if code is not None]
    if len(several) == len(codes):
        return several
    one = _of_numbers(content, words) or _with_name(content, words, codes)
    return [one] if one else []


def _code(word: str, *, alone: bool = False) -> _Entry | None:
    """Read a colour in hexadecimal; three digits without "#" may be a number, if not `alone`."""
    bare = _BARE.fullmatch(word)
    if not (bare or word.startswith("#") or (alone and len(word) == 3)):
        return None
    levels = parse_hex_color(word)
    return levels and _Entry(levels, has_bare_alpha=bool(bare and bare[1]))


def _of_numbers(content: str, words: _Words) -> _Entry | None:
    """Read "red green blue", perhaps with an alpha, and perhaps with a name at one end."""
    first = 1 if words[0][0].lower() in ("rgb", "rgba") else 0
    end = first
    while end < len(words) and _NUMBER.fullmatch(words[end][0]):
        end += 1
    name = content[words[end].start() :] if end < len(words) else ""
    if end == 0 and len(words) > 3:  # the name comes first
        first, end = len(words) - 3, len(words)
        name = content[words[0].start() : words[first].start()]
    numbers = [word[0] for word in words[first:end]]
    if len(numbers) not in (3, 4) or not all(_NUMBER.fullmatch(number) for number in numbers):
        return None
    red, green, blue, alpha = [*map(int, numbers), 255][:4]
    levels = (red, green, blue, alpha)
    return _Entry(levels, name.strip(_AROUND_NAMES)) if max(levels) <= 255 else None


def _with_name(content: str, words: _Words, codes: Sequence[_Entry | None]) -> _Entry | None:
    """Read a colour in hexadecimal at one end of a line, which may begin with an index."""
    place = 1 if len(words) > 1 and _NUMBER.fullmatch(words[0][0]) else 0
    code = codes[place]
    if code is not None:
        name = content[words[place + 1].start() :] if place + 1 < len(words) else ""
    else:
        code = codes[-1]
        name = content[words[0].start() : words[-1].start()]
    return code and code._replace(name=name.strip(_AROUND_NAMES))


def _alpha_comes_first(entries: Sequence[_Entry], otherwise: bool) -> bool:
    """Return whether alpha comes first in eight digits, as more colours are opaque that way."""
    bare = [entry.levels for entry in entries if entry.has_bare_alpha]
    first = sum(levels[0] == 255 for levels in bare)
    last = sum(levels[3] == 255 for levels in bare)
    return otherwise if first == last else first > last


def _with_alpha_first(entry: _Entry) -> _Entry:
    if not entry.has_bare_alpha:
        return entry
    alpha, red, green, blue = entry.levels
    return entry._replace(levels=(red, green, blue, alpha))


FORMAT = PaletteReader(
    name="color-list",
    label="List of colours",
    summary="colours in plain text, in many notations",
    position=15,
    resembles=text.is_text,
    guess_rank=2,
    read=read,
)
