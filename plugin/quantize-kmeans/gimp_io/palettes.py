"""GIMP's own palettes: read, and made from ours, kept or thrown away."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path

import gi

gi.require_version("Babl", "0.1")
gi.require_version("Gimp", "3.0")
from gi.repository import Babl, Gimp

import engine
from errors import UserError
from i18n import _


def read_palette(resource: Gimp.Palette) -> tuple[str, ...]:
    """Read a palette of GIMP's, "#rrggbb" each; its entries' names mean nothing here."""
    levels = bytes(resource.get_colormap(Babl.format("R'G'B' u8"))[0])
    return tuple(f"#{levels[start : start + 3].hex()}" for start in range(0, len(levels), 3))


@contextlib.contextmanager
def gimp_palette(name: str, colors: tuple[str, ...], *, keep: bool) -> Iterator[Gimp.Palette]:
    """Provide a palette in GIMP; delete it unless `keep` is set and the work succeeds.

    Its colours are "#rrggbb" each. One of this name, or of this name and a number, is used again
    if it has the same colours. Otherwise a new one is numbered where its name is taken, so that no
    palette of the user's is overwritten. One that is kept becomes GIMP's active palette.
    """
    found = _find(name, colors)
    resource = found or _new_palette(name, colors)
    try:
        yield resource
    except BaseException:
        if found is None:
            resource.delete()
        raise
    if keep:
        Gimp.context_set_palette(resource)
    elif found is None:
        resource.delete()


def _new_palette(name: str, colors: tuple[str, ...]) -> Gimp.Palette:
    """Make a palette in GIMP.

    GIMP reads it from a file: told of one colour after the other, it would have a part of them if
    we were killed, and it crashes where it is to write into a folder that is read-only.
    """
    numbered, path = _write_file(name, colors)
    Gimp.palettes_refresh()
    resource = _find(name, colors)  # GIMP has numbered it if another new palette has its name
    if resource is None:
        path.unlink()
        msg = _("GIMP could not read the palette “{palette}”, which was written into “{folder}”.")
        raise UserError(msg.format(palette=numbered, folder=path.parent))
    return resource


def _write_file(name: str, colors: tuple[str, ...]) -> tuple[str, Path]:
    """Write a palette where GIMP keeps its own; give the name that it has got, and the file."""
    folders = [Path(path) for path in Gimp.gimprc_query("palette-path-writable").split(os.pathsep)]
    folder = next(filter(Path.is_dir, folders), folders[0])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        numbers, numbered = itertools.count(1), name
        while True:
            if Gimp.Palette.get_by_name(numbered) is None:
                with contextlib.suppress(FileExistsError):  # another GIMP's, not read by ours yet
                    path = engine.load().save_palette(str(folder), numbered, colors)
                    return numbered, Path(path)
            numbered = f"{name} #{next(numbers)}"
    except OSError as error:
        msg = _(
            "No palette can be written into “{folder}” ({reason}). Make room there, or make the "
            "folder writable."
        )
        raise UserError(msg.format(folder=folder, reason=error.strerror)) from error


def _find(name: str, colors: tuple[str, ...]) -> Gimp.Palette | None:
    """Return a palette of this name, or of this name and a number, that has just these colours."""
    named = re.compile(f"^{re.escape(name)}( #[0-9]+)?$")
    for resource in Gimp.palettes_get_list(named.pattern):  # in which GIMP ignores case
        if named.search(resource.get_name()) and read_palette(resource) == colors:
            return resource
    return None
