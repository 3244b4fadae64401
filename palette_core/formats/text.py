"""Palette files of text: their lines."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

LINE_END = re.compile("\r\n|\n|\r")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NO_TEXT = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")


def is_text(data: bytes) -> bool:
    """Return whether data has a byte order mark of UTF-16, or no control characters of binary."""
    return data.startswith(_UTF16) or not _NO_TEXT.search(data)


def text_of(data: bytes) -> str:
    """Decode UTF-16 with a byte order mark, UTF-8 with or without one, or else Latin-1."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def lines_of(data: bytes) -> Iterator[tuple[int, str]]:
    """Return the lines that are not blank, without blanks around them, and their numbers from 1."""
    for number, line in enumerate(LINE_END.split(text_of(data)), 1):
        if stripped := line.strip():
            yield number, stripped
