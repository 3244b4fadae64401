"""Palette files that are ZIP archives, whose members are read up to a limit of size."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from ..errors import PaletteFileError

MAGIC = b"PK\3\4"
# No palette is as large; a ZIP file of a few kilobytes can hold gigabytes.
_MOST_BYTES = 16 << 20
# Other compressions of ZIP may need much memory.
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP file can have
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    NotImplementedError,  # a feature that Python does not know
    RuntimeError,  # a password
)


def names_in(data: bytes) -> list[str]:
    """Return the names of an archive's members; none if it is broken, or no archive."""
    if not data.startswith(MAGIC):
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except _BROKEN:
        return []


def read_member(data: bytes, path: Path, name: str) -> bytes:
    """Return the content of a member of an archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = archive.getinfo(name)
            if member.compress_type not in _COMPRESSIONS:
                raise NotImplementedError(f"{name} has the compression {member.compress_type}")
            with archive.open(member) as stream:
                content = stream.read(_MOST_BYTES + 1)
    except KeyError as error:
        raise PaletteFileError(
            path, None, f"its archive lacks {name!r}; save it again", 0
        ) from error
    except _BROKEN as error:
        reason = str(error) or type(error).__name__
        raise PaletteFileError(path, None, f"not a readable ZIP archive: {reason}", 0) from error
    if len(content) > _MOST_BYTES:
        raise PaletteFileError(
            path, None, f"{name!r} has more than {_MOST_BYTES} bytes, too many for a palette", 0
        )
    return content


def write(members: Mapping[str, str]) -> bytes:
    """Return the bytes of an archive with these texts, the first of them uncompressed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, text) in enumerate(members.items()):
            member = zipfile.ZipInfo(name, _BEGINNING)
            member.external_attr = 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED if number else zipfile.ZIP_STORED
            archive.writestr(member, text.encode())
    return stream.getvalue()
