"""Palettes as images (.png to write; any image to read).

An image is written with a square for every entry, in rows. Up to 256 entries are the palette of an
indexed PNG, in their order. Where the last row has room left, one more entry is transparent.

Of an indexed image (PNG, GIF, BMP, TIFF, PCX and others) the colour table is read, in its order. A
PNG says how many entries there are. The tables of other formats often have to have a power of two,
and encoders fill them up with black: of such, black entries at the end that no pixel has are left
out. Of images that are not indexed the colours are read in the order in which they appear.
"""

from __future__ import annotations

import io
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..arrays import Bytes, Mask, pack, unpack
from ..errors import ImageFileError, PaletteFileError
from ..image.image_files import EncodedImage, decode, encode_png, pixel_limit
from ..image.png_chunks import SIGNATURE
from ..palette import Palette
from . import base
from .base import PaletteFormat

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_COLORS = 256
_GIF = b"GIF8"
PORTABLE_MAP = re.compile(rb"P[1-7]\s")  # of Netpbm, in text or binary
_FOR_PHOTOS = "find a palette with 'palette-core palette'"
# The limit for images that are not indexed: a PNG of a hundred bytes can have any number of pixels.
_MOST_PIXELS = 1 << 24
_BLOCK = 1 << 16  # pixels
_LARGEST_SQUARE, _LARGEST_SHEET = 32, 4096
# Formats for which Pillow leaves out a table of all greys.
_GRAYS_WITHOUT_TABLE = ("GIF", "BMP", "DIB", "PCX")


def read(data: bytes, path: Path) -> Palette:
    """Return the colour table of an indexed image, or the colours of another one in reading order.

    What is fully transparent is no colour. The squares' places say nothing.
    """
    from PIL import UnidentifiedImageError

    encoded = EncodedImage(str(path), data)
    try:
        with pixel_limit(encoded):
            colors, opaque = _indexed(data, path)
        if colors is None:
            colors = _in_reading_order(decode(encoded).pixels)
            opaque = np.full(len(colors), True)
    except (MemoryError, PaletteFileError):
        raise
    except Exception as error:  # Pillow raises what its decoders happen to stumble over
        # No variable for the cause: its traceback would keep the image until the next collection.
        reason = str((isinstance(error, ImageFileError) and error.__cause__) or error)
        if isinstance(error, UnidentifiedImageError):  # its message has an address in the memory
            reason = "its format is not supported" if data else "the file is empty"
        raise PaletteFileError(path, None, f"not a readable image: {reason}") from error
    count = int(opaque.sum())
    if not 1 <= count <= _MOST_COLORS:
        found = f"more than {_MOST_COLORS} colours" if count else "no opaque pixel"
        raise PaletteFileError(
            path,
            None,
            f"the image has {found}; use one with 1 to {_MOST_COLORS} colours, or {_FOR_PHOTOS}",
        )
    if not opaque[:count].all():
        first = int(np.argmin(opaque))
        base.warn(path, None, f"entry {first} is transparent and left out; those behind move up")
    return Palette(colors[opaque])


def write(palette: Palette, _: Path) -> bytes:
    """Return the bytes of a sheet of squares, in the columns of the palette."""
    from PIL import Image

    count = len(palette)
    columns = min(palette.columns, count) or math.ceil(math.sqrt(count))
    rows = -(-count // columns)
    side = max(1, min(_LARGEST_SQUARE, _LARGEST_SHEET // max(columns, rows)))
    places = np.full(rows * columns, count)
    places[:count] = np.arange(count)
    places = places.reshape(rows, columns).repeat(side, axis=0).repeat(side, axis=1)
    transparent = rows * columns > count
    if count + transparent <= _MOST_COLORS:
        image = Image.fromarray(places.astype(np.uint8))
        image.putpalette(palette.colors.tobytes() + bytes(3 * transparent))
        if palette.alpha is not None:
            image.info["transparency"] = palette.alpha.tobytes() + bytes(transparent)
        elif transparent:
            image.info["transparency"] = count
    else:
        alpha = 255 if palette.alpha is None else palette.alpha
        levels = np.insert(palette.colors, 3, alpha, axis=1)
        levels = np.vstack([levels, np.zeros((1, 4), np.uint8)])
        image = Image.fromarray(levels[places])
    return encode_png(image)


def _indexed(data: bytes, path: Path) -> tuple[Bytes | None, Mask]:
    """Return the colour table of an indexed image and which entries are opaque; None for others."""
    from PIL import Image as PillowImage

    with PillowImage.open(io.BytesIO(data)) as image:
        colors = _gray_table(image, data)
        if colors is None and (image.mode != "P" or image.palette is None):
            if image.width * image.height > _MOST_PIXELS:
                raise PaletteFileError(
                    path,
                    None,
                    f"the image is not indexed and has {image.width} x {image.height} pixels; use "
                    f"at most {_MOST_PIXELS}, or {_FOR_PHOTOS}",
                )
            return None, np.empty(0, bool)
        image.load()  # for it may be broken
        if colors is None:
            colors = np.array(image.getpalette("RGB"), np.uint8).reshape(-1, 3)
        if image.format != "PNG" and len(colors) & (len(colors) - 1) == 0:
            colors = _without_padding(colors, image)
        opaque = np.full(len(colors), True)
        alpha = image.info.get("transparency")
        if isinstance(alpha, int):
            opaque[alpha : alpha + 1] = False
        elif alpha is not None:
            opaque[: len(alpha)] = np.frombuffer(alpha, np.uint8)[: len(colors)] > 0
        return colors, opaque


def _gray_table(image: Image, data: bytes) -> Bytes | None:
    """Return the table of greys, which Pillow leaves out if entry n is the grey n."""
    if image.format not in _GRAYS_WITHOUT_TABLE or image.mode not in ("1", "L"):
        return None
    if image.mode == "1":
        return np.array([[0, 0, 0], [255, 255, 255]], np.uint8)
    # The size of a GIF's table is in the flags of its header.
    count = 2 << (data[10] & 7) if image.format == "GIF" else _MOST_COLORS
    return np.arange(count, dtype=np.uint8).repeat(3).reshape(-1, 3)


def _without_padding(colors: Bytes, image: Image) -> Bytes:
    """Return the table without the unused black entries at its end."""
    used = np.flatnonzero(image.histogram()[: len(colors)])
    told = np.flatnonzero(colors.any(axis=1))
    return colors[: 1 + max(used.max(initial=0), told.max(initial=0))]


def _in_reading_order(pixels: Bytes) -> Bytes:
    """Return the colours of all visible pixels, in the order of their first pixels.

    If there are more than a palette may have, the last ones may be missing.
    """
    flat = pixels.reshape(-1, pixels.shape[2])
    found: dict[int, None] = {}
    for start in range(0, len(flat), _BLOCK):
        block = flat[start : start + _BLOCK]
        opaque = block[block[:, 3] > 0] if flat.shape[1] == 4 else block
        packed = pack(opaque[:, :3])
        _, first = np.unique(packed, return_index=True)
        found.update(dict.fromkeys(packed[np.sort(first)].tolist()))
        if len(found) > _MOST_COLORS:  # a photo, which is refused anyway
            break
    return unpack(np.array(list(found), np.uint32))


def _resembles(data: bytes) -> bool:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)):
            return True
    except Exception:  # Pillow raises what its openers happen to stumble over
        return False


FORMAT = PaletteFormat(
    name="png",
    label="Image",
    summary="an indexed PNG of swatches; any image can be read",
    position=14,
    suffixes=(".png",),
    min_entries=1,
    has_signature=lambda data: data.startswith((SIGNATURE, _GIF)),
    resembles=_resembles,
    guess_rank=2,
    read=read,
    write=write,
)
