"""Binary palette files: reading them piece by piece, never past their end."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

from ..errors import PaletteFileError

# The longest name, in units of UTF-16, whose length and final zero still fit 16 bits.
_LONGEST_NAME = 0xFFFE


class Cursor:
    """A position in the bytes of a file, or of a part of it, which advances with every read."""

    def __init__(self, data: bytes, path: Path, position: int = 0, end: int | None = None) -> None:
        self._data, self._path = data, path
        self.position = position
        self._end = len(data) if end is None else end

    @property
    def left(self) -> int:
        """The number of bytes that are left."""
        return self._end - self.position

    def take(self, count: int, what: str) -> bytes:
        """Read `count` bytes; `what` names them in the message if the file is too short."""
        self._check_left(count, what)
        self.position += count
        return self._data[self.position - count : self.position]

    def numbers(self, layout: str, what: str) -> tuple[Any, ...]:
        """Read numbers as `struct` lays them out."""
        return struct.unpack(layout, self.take(struct.calcsize(layout), what))

    def part(self, count: int, what: str) -> Cursor:
        """Return the next bytes as a reader of their own, and skip them."""
        self._check_left(count, what)
        self.position += count
        return Cursor(self._data, self._path, self.position - count, self.position)

    def count(self, layout: str, size: int, what: str) -> int:
        """Read the number of records; raise an error if that many of `size` bytes do not fit."""
        (count,) = self.numbers(layout, f"the number of {what}")
        if count * size > self.left:
            raise self.error(
                f"the number of {what} is {count}, but the {self.left} bytes that follow hold at "
                f"most {self.left // size}",
                back=struct.calcsize(layout),
            )
        return int(count)

    def utf16(self, length: int, what: str) -> str:
        """Read a name of `length` units of UTF-16, big-endian, up to its final zero."""
        text = self.take(2 * length, what).decode("utf-16-be", errors="replace")
        return text.partition("\0")[0]

    def error(self, reason: str, back: int = 0) -> PaletteFileError:
        """Return an error at this position, or `back` bytes before it."""
        return PaletteFileError(self._path, None, reason, self.position - back)

    def _check_left(self, count: int, what: str) -> None:
        if count > self.left:
            raise self.error(
                f"too few bytes for {what} ({self.left} of {count}); get a complete copy of "
                "the file"
            )


def utf16(text: str) -> tuple[int, bytes]:
    """Return a name as UTF-16, big-endian, ended by a zero, and its length in units with that zero.

    A name too long for 16 bits is cut short, between characters.
    """
    cut = text.encode("utf-16-be")[: 2 * _LONGEST_NAME].decode("utf-16-be", errors="ignore")
    data = f"{cut}\0".encode("utf-16-be")
    return len(data) // 2, data
