"""Palette files of text: their lines, and colours in hexadecimal."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

Levels = tuple[int, int, int, int]

_LINE_END = re.compile("\r\n|\n|\r")
_DIGITS = re.compile("(?:#|0[xX])?([0-9A-Fa-f]{3,8})")


def text_of(data: bytes) -> str:
    """Decode UTF-16 with a byte order mark, UTF-8 with or without one, or else Latin-1."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def lines_of(data: bytes) -> Iterator[tuple[int, str]]:
    """Return the lines that are not blank, without blanks around them, and their numbers from 1."""
    for number, line in enumerate(_LINE_END.split(text_of(data)), 1):
        stripped = line.strip()
        if stripped:
            yield number, stripped


def levels_of(code: str) -> Levels | None:
    """Return red, green, blue and alpha of a colour in hexadecimal; None if it is something else.

    The digits are those of CSS Color 4: "#rgb", "#rgba", "#rrggbb" or "#rrggbbaa". Instead of "#"
    they may begin with "0x" or with nothing.
    """
    match = _DIGITS.fullmatch(code)
    if match is None or len(match[1]) in (5, 7):
        return None
    digits = match[1]
    if len(digits) < 6:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue, alpha = bytes.fromhex(digits.ljust(8, "f"))
    return red, green, blue, alpha
