"""Strict palettes: pictures that have other colours are refused."""

from __future__ import annotations

import numpy as np

from ..arrays import pack
from ..color.spaces import ColorSpace
from ..errors import ForeignColorError
from ..image.pixels import Pixels
from ..palette import Palette
from .lookup_table import look_up_pixels, make_membership_table
from .nearest_entry import NearestEntryFinder


def refuse_foreign_colors(picture: Pixels, palette: Palette, space: ColorSpace) -> None:
    """Refuse a picture with opaque pixels whose colours are not in a palette.

    Parameters
    ----------
    picture : Pixels
    palette : Palette
        1 to 256 colours.
    space : ColorSpace
        Where to look for the entry that would be nearest.

    Raises
    ------
    ForeignColorError
        If there are any: with their number, the first of them, and its nearest entry.
    """
    foreign = ~look_up_pixels(make_membership_table(palette.colors), picture.rgb)
    if picture.opaque is not None:
        foreign &= picture.opaque
    if not foreign.any():
        return
    first = np.unravel_index(foreign.argmax(), foreign.shape)
    place = "column {1}, row {0}" if len(first) == 2 else "index {0}"
    color = picture.rgb[first][np.newaxis]
    nearest = int(NearestEntryFinder(palette.colors, space).nearest(color)[0])
    raise ForeignColorError(
        f"{np.count_nonzero(foreign)} pixels of {len(np.unique(pack(picture.rgb[foreign])))} "
        f"colours are not in the palette, expected none; the first is {Palette(color).hex[0]} at "
        f"{place.format(*first)}, counted from 0, and nearest to it is entry {nearest}, "
        f"{palette.hex[nearest]}; leave out strict to give every pixel its nearest entry"
    )
