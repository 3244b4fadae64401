"""The filter's work, from the layer to the result."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

import results
from palettes import gimp_palette
from refusal import Refusal
from results import LayerMap
from settings import Settings, read_settings
from source import check_drawables, check_there, read_layer
from task import Reader
from words import _

if TYPE_CHECKING:
    import palette_core as pc
    from task import Task


# The outputs that are indexed images.
INDEXED = ("new-image", "convert")
MAX_COLORS = 256
# GIMP exports the transparency of an image of no more colours.
MOST_WITH_TRANSPARENCY = 255
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


def check(drawables: list[Gimp.Drawable]) -> Gimp.Layer:
    """Refuse at once what no settings could help; give the layer that is meant."""
    _load_core()
    return check_drawables(drawables)


def perform(reader: Reader, config: Gimp.ProcedureConfig) -> Outcome:
    """Do what the settings say; the image changes only at the end, in one undo step."""
    core = _load_core()
    image = reader.image
    Gimp.progress_init(_("Quantize with k-means"))
    try:
        settings = read_settings(config)
        check_output(image, reader.layer, settings)
        asked = settings.colors
        task = reader.current_task(leave_room(image, settings))
        Gimp.progress_update(0.1)
        quantized = task.quantized(lambda part: Gimp.progress_update(0.1 + 0.8 * part))
        maps = _maps(core, image, task, quantized)
        write = _writer(image, task, quantized, maps)
    except core.PaletteCoreError as error:
        raise Refusal(sentence(error)) from error
    # With the progress GIMP's Cancel button goes, which would kill us in the middle of the writing.
    Gimp.progress_end()
    result, palette_name = _write(core, image, settings, quantized.palette, write)
    if settings.output in INDEXED:
        _tell_of_transparency(asked, len(quantized.palette), maps)
    return Outcome(result, len(quantized.palette), palette_name)


def _load_core() -> ModuleType:
    """Load palette_core, and NumPy with it."""
    try:
        import palette_core
    except ImportError as error:
        msg = _(
            "The Python that runs this filter, {python}, lacks something ({error}). "
            "Run install.sh again; install.sh --check tells more."
        )
        raise Refusal(msg.format(python=sys.executable, error=error)) from error
    return palette_core


def check_output(image: Gimp.Image, layer: Gimp.Layer, settings: Settings) -> None:
    """Refuse at once what cannot become of this image."""
    check_there(image, layer)
    if settings.output == "convert":
        results.check_convertible(image)
    elif settings.output == "layer":
        if settings.apply_to != "layer":
            msg = _("All layers as frames make a new image. Choose that, or apply to this layer.")
            raise Refusal(msg)
        results.check_layer_takes_colors(image, layer, alpha=settings.settles_alpha)


def leave_room(image: Gimp.Image, settings: Settings) -> Settings:
    """Ask for one colour less where transparent pixels of any layer need the 256th entry."""
    if settings.whole_image and settings.colors == MAX_COLORS and _has_holes(image, settings):
        return replace(settings, colors=MOST_WITH_TRANSPARENCY)
    return settings


def _has_holes(image: Gimp.Image, settings: Settings) -> bool:
    """Tell whether any layer will have transparent pixels, or leave some of the image bare.

    Of a single layer palette_core knows that by itself: it sees all its pixels.
    """
    size = image.get_width(), image.get_height()
    for layer in image.get_layers():
        x, y, pixels = read_layer(layer)
        covers = (
            x <= 0 and y <= 0 and x + pixels.shape[1] >= size[0] and y + pixels.shape[0] >= size[1]
        )
        masked = layer.get_mask() is not None
        if not covers or masked or settings.options.settle(pixels).opaque is not None:
            return True
    return False


def _maps(
    core: ModuleType, image: Gimp.Image, task: Task, quantized: pc.Quantized
) -> list[LayerMap]:
    """Give the index maps that are to be written: of the source, or of every layer."""
    settings, source = task.settings, task.source
    if not settings.whole_image:
        return [LayerMap(source.layer, 0, 0, quantized)]
    maps = []
    for layer in image.get_layers():
        if source.whole and layer == source.layer:
            maps.append(LayerMap(layer, source.x, source.y, quantized))
            continue
        x, y, pixels = read_layer(layer)
        options = {**settings.mapping, "strict": settings.strict}
        maps.append(LayerMap(layer, x, y, core.map_pixels(pixels, quantized.palette, **options)))
    return maps


def _writer(
    image: Gimp.Image, task: Task, quantized: pc.Quantized, maps: list[LayerMap]
) -> Callable[[Gimp.Palette | None], Gimp.Image]:
    """Compute all that the output needs; give what is left, the writing."""
    settings, source = task.settings, task.source
    if settings.output in INDEXED:
        results.prepare_indexed()
    if settings.output == "new-image":
        size = source.width, source.height
        if settings.whole_image:
            size = image.get_width(), image.get_height()
        return lambda palette: results.new_image(image, size, maps, palette)
    if settings.output == "convert":
        return lambda palette: results.convert(image, maps, palette)
    if settings.output == "layer":
        pixels = task.recolored(quantized)
        return lambda _palette: results.replace_colors(source, pixels, alpha=settings.settles_alpha)
    return lambda _palette: image


def _write(
    core: ModuleType,
    image: Gimp.Image,
    settings: Settings,
    palette: pc.Palette,
    write: Callable[[Gimp.Palette | None], Gimp.Image],
) -> tuple[Gimp.Image, str]:
    """Make the palette and the result; give the image, and the name of a palette that is kept."""
    keep = settings.keep_palette
    if not keep and settings.output not in INDEXED:
        return write(None), ""
    named = _named(core, palette, settings.palette_name, image)
    with gimp_palette(named.name, named.hex, keep=keep) as resource:
        return write(resource), resource.get_name() if keep else ""


def _tell_of_transparency(asked: int | str, colors: int, maps: list[LayerMap]) -> None:
    """Tell what became of the 256th entry, where transparent pixels need it."""
    if colors < MOST_WITH_TRANSPARENCY or all(made.quantized.opaque is None for made in maps):
        return
    if colors == MAX_COLORS:
        Gimp.message(
            _("All 256 entries are colours: GIMP exports such an image without its transparency.")
        )
    elif asked == MAX_COLORS:
        Gimp.message(_("255 colours were used: a 256th is kept for the transparent pixels."))


def _named(core: ModuleType, palette: pc.Palette, asked: str, image: Gimp.Image) -> pc.Palette:
    """Name a palette as asked, or after the image's file."""
    files = (image.get_file(), image.get_imported_file(), image.get_exported_file())
    stems = [Path(file.get_basename()).stem for file in files if file is not None]
    for name in (asked, *stems, image.get_name().strip("[]"), _("Palette")):
        short = name.encode()[:LONGEST_NAME].decode(errors="ignore")
        named = core.Palette(palette.colors, name=short)
        if named.name:  # something is left of it in one line
            break
    return named


def sentence(error: Exception) -> str:
    """Give an error of palette_core as GIMP shows messages."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
