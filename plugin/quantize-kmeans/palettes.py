"""GIMP's own palettes: made from ours, kept or thrown away."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import gi

gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from gi.repository import Gegl, Gimp

from refusal import Refusal

if TYPE_CHECKING:
    import palette_core as pc


@contextlib.contextmanager
def gimp_palette(palette: pc.Palette, *, keep: bool) -> Iterator[Gimp.Palette]:
    """Make a palette in GIMP, which goes again unless it is to be kept and the work succeeds.

    GIMP numbers a name that is taken, so that no palette of the user's is overwritten.
    """
    try:
        resource = Gimp.Palette.new(palette.name)
    except TypeError as error:  # what the bindings make of no palette
        msg = f"GIMP could not make a palette “{palette.name}”. Is its palettes folder writable?"
        raise Refusal(msg) from error
    try:
        for color in palette.hex:
            resource.add_entry(color, Gegl.Color.new(color))
        yield resource
    except BaseException:
        resource.delete()
        raise
    if keep:
        Gimp.palettes_refresh()  # GIMP would write it only as it quits
    else:
        resource.delete()
