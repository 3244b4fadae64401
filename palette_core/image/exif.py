"""EXIF data, a TIFF structure whose entries are copied without changing their values."""

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
# The tags that are retained. Those without a name here are Make, Model, Software, DateTime,
# HostComputer, Rating, RatingPercent and Windows' XPTitle, XPComment, XPAuthor, XPKeywords and
# XPSubject. In TIFF files, other tags of the same directory describe how the pixels are stored.
_RETAINED = {
    *(DESCRIPTION, ARTIST, COPYRIGHT, _ORIENTATION, *_RESOLUTION, _UNIT, _DETAILS, _GPS),
    *(0x010F, 0x0110, 0x0131, 0x0132, 0x013C, 0x4746, 0x4749),
    *(0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F),
}
_COLOR_SPACE, _SRGB = 0xA001, 1
_SIZE = 0xA002, 0xA003  # width, height
# Makers' notes contain offsets in the original file, interoperability data names its colour space.
_DROPPED = {0x927C, 0xA005}
_ON_ITS_SIDE = (5, 6, 7, 8)
_INCHES = {2: 1.0, 3: 2.54}  # pixels an inch, for one in the unit

_SHORT, _LONG, _RATIONAL = 3, 4, 5
_LENGTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
# The limit of the size, because a small file can refer to the same bytes many times.
_MAX_BYTES = 1 << 20


class Entry(NamedTuple):
    """A stored value: the type, the number of items, and their bytes."""

    kind: int
    number: int
    content: bytes


Directory: TypeAlias = dict[int, Entry]


class Exif:
    """EXIF data: a TIFF structure, with or without the header of JPEG files.

    Invalid data raise `ValueError` or `struct.error`.
    """

    def __init__(self, data: bytes) -> None:
        data = data.removeprefix(b"Exif\0\0")
        orders = {b"II*\0": "<", b"MM\0*": ">"}
        if data[:4] not in orders:
            raise ValueError(data[:4])
        self._order = orders[data[:4]]
        self._remaining_bytes = _MAX_BYTES
        (offset,) = struct.unpack_from(self._order + "I", data, 4)
        self._first = self._read_directory(data, offset)
        self._subdirectories: dict[int, Directory] = {}
        for tag in (_DETAILS, _GPS):
            with contextlib.suppress(struct.error):
                if (offset := self._read_integer(self._first.get(tag))) is not None:
                    self._subdirectories[tag] = self._read_directory(data, offset)

    @property
    def orientation(self) -> int | None:
        """How the image is turned, in EXIF's numbers; None if the data do not say."""
        return self._read_integer(self._first.get(_ORIENTATION))

    @property
    def is_on_its_side(self) -> bool:
        """Whether width and height are swapped when the image is turned upright."""
        return self.orientation in _ON_ITS_SIDE

    @property
    def resolution(self) -> tuple[float, float] | None:
        """Pixels an inch, across and down, as they are stored."""
        unit = self._read_integer(self._first.get(_UNIT))
        inches = _INCHES.get(2 if unit is None else unit)
        across, down = (self._read_ratio(self._first.get(tag)) for tag in _RESOLUTION)
        return (across * inches, down * inches) if inches and across and down else None

    def bytes_of(self, tag: int) -> bytes:
        """Return the bytes of a value of the first directory; none if it does not exist."""
        entry = self._first.get(tag)
        return entry.content if entry else b""

    def text(self, tag: int) -> str:
        """Return a text of the first directory; an empty one if it does not exist."""
        return decode_text(self.bytes_of(tag).partition(b"\0")[0]).strip()

    def upright(self) -> bytes:
        """Return the data for an upright image in sRGB in another file.

        Thumbnails and makers' notes are left out. The result is empty if nothing remains.
        """
        main = {tag: entry for tag, entry in self._first.items() if tag in _RETAINED}
        details = self._subdirectories.get(_DETAILS, {})
        details = {tag: entry for tag, entry in details.items() if tag not in _DROPPED}
        if self.is_on_its_side:
            _swap(main, *_RESOLUTION)
            _swap(details, *_SIZE)
        for directory, tag, value in ((main, _ORIENTATION, 1), (details, _COLOR_SPACE, _SRGB)):
            if tag in directory:
                directory[tag] = Entry(_SHORT, 1, struct.pack(self._order + "H", value))
        subdirectories = {_DETAILS: details, _GPS: self._subdirectories.get(_GPS, {})}
        for tag, part in subdirectories.items():
            main.pop(tag, None)
            if part:
                main[tag] = Entry(_LONG, 1, b"")  # the offset is known when it is written
        if not main:
            return b""
        magic = b"II*\0" if self._order == "<" else b"MM\0*"
        return (
            magic
            + struct.pack(self._order + "I", 8)
            + self._write_directory(main, 8, subdirectories)
        )

    def _read_directory(self, data: bytes, offset: int) -> Directory:
        """Return the entries of a directory, without truncated ones and unknown types."""
        result: Directory = {}
        (count,) = struct.unpack_from(self._order + "H", data, offset)
        for start in range(offset + 2, offset + 2 + 12 * count, 12):
            tag, kind, number, field = struct.unpack_from(self._order + "HHI4s", data, start)
            length = _LENGTHS.get(kind, 0) * number
            if length > 4:
                (at,) = struct.unpack(self._order + "I", field)
                field = data[at : at + min(length, self._remaining_bytes + 1)]
            if 0 < length <= min(len(field), self._remaining_bytes):
                self._remaining_bytes -= length
                result[tag] = Entry(kind, number, field[:length])
        return result

    def _write_directory(
        self, directory: Directory, offset: int, subdirectories: dict[int, Directory] | None = None
    ) -> bytes:
        """Return the bytes of a directory at an offset, then long values and subdirectories."""
        fields, values = [], b""
        behind = offset + 2 + 12 * len(directory) + 4
        for tag, (kind, number, content) in sorted(directory.items()):
            if subdirectories and tag in subdirectories:
                field = struct.pack(self._order + "I", behind + len(values))
                values += self._write_directory(subdirectories[tag], behind + len(values))
            elif len(content) <= 4:
                field = content.ljust(4, b"\0")
            else:
                field = struct.pack(self._order + "I", behind + len(values))
                values += content + b"\0" * (len(content) % 2)  # values begin at even places
            fields.append(struct.pack(self._order + "HHI4s", tag, kind, number, field))
        count = struct.pack(self._order + "H", len(directory))
        return count + b"".join(fields) + bytes(4) + values

    def _read_integer(self, entry: Entry | None) -> int | None:
        letters = {_SHORT: "H", _LONG: "I", 13: "I"}
        if entry is None or entry.kind not in letters:
            return None
        value: int = struct.unpack_from(self._order + letters[entry.kind], entry.content)[0]
        return value

    def _read_ratio(self, entry: Entry | None) -> float:
        if entry is None or entry.kind != _RATIONAL:
            return 0.0
        above, below = struct.unpack_from(self._order + "II", entry.content)
        return float(above / below) if below else 0.0


def decode_text(text: bytes) -> str:
    """Return a text that should be ASCII, but is UTF-8 or Latin-1 in many files."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _swap(directory: Directory, one: int, other: int) -> None:
    if one in directory and other in directory:
        directory[one], directory[other] = directory[other], directory[one]
