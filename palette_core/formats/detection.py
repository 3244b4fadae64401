"""Which format a palette file is in, by what is in it."""

from __future__ import annotations

import codecs
import io
import re

from ..image.image_files import readable_suffixes
from . import (
    aco,
    act,
    archive,
    ase,
    color_list,
    css,
    gpl,
    image,
    jasc,
    json_object,
    kpl,
    procreate,
    raw,
    riff,
    soc,
    text,
)
from .base import PaletteReader

_PNG, _GIF = b"\x89PNG\r\n\x1a\n", b"GIF8"
_RIFF_PALETTE = re.compile(rb"RIFF....PAL ", re.DOTALL)
_PORTABLE_MAP = re.compile(rb"P[1-7]\s")  # of Netpbm, in text or binary
_JSON = re.compile(r"\{|\[\s*[^\s'(]")  # and not a list or tuple as Python prints it
_SWATCHES = (b"\0\1", b"\0\2")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NO_TEXT = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_HEAD = 64  # bytes
# Formats that only the size gives away.
_BY_SIZE = {192: raw, 768: raw, 772: act}


def reader_by_signature(suffix: str, data: bytes) -> PaletteReader | None:
    """Return the format that a file's first bytes name beyond doubt, whatever its suffix.

    Of the formats with the suffix ``.pal`` only one has no signature.
    """
    head = text.text_of(data[:_HEAD])
    if data.startswith((_PNG, _GIF)):
        return image
    if _RIFF_PALETTE.match(data):
        return riff
    if data.startswith(archive.MAGIC):
        names = archive.names_in(data)
        found: tuple[tuple[str, PaletteReader], ...] = (
            (kpl.MEMBER, kpl),
            (procreate.MEMBER, procreate),
        )
        return next((reader for member, reader in found if member in names), None)
    if data.startswith(ase.MAGIC):
        return ase
    if head.startswith(gpl.MAGIC):
        return gpl
    if head.startswith(jasc.MAGIC):
        return jasc
    if suffix == ".pal" and not data.startswith((riff.MAGIC, b"JASC")):
        return color_list if _is_text(data) else raw
    return None


def reader_by_content(suffix: str, data: bytes) -> PaletteReader | None:
    """Return the format that a file without a known suffix is likely to be in, if any."""
    if not data.strip():
        return None
    if suffix in readable_suffixes() or _PORTABLE_MAP.match(data):
        return image
    if _is_text(data):
        return _reader_of_text(text.text_of(data))
    if len(data) in _BY_SIZE:
        return _BY_SIZE[len(data)]
    if _is_image(data):
        return image
    return aco if data.startswith(_SWATCHES) else None


def _reader_of_text(content: str) -> PaletteReader:
    content = content.lstrip()
    if _JSON.match(content):
        return json_object
    if content.startswith("<"):
        return soc
    return css if "{" in content and ":" in content else color_list


def _is_text(data: bytes) -> bool:
    return data.startswith(_UTF16) or not _NO_TEXT.search(data)


def _is_image(data: bytes) -> bool:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)):
            return True
    except Exception:  # Pillow raises what its openers happen to stumble over
        return False
