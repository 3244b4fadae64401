"""GIMP's own palettes: read, added, and added only for a moment."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path

from gi.repository import Babl, Gimp

import engine
from errors import UserError
from gimp_io.layers import files_of
from i18n import _


def read_palette(palette: Gimp.Palette) -> tuple[str, ...]:
    """Return the colours of one of GIMP's palettes, "#rrggbb" each."""
    levels = bytes(palette.get_colormap(Babl.format("R'G'B' u8"))[0])
    return tuple(f"#{levels[start : start + 3].hex()}" for start in range(0, len(levels), 3))


def usual_name(image: Gimp.Image) -> str:
    """Return the name of an image's palette unless the user gives one: that of the image's file."""
    stems = (Path(file.get_basename()).stem for file in files_of(image))
    return next(filter(None, stems), image.get_name().strip("[]"))


@contextlib.contextmanager
def gimp_palette(name: str, colors: tuple[str, ...], *, keep: bool) -> Iterator[Gimp.Palette]:
    """Provide a palette in GIMP; delete it unless `keep` is set and there is no exception.

    An earlier one with the same colours, "#rrggbb" each, and the same name, or that name and a
    number, is used again. Otherwise a new one gets a number if its name is taken, so no palette of
    the user's is overwritten. One that is kept becomes GIMP's active palette.
    """
    earlier = _find_palette(name, colors)
    palette = earlier or _new_palette(name, colors)
    is_kept = earlier is not None
    try:
        yield palette
        if keep:
            Gimp.context_set_palette(palette)
            is_kept = True
    finally:
        if not is_kept:
            palette.delete()


def _new_palette(name: str, colors: tuple[str, ...]) -> Gimp.Palette:
    """Return a new palette in GIMP, which reads it from a file.

    If its colours were added one by one, an interrupted plug-in would leave a part of them, and
    GIMP crashes if it has to write into a read-only folder.
    """
    numbered, path = _write_file(name, colors)
    Gimp.palettes_refresh()
    palette = _find_palette(name, colors)  # GIMP numbers it if another new one has its name
    if palette is None:
        path.unlink()
        msg = _(
            "GIMP could not load the new palette “{palette}” from “{folder}”. Check the palette "
            "folders in Preferences."
        )
        raise UserError(msg.format(palette=numbered, folder=path.parent))
    return palette


def _write_file(name: str, colors: tuple[str, ...]) -> tuple[str, Path]:
    """Write a palette where GIMP keeps its own, and return its name and its file."""
    folders = [Path(path) for path in Gimp.gimprc_query("palette-path-writable").split(os.pathsep)]
    folder = next(filter(Path.is_dir, folders), folders[0])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for numbered in itertools.chain([name], (f"{name} #{n}" for n in itertools.count(1))):
            if Gimp.Palette.get_by_name(numbered) is None:
                with contextlib.suppress(FileExistsError):  # of another GIMP, not read by this one
                    path = engine.session().save_palette(str(folder), numbered, colors)
                    return numbered, Path(path)
    except OSError as error:
        msg = _(
            "The palette cannot be saved in “{folder}” ({reason}). Free some disk space, or make "
            "the folder writable."
        )
        raise UserError(msg.format(folder=folder, reason=error.strerror)) from error


def _find_palette(name: str, colors: tuple[str, ...]) -> Gimp.Palette | None:
    """Return a palette with this name, or it and a number, and just these colours."""
    pattern = f"^{re.escape(name)}( #[0-9]+)?$"
    for palette in Gimp.palettes_get_list(pattern):  # GIMP ignores case
        if re.search(pattern, palette.get_name()) and read_palette(palette) == colors:
            return palette
    return None
