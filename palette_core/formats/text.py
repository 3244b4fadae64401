"""Palette files of text: their lines."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_LINE_END = re.compile("\r\n|\n|\r")


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
