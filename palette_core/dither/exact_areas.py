"""Flat areas in a colour of the palette, which no dithering changes."""

from __future__ import annotations

import numpy as np

from ..arrays import Bytes, Mask, pack
from ..mapping.lookup_table import look_up_block, make_membership_table, make_table
from ..threads import for_each_block

# The approximate number of pixels in a strip.
_STRIP = 1 << 16


def restore_exact_areas(entries: Bytes, rgb: Bytes, palette: Bytes, opaque: Mask | None) -> None:
    """Replace the entries of flat areas in a colour of the palette by the entry of this colour.

    The entries, (H, W), are changed. Of equal colours of the palette the first is used.

    Errors from the surroundings are then not visible as dots in these areas. They do not add up
    there either, because the replaced dots have compensated for them. All other pixels keep their
    entries, so a gradient through a colour of the palette gets no step.
    """
    is_exact = find_exact_areas(rgb, palette, opaque)
    if is_exact is None:
        return
    # In reverse order, so that the first of equal colours remains.
    table = make_table(palette[::-1], np.arange(len(palette), dtype=np.uint8)[::-1])

    def restore(rows: slice) -> None:
        if is_exact[rows].any():
            np.copyto(entries[rows], look_up_block(table, rgb[rows]), where=is_exact[rows])

    height, width = entries.shape
    for_each_block(restore, height, max(1, _STRIP // width))


def find_exact_areas(rgb: Bytes, palette: Bytes, opaque: Mask | None) -> Mask | None:
    """Return which pixels are in a square of 2 x 2 pixels of one colour that is in the palette.

    Squares with a transparent pixel do not count. None means that there is no such pixel.
    """
    height, width = rgb.shape[:2]
    is_entry = make_membership_table(palette)
    # True for the squares below and to the right of a pixel.
    squares = np.zeros((max(height - 1, 0), max(width - 1, 0)), np.bool_)

    def compare(rows: slice) -> None:
        words = pack(rgb[rows.start : rows.stop + 1])
        is_flat = squares[rows]
        np.equal(words[:-1, :-1], words[1:, 1:], out=is_flat)
        is_flat &= words[:-1, 1:] == words[1:, :-1]
        is_flat &= words[:-1, 1:] == words[:-1, :-1]
        is_flat[is_flat] = is_entry[words[:-1, :-1][is_flat]]

    if squares.size:
        for_each_block(compare, len(squares), max(1, _STRIP // width))
    if opaque is not None:
        squares &= opaque[:-1, :-1] & opaque[1:, 1:]
        squares &= opaque[:-1, 1:] & opaque[1:, :-1]
    if not squares.any():
        return None
    is_exact = np.zeros((height, width), np.bool_)
    for rows in (slice(None, -1), slice(1, None)):
        for columns in (slice(None, -1), slice(1, None)):
            is_exact[rows, columns] |= squares
    return is_exact
