"""The filter's work, from the layer to the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

import engine
from gimp_io import image_writer
from gimp_io.image_writer import LayerMap
from gimp_io.layer_reader import MAX_COLORS, MOST_WITH_TRANSPARENCY
from gimp_io.layers import RGBA, RGBA_EXACT, STRIP, check_drawables, read_alpha
from gimp_io.palettes import gimp_palette
from i18n import _
from procedure.config import read_settings
from procedure.editable import check_output

if TYPE_CHECKING:
    from engine.index_map import IndexMap
    from gimp_io.layer_reader import Reader, Task
    from procedure.settings import Settings


# In bytes: a palette's name is its file's, which GIMP may number.
LONGEST_NAME = 200


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes
    ----------
    image : Gimp.Image
        The image with the result: a new one, or the user's.
    colors : int
        How many colours were used.
    palette : str
        The palette's name in GIMP, "" if it was not kept.
    """

    image: Gimp.Image
    colors: int
    palette: str


def check(drawables: list[Gimp.Drawable]) -> Gimp.Layer | None:
    """Refuse at once what no settings could help; return the selected layer, None for several."""
    engine.load()
    return check_drawables(drawables)


def perform(reader: Reader, config: Gimp.ProcedureConfig) -> Outcome:
    """Do what the settings say; the image changes only at the end, in one undo step."""
    image = reader.image
    Gimp.progress_init(_("Quantize with k-means"))
    settings = read_settings(config)
    check_output(image, reader.layer, settings)
    asked = settings.colors
    task = reader.current_task(settings)
    Gimp.progress_update(0.1)
    made = task.work.quantized(lambda part: Gimp.progress_update(0.1 + 0.8 * part))
    colors = made[0].colors
    maps = []
    if settings.is_indexed:
        maps = [LayerMap.of(part, its) for part, its in zip(task.parts, made, strict=True)]
    write = _writer(image, task, made[0], maps)
    name = _palette_name(settings.palette_name, image)
    # With the progress GIMP's Cancel button goes, which would kill us in the middle of the writing.
    Gimp.progress_end()
    result, palette_name = _write(settings, name, colors, write)
    _tell_of_transparency(asked, len(colors), maps)
    return Outcome(result, len(colors), palette_name)


def _writer(
    image: Gimp.Image, task: Task, made: IndexMap, maps: list[LayerMap]
) -> Callable[[Gimp.Palette | None], Gimp.Image]:
    """Compute all that the output needs; return what is left, the writing."""
    settings = task.settings
    if settings.is_indexed:
        image_writer.prepare_indexed()
    if settings.output == "new-image":
        return lambda palette: image_writer.new_image(image, maps, palette, crop=settings.crop)
    if settings.output == "convert":
        return lambda palette: image_writer.convert(image, maps, palette)
    if settings.output == "layer":
        (area,) = task.parts
        alpha = read_alpha(area)  # 8 bits would round that of a more precise image
        babl_format = RGBA if alpha is None else RGBA_EXACT
        recolored = task.work.recolored(made, alpha)
        strips = [recolored.strip(top, STRIP) for top in range(0, area.height, STRIP)]
        return lambda _palette: image_writer.replace_colors(area, strips, babl_format)
    return lambda _palette: image


def _write(
    settings: Settings,
    name: str,
    colors: tuple[str, ...],
    write: Callable[[Gimp.Palette | None], Gimp.Image],
) -> tuple[Gimp.Image, str]:
    """Make the palette and the result; give the image, and the name of a palette that is kept."""
    keep = settings.keep_palette
    if not keep and not settings.is_indexed:
        return write(None), ""
    with gimp_palette(name, colors, keep=keep) as resource:
        return write(resource), resource.get_name() if keep else ""


def _tell_of_transparency(asked: int | str, colors: int, maps: list[LayerMap]) -> None:
    """Tell what became of the 256th entry, where transparent pixels need it."""
    if colors < MOST_WITH_TRANSPARENCY or not any(made.has_holes for made in maps):
        return
    if colors == MAX_COLORS:
        Gimp.message(
            _("All 256 entries are colours: GIMP exports such an image without its transparency.")
        )
    elif asked == MAX_COLORS:
        Gimp.message(_("255 colours were used: a 256th is kept for the transparent pixels."))


def _palette_name(asked: str, image: Gimp.Image) -> str:
    """Name the palette as asked, or after the image's file."""
    files = (image.get_file(), image.get_imported_file(), image.get_exported_file())
    stems = [Path(file.get_basename()).stem for file in files if file is not None]
    for text in (asked, *stems, image.get_name().strip("[]"), _("Palette")):
        short = text.encode()[:LONGEST_NAME].decode(errors="ignore")
        name = engine.load().clean_name(short)
        if name:  # something is left of it in one line
            break
    return name
