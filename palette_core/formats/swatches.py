"""Palettes as pictures (.png): a square for every entry, in rows.

Up to 256 entries are the palette of an indexed PNG, in their order. Where the last row has room
left, one more entry is transparent.
"""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

from ..errors import PaletteFileError, PictureFileError
from ..palette import Palette
from ..pictures import Source, decode, limited, to_png
from ..pixels import Bytes, pack, unpack
from . import base

_MOST_COLORS = 256
_FOR_PHOTOS = "'palette-core palette' finds the best few colours of a photo"
# Of pictures that are not indexed; a PNG of a hundred bytes can hold as many as it likes.
_MOST_PIXELS = 1 << 24
_BLOCK = 1 << 16  # pixels
_LARGEST_SQUARE, _LARGEST_SHEET = 32, 4096


def read(data: bytes, path: Path) -> Palette:
    """Read the palette of an indexed PNG, or the colours of another one in reading order.

    What is fully transparent is no colour. The squares' places say nothing.

    Raises
    ------
    PaletteFileError
        If it is no PNG, broken, fully transparent, has more than 256 colours, or is very large and
        not indexed.
    """
    source = Source(str(path), data)
    try:
        with limited(source):
            colors = _indexed(data, path)
        if colors is None:
            colors = _in_reading_order(decode(source).pixels)
    except (MemoryError, PaletteFileError):
        raise
    except Exception as error:  # Pillow raises what its decoders happen to stumble over
        # No variable for the cause: its traceback would keep the picture until the next collection.
        reason = str((isinstance(error, PictureFileError) and error.__cause__) or error)
        raise PaletteFileError(path, None, f"no PNG that can be read: {reason}") from error
    if not 1 <= len(colors) <= _MOST_COLORS:
        found = f"more than {_MOST_COLORS} colours" if len(colors) else "no opaque pixel"
        raise PaletteFileError(
            path,
            None,
            f"{found}, expected a picture of 1 to {_MOST_COLORS}; {_FOR_PHOTOS}",
        )
    return Palette(colors)


def write(palette: Palette, path: Path) -> bytes:
    """Give the bytes of a sheet of squares, in as many columns as the palette says.

    Raises
    ------
    PaletteFileError
        If the palette has no entries.
    """
    from PIL import Image

    base.check_count(palette, path, 1)
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
        if transparent:
            image.info["transparency"] = count
    else:
        levels = np.vstack([np.insert(palette.colors, 3, 255, axis=1), np.zeros((1, 4), np.uint8)])
        image = Image.fromarray(levels[places])
    return to_png(image)


def _indexed(data: bytes, path: Path) -> Bytes | None:
    """Give the palette of an indexed PNG without its transparent entries; None for another."""
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        if image.mode != "P" or image.palette is None:
            if image.width * image.height > _MOST_PIXELS:
                raise PaletteFileError(
                    path,
                    None,
                    f"{image.width} x {image.height} pixels that are not indexed, expected at most "
                    f"{_MOST_PIXELS}; {_FOR_PHOTOS}",
                )
            return None
        colors = np.frombuffer(bytes(image.palette.palette), np.uint8).reshape(-1, 3)
        image.load()  # for it may be broken
        opaque = np.full(len(colors), True)
        alpha = image.info.get("transparency")
        if isinstance(alpha, int):
            opaque[alpha] = False
        elif alpha is not None:
            opaque[: len(alpha)] = np.frombuffer(alpha, np.uint8)[: len(colors)] > 0
        entries: Bytes = colors[opaque]
        return entries


def _in_reading_order(pixels: Bytes) -> Bytes:
    """Give the colours of what is not fully transparent, in the order of their first pixels.

    Of more than a palette picture may have, not all.
    """
    flat = pixels.reshape(-1, pixels.shape[2])
    found: dict[int, None] = {}
    for start in range(0, len(flat), _BLOCK):
        block = flat[start : start + _BLOCK]
        opaque = block[block[:, 3] > 0] if flat.shape[1] == 4 else block
        packed = pack(opaque[:, :3])
        _, first = np.unique(packed, return_index=True)
        found.update(dict.fromkeys(packed[np.sort(first)].tolist()))
        if len(found) > _MOST_COLORS:  # a photo, of which the rest is of no use
            break
    return unpack(np.array(list(found), np.uint32))
