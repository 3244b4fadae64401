"""Raw tables of colours (.pal): three bytes per colour for red, green and blue, without a header.

Those of consoles have 64 colours, 192 bytes, those of VGA 256, 768 bytes. VGA's registers have 6
bits, and so have the levels in files that were made from them: 63 is the most. No file says which
it is. Like other programs, `read` takes a table for one of 6 bits if no level is above 63.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..errors import PaletteFileError
from ..palette import Palette
from . import base, text
from .base import PaletteReader

_MOST_BYTES = 3 * 512  # the NES again, with each of its colours in eight shades
_VGA_LEVELS = 63
_USUAL_SIZES = (192, 768)


def read(data: bytes, path: Path) -> Palette:
    """Return the palette of a raw table of up to 512 colours."""
    if not data or len(data) % 3 or len(data) > _MOST_BYTES:
        raise PaletteFileError(
            path,
            None,
            f"not a palette: it has {len(data)} bytes, not three per colour and at most "
            f"{_MOST_BYTES}",
            min(len(data), _MOST_BYTES),
        )
    levels = np.frombuffer(data, np.uint8).reshape(-1, 3)
    if levels.max() <= _VGA_LEVELS:
        base.warn(path, None, f"no level is above {_VGA_LEVELS}: read as VGA's, which has 6 bits")
        levels = (levels << 2 | levels >> 4).astype(np.uint8)
    return Palette(levels)


FORMAT = PaletteReader(
    name="raw",
    label="Raw table",
    summary="three bytes per colour, and nothing else",
    position=16,
    resembles=lambda data: len(data) in _USUAL_SIZES and not text.is_text(data),
    guess_rank=1,
    read=read,
)
