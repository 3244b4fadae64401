"""Palette files: each module declares its format as `FORMAT`.

A new format is a new module in this folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from ..errors import OptionError, PaletteFileError
from ..image.image_files import readable_suffixes
from ..registry import discover
from . import text
from .base import PaletteFormat, PaletteReader
from .image import PORTABLE_MAP

__all__ = ["FORMATS", "SUFFIXES", "PaletteFormat", "PaletteReader", "find_format", "find_reader"]

_READERS = discover(__name__, "FORMAT", PaletteReader)
# The formats that can be written too.
FORMATS = {name: form for name, form in _READERS.items() if isinstance(form, PaletteFormat)}


def find_suffixes(forms: Iterable[PaletteFormat]) -> dict[str, str]:
    """Return the name of the only format that declares each suffix."""
    owners: dict[str, str] = {}
    for form in forms:
        for suffix in form.suffixes:
            owner = owners.setdefault(suffix, form.name)
            if owner != form.name:
                raise ValueError(
                    f"the formats {owner!r} and {form.name!r} both declare the suffix {suffix!r}; "
                    "remove it from one of them"
                )
    return owners


SUFFIXES = find_suffixes(FORMATS.values())


def find_format(path: str | os.PathLike[str], name: str | None = None) -> PaletteFormat:
    """Return the format to write a file in: by its name if given, otherwise by the suffix.

    An unknown name is an `OptionError`, an unknown suffix a `PaletteFileError`.
    """
    if name is None:
        suffix = Path(path).suffix.lower()
        if suffix not in SUFFIXES:
            raise PaletteFileError(path, None, f"{_unknown(suffix)}; use one of: {_suffixes()}")
        name = SUFFIXES[suffix]
    elif name not in FORMATS:
        raise OptionError(f"`format` cannot be {name!r}; use one of: {', '.join(FORMATS)}")
    return FORMATS[name]


def find_reader(path: str | os.PathLike[str], data: bytes) -> PaletteReader:
    """Return the format of a file.

    A signature decides first, such as that of a GIF or of GIMP's palettes, then the suffix, and
    where there is none, or an unknown one, the content.
    """
    suffix = Path(path).suffix.lower()
    reader = _find_by_signature(suffix, data)
    if reader is None and suffix in SUFFIXES:
        reader = FORMATS[SUFFIXES[suffix]]
    reader = reader or _find_by_content(suffix, data)
    if reader is None:
        raise PaletteFileError(
            path,
            None,
            f"{_unknown(suffix)}, and the content is not a palette; use an image or one of: "
            f"{_suffixes()}",
        )
    return reader


def _find_by_signature(suffix: str, data: bytes) -> PaletteReader | None:
    """Return the format whose signature a file begins with, whatever its suffix.

    Of the formats with the suffix ``.pal`` only raw tables and lists of colours have no signature.
    """
    for reader in _READERS.values():
        if reader.has_signature(data):
            return reader
    if suffix == ".pal" and not data.startswith((b"RIFF", b"JASC", b"PK")):
        return _READERS["color-list" if text.is_text(data) else "raw"]
    return None


def _find_by_content(suffix: str, data: bytes) -> PaletteReader | None:
    """Return the format that a file without a known suffix is likely to be in, if any."""
    if not data.strip():
        return None
    if suffix in readable_suffixes() or PORTABLE_MAP.match(data):
        return FORMATS["png"]
    by_rank = sorted(_READERS.values(), key=lambda reader: reader.guess_rank)
    return next((reader for reader in by_rank if reader.resembles(data)), None)


def _unknown(suffix: str) -> str:
    return f"unknown suffix {suffix!r}" if suffix else "no suffix"


def _suffixes() -> str:
    return ", ".join(SUFFIXES)
