"""GIMP's own palettes: read, and made from ours, kept or thrown away."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import gi

gi.require_version("Babl", "0.1")
gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from gi.repository import Babl, Gegl, Gimp

from refusal import Refusal
from words import _


def read_palette(resource: Gimp.Palette) -> tuple[str, ...]:
    """Read a palette of GIMP's, "#rrggbb" each; its entries' names mean nothing here."""
    levels = bytes(resource.get_colormap(Babl.format("R'G'B' u8"))[0])
    return tuple(f"#{levels[start : start + 3].hex()}" for start in range(0, len(levels), 3))


@contextlib.contextmanager
def gimp_palette(name: str, colors: tuple[str, ...], *, keep: bool) -> Iterator[Gimp.Palette]:
    """Make a palette in GIMP, which goes again unless it is to be kept and the work succeeds.

    Its colours are "#rrggbb" each. GIMP numbers a name that is taken, so that no palette of the
    user's is overwritten.
    """
    try:
        resource = Gimp.Palette.new(name)
    except TypeError as error:  # what the bindings make of no palette
        msg = _("GIMP could not make a palette “{palette}”. Is its palettes folder writable?")
        raise Refusal(msg.format(palette=name)) from error
    try:
        for color in colors:
            resource.add_entry(color, Gegl.Color.new(color))
        yield resource
    except BaseException:
        resource.delete()
        raise
    if keep:
        Gimp.palettes_refresh()  # GIMP would write it only as it quits
    else:
        resource.delete()
