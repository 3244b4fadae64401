"""What GIMP's side may ask of the pixels' side, in its own Python or in a worker's.

The pixels' side has NumPy, Pillow and palette_core, and knows nothing of GIMP. What it gives is
plain (numbers, words, bytes), or is `Kept` where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import palette_core
from engine.picture import Picture as Picture
from engine.picture import Sample as Sample
from engine.picture import palette_of
from engine.plane import plane as plane
from engine.told import told
from engine.work import Work as Work

if TYPE_CHECKING:
    from engine.draft import Draft
    from engine.drawing import Painter
    from engine.raster import Raster


@told
def clean_name(text: str) -> str:
    """Make one line of a palette's name; "" if nothing is left."""
    return palette_core.Palette([], name=text).name


@told
def painter() -> Painter:
    """Give what draws a canvas."""
    from engine.drawing import Painter

    return Painter()


@told
def draft(original: Raster, colors: tuple[str, ...], mapping: dict[str, Any]) -> Draft:
    """Give a draft of a layer in these colours, "#rrggbb" each."""
    from engine.draft import Draft

    return Draft(original, palette_of(colors), mapping)
