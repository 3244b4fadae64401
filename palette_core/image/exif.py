"""EXIF data: a TIFF structure, read and written entry by entry, so that no value is changed."""

from __future__ import annotations

import contextlib
import struct
from typing import NamedTuple, TypeAlias

DESCRIPTION, ARTIST, COPYRIGHT = 0x010E, 0x013B, 0x8298
XMP = 0x02BC
_ORIENTATION = 0x0112
_RESOLUTION = 0x011A, 0x011B  # across, down
_UNIT = 0x0128
_DETAILS, _GPS = 0x8769, 0x8825  # directories of their own
# What the first directory keeps, in which TIFF files have also how their pixels are stored: Make,
# Model, Software, DateTime, HostComputer, Rating, RatingPercent and Windows' XPTitle, XPComment,
# XPAuthor, XPKeywords and XPSubject beside those with a name here.
_KEPT = {
    *(DESCRIPTION, ARTIST, COPYRIGHT, _ORIENTATION, *_RESOLUTION, _UNIT, _DETAILS, _GPS),
    *(0x010F, 0x0110, 0x0131, 0x0132, 0x013C, 0x4746, 0x4749),
    *(0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F),
}
_COLOR_SPACE, _SRGB = 0xA001, 1
_SIZE = 0xA002, 0xA003  # width, height
# Makers' notes hold places in the file that was read; interoperability data names its colour space.
_DROPPED = {0x927C, 0xA005}
_ON_ITS_SIDE = (5, 6, 7, 8)
_INCHES = {2: 1.0, 3: 2.54}  # pixels an inch, for one in the unit

_SHORT, _LONG, _RATIONAL = 3, 4, 5
_LENGTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
# More than this is no metadata: a small file may name the same bytes again and again.
_MOST = 1 << 20


class Entry(NamedTuple):
    """A value as it is stored: its type, how many there are of it, and their bytes."""

    kind: int
    number: int
    content: bytes


Directory: TypeAlias = dict[int, Entry]


class Exif:
    """EXIF data.

    Parameters
    ----------
    data : bytes
        A TIFF structure, with or without the header that it has in JPEG files.

    Raises
    ------
    ValueError, struct.error
        If it is none.
    """

    def __init__(self, data: bytes) -> None:
        data = data.removeprefix(b"Exif\0\0")
        orders = {b"II*\0": "<", b"MM\0*": ">"}
        if data[:4] not in orders:
            raise ValueError(data[:4])
        self._order = orders[data[:4]]
        self._left = _MOST
        (place,) = struct.unpack_from(self._order + "I", data, 4)
        self._main = self._directory(data, place)
        self._parts: dict[int, Directory] = {}
        for tag in (_DETAILS, _GPS):
            with contextlib.suppress(struct.error):
                if (place := self._number(self._main.get(tag))) is not None:
                    self._parts[tag] = self._directory(data, place)

    @property
    def is_on_its_side(self) -> bool:
        """Whether width and height change places where the image is turned upright."""
        return self._number(self._main.get(_ORIENTATION)) in _ON_ITS_SIDE

    @property
    def resolution(self) -> tuple[float, float] | None:
        """Pixels an inch, across and down, as they are stored."""
        unit = self._number(self._main.get(_UNIT))
        inches = _INCHES.get(2 if unit is None else unit)
        across, down = (self._ratio(self._main.get(tag)) for tag in _RESOLUTION)
        return (across * inches, down * inches) if inches and across and down else None

    def bytes_of(self, tag: int) -> bytes:
        """Return the bytes of a value of the first directory; nothing if it is not there."""
        entry = self._main.get(tag)
        return entry.content if entry else b""

    def text(self, tag: int) -> str:
        """Return a text of the first directory; nothing if it is not there."""
        return decoded(self.bytes_of(tag).partition(b"\0")[0]).strip()

    def upright(self) -> bytes:
        """Return what is true of the image when it is upright, in sRGB and in another file.

        Thumbnails and makers' notes are left out. It is empty where nothing remains.
        """
        main = {tag: entry for tag, entry in self._main.items() if tag in _KEPT}
        details = self._parts.get(_DETAILS, {})
        details = {tag: entry for tag, entry in details.items() if tag not in _DROPPED}
        if self.is_on_its_side:
            _swap(main, *_RESOLUTION)
            _swap(details, *_SIZE)
        for directory, tag, value in ((main, _ORIENTATION, 1), (details, _COLOR_SPACE, _SRGB)):
            if tag in directory:
                directory[tag] = Entry(_SHORT, 1, struct.pack(self._order + "H", value))
        parts = {_DETAILS: details, _GPS: self._parts.get(_GPS, {})}
        for tag, part in parts.items():
            main.pop(tag, None)
            if part:
                main[tag] = Entry(_LONG, 1, b"")  # its place is known when it is written
        if not main:
            return b""
        magic = b"II*\0" if self._order == "<" else b"MM\0*"
        return magic + struct.pack(self._order + "I", 8) + self._written(main, 8, parts)

    def _directory(self, data: bytes, place: int) -> Directory:
        """Read the entries of a directory, those apart that are broken off or of unknown types."""
        found: Directory = {}
        (count,) = struct.unpack_from(self._order + "H", data, place)
        for start in range(place + 2, place + 2 + 12 * count, 12):
            tag, kind, number, field = struct.unpack_from(self._order + "HHI4s", data, start)
            length = _LENGTHS.get(kind, 0) * number
            if length > 4:
                (at,) = struct.unpack(self._order + "I", field)
                field = data[at : at + min(length, self._left + 1)]
            if 0 < length <= min(len(field), self._left):
                self._left -= length
                found[tag] = Entry(kind, number, field[:length])
        return found

    def _written(
        self, directory: Directory, place: int, parts: dict[int, Directory] | None = None
    ) -> bytes:
        """Return the bytes of a directory at a place, those of others and long values behind it."""
        fields, values = [], b""
        behind = place + 2 + 12 * len(directory) + 4
        for tag, (kind, number, content) in sorted(directory.items()):
            if parts and tag in parts:
                field = struct.pack(self._order + "I", behind + len(values))
                values += self._written(parts[tag], behind + len(values))
            elif len(content) <= 4:
                field = content.ljust(4, b"\0")
            else:
                field = struct.pack(self._order + "I", behind + len(values))
                values += content + b"\0" * (len(content) % 2)  # values begin at even places
            fields.append(struct.pack(self._order + "HHI4s", tag, kind, number, field))
        count = struct.pack(self._order + "H", len(directory))
        return count + b"".join(fields) + bytes(4) + values

    def _number(self, entry: Entry | None) -> int | None:
        letters = {_SHORT: "H", _LONG: "I", 13: "I"}
        if entry is None or entry.kind not in letters:
            return None
        value: int = struct.unpack_from(self._order + letters[entry.kind], entry.content)[0]
        return value

    def _ratio(self, entry: Entry | None) -> float:
        if entry is None or entry.kind != _RATIONAL:
            return 0.0
        above, below = struct.unpack_from(self._order + "II", entry.content)
        return float(above / below) if below else 0.0


def decoded(text: bytes) -> str:
    """Return a text that is meant to be ASCII, and is UTF-8 or Latin-1 in many files."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _swap(directory: Directory, one: int, other: int) -> None:
    if one in directory and other in directory:
        directory[one], directory[other] = directory[other], directory[one]
