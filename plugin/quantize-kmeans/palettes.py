"""GIMP's own palettes: read, and made from ours, kept or thrown away."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import gi

gi.require_version("Babl", "0.1")
gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from gi.repository import Babl, Gegl, Gimp

from refusal import Refusal
from words import _

if TYPE_CHECKING:
    import palette_core as pc

# In bytes, at least what the file of a palette of 256 colours takes.
_ROOM = 1 << 14


def read_palette(resource: Gimp.Palette) -> pc.Palette:
    """Read a palette of GIMP's; its entries' names mean nothing here."""
    import numpy as np

    import palette_core

    levels = resource.get_colormap(Babl.format("R'G'B' u8"))[0]
    colors = np.frombuffer(levels, np.uint8).reshape(-1, 3)
    return palette_core.Palette(colors, name=resource.get_name())


@contextlib.contextmanager
def gimp_palette(palette: pc.Palette, *, keep: bool) -> Iterator[Gimp.Palette]:
    """Make a palette in GIMP, which goes again unless it is to be kept and the work succeeds.

    GIMP numbers a name that is taken, so that no palette of the user's is overwritten.
    """
    _check_folder()
    try:
        resource = Gimp.Palette.new(palette.name)
    except TypeError as error:  # what the bindings make of no palette
        msg = _("GIMP could not make a palette “{palette}”. Is its palettes folder writable?")
        raise Refusal(msg.format(palette=palette.name)) from error
    try:
        for color in palette.hex:
            resource.add_entry(color, Gegl.Color.new(color))
        if keep:
            # GIMP would write it only as it quits. If another GIMP has kept one of that name, it
            # is numbered now.
            Gimp.palettes_refresh()
        yield resource
    except BaseException:
        resource.delete()
        raise
    if not keep:
        resource.delete()


def _check_folder() -> None:
    """Refuse where GIMP could not write a palette.

    It crashes when its folder is read-only, and on a full disk leaves a file that it cannot read.
    """
    folders = [Path(name) for name in Gimp.gimprc_query("palette-path-writable").split(os.pathsep)]
    folder = next(filter(Path.is_dir, folders), Path(Gimp.directory()))  # there GIMP makes one
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(_ROOM))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        msg = _(
            "No palette can be written into “{folder}” ({reason}). Make room there, or make the "
            "folder writable."
        )
        raise Refusal(msg.format(folder=folder, reason=error.strerror)) from error
