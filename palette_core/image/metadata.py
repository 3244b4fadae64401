"""The metadata of image files: resolution, EXIF, XMP and texts."""

from __future__ import annotations

import contextlib
import re
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..errors import ImageFileError
from . import exif as exif_tags
from . import gif_blocks
from .exif import Exif, decode_text
from .image_files import EncodedImage, open_with_pillow
from .png_chunks import SIGNATURE, Chunk, comment_chunk, read_chunks, read_text

if TYPE_CHECKING:
    from PIL.Image import Image

_METRE = 0.0254  # metres in an inch
_MAX_RESOLUTION = 2**31 * _METRE  # pixels per inch, the limit of PNG
_XMP = "XML:com.adobe.xmp"
_RAW = "Raw profile type "  # ImageMagick's: EXIF, XMP, colour profiles, IPTC
_RAW_EXIF = (_RAW + "exif", _RAW + "APP1")
_XMP_ORIENTATION = re.compile(rb'(tiff:Orientation(?:>|=["\']))[2-8]')
_DESCRIBED = {
    "Description": exif_tags.DESCRIPTION,
    "Author": exif_tags.ARTIST,
    "Copyright": exif_tags.COPYRIGHT,
}


class Metadata(NamedTuple):
    """The metadata of an image that PNG and GIF files can store."""

    resolution: tuple[float, float] | None = None  # pixels per inch, horizontally and vertically
    # A TIFF structure, for an image that is upright, in sRGB and without a thumbnail.
    exif: bytes = b""
    xmp: bytes = b""  # a packet in UTF-8
    # PNG's text chunks, without XMP; a comment has the keyword "Comment".
    texts: tuple[Chunk, ...] = ()

    def comment(self) -> str:
        """Return the texts and the description, artist and copyright of EXIF as lines."""
        pairs = [pair for chunk in self.texts if (pair := read_text(chunk))]
        if self.exif:
            exif = Exif(self.exif)
            described = [(keyword, exif.text(tag)) for keyword, tag in _DESCRIBED.items()]
            pairs += [pair for pair in described if pair not in pairs]
        lines = [text if key == "Comment" else f"{key}: {text}" for key, text in pairs if text]
        return "\n".join(lines)


def read_metadata(encoded: EncodedImage, notes: list[str]) -> Metadata:
    """Return the metadata of an image file, for an upright image in sRGB without a profile.

    Notes are added about what could not be read.
    """
    data = encoded.data
    if data.startswith(SIGNATURE):
        return _read_png(data, notes)
    if data.startswith((b"GIF87a", b"GIF89a")):
        comments = b"\n".join(gif_blocks.comments(data))
        return _make_upright(None, b"", gif_blocks.xmp(data), _comment(comments), notes)
    if data.startswith((b"II*\0", b"MM\0*")):
        return _make_upright(None, data, b"", (), notes)
    try:
        with open_with_pillow(encoded) as image:
            names = ("exif", "xmp", "comment")
            exif, xmp, comment = (image.info.get(name) or b"" for name in names)
            packet = xmp.encode() if isinstance(xmp, str) else xmp
            return _make_upright(_resolution(image), exif, packet, _comment(comment), notes)
    except ImageFileError:  # of a format that Pillow does not know
        return Metadata()


def _read_png(data: bytes, notes: list[str]) -> Metadata:
    resolution = None
    exif = xmp = b""
    texts: list[Chunk] = []
    for name, content in _small_chunks(data):
        if name == b"pHYs" and len(content) == 9 and content[8] == 1:
            across, down = struct.unpack_from(">II", content)
            resolution = across * _METRE, down * _METRE
        elif name == b"eXIf":
            exif = content
        elif (pair := read_text((name, content))) is not None:
            keyword, text = pair
            if keyword == _XMP:
                xmp = text.encode()
            elif keyword in _RAW_EXIF:
                exif = exif or _from_hexadecimal(text)
            elif not keyword.startswith(_RAW):
                texts.append((name, content))
    return _make_upright(resolution, exif, xmp, tuple(texts), notes)


def _small_chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Iterate over the chunks without pixels, up to where the file is truncated."""
    with contextlib.suppress(ValueError):
        for name, content in read_chunks(png):
            if name != b"IDAT":
                yield name, bytes(content)


def _from_hexadecimal(text: str) -> bytes:
    """Return the bytes of a raw profile, after its name and its length."""
    try:
        return bytes.fromhex("".join(text.split("\n")[3:]))
    except ValueError:
        return b""


def _comment(comment: bytes | str) -> tuple[Chunk, ...]:
    text = comment if isinstance(comment, str) else decode_text(comment)
    text = text.strip("\0")
    return (comment_chunk(text),) if text.strip() else ()


def _resolution(image: Image) -> tuple[float, float] | None:
    """Return the resolution that is stored outside of EXIF."""
    if image.format in ("JPEG", "MPO"):  # Pillow names 72 dots an inch where there is none
        inches = {1: 1.0, 2: 2.54}.get(image.info.get("jfif_unit", 0))
        across, down = image.info.get("jfif_density", (0, 0))
        return None if inches is None else (across * inches, down * inches)
    found = image.info.get("dpi")
    return None if found is None else (float(found[0]), float(found[1]))


def _make_upright(
    resolution: tuple[float, float] | None,
    exif_data: bytes,
    xmp: bytes,
    texts: tuple[Chunk, ...],
    notes: list[str],
) -> Metadata:
    """Return the metadata of an image that was turned upright and converted to sRGB."""
    resolution = _validate_resolution(resolution)
    upright = b""
    if exif_data:
        try:
            exif = Exif(exif_data)
        except (ValueError, struct.error):
            notes.append("its EXIF data is broken and was left out")
        else:
            upright = exif.upright()
            xmp = xmp or exif.bytes_of(exif_tags.XMP)
            resolution = resolution or _validate_resolution(exif.resolution)
            if resolution is not None and exif.is_on_its_side:
                resolution = resolution[::-1]
    xmp = _XMP_ORIENTATION.sub(rb"\g<1>1", xmp.strip(b"\0"))
    return Metadata(resolution, upright, xmp if _is_utf8(xmp) else b"", texts)


def _validate_resolution(resolution: tuple[float, float] | None) -> tuple[float, float] | None:
    if resolution is None or not all(_METRE / 2 < value < _MAX_RESOLUTION for value in resolution):
        return None
    return resolution


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
