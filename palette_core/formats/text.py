"""Palette files of text: their lines, and colours in hexadecimal."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LINE_END = re.compile("\r\n|\n|\r")
_HEX = re.compile("#?([0-9A-Fa-f]{6})")


def text_of(data: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark, or else Latin-1."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def lines_of(data: bytes) -> Iterator[tuple[int, str]]:
    """Give the lines that are not blank, without blanks around them, and their numbers from 1."""
    for number, line in enumerate(_LINE_END.split(text_of(data)), 1):
        stripped = line.strip()
        if stripped:
            yield number, stripped


def color_of(text: str) -> tuple[int, int, int] | None:
    """Give the colour written "#rrggbb" or "rrggbb"; None if it is something else."""
    match = _HEX.fullmatch(text)
    if match is None:
        return None
    red, green, blue = bytes.fromhex(match[1])
    return red, green, blue
