"""The filter's work, from the layer to the result."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

import results
from palettes import gimp_palette
from refusal import Refusal
from source import Source, check_drawables, read_layer, read_source

if TYPE_CHECKING:
    import palette_core as pc
    from palette_core.options import Options


# The outputs that are indexed images; GIMP exports their transparency with at most 255 colours.
INDEXED = ("new-image", "convert")
MOST_WITH_TRANSPARENCY = 255
# How pixels get their entries, or stay transparent: the same in every layer.
MAPPING_ARGUMENTS = (
    "space", "lightness-weight", "dither", "dither-strength", "dither-adaptive",
    "alpha-threshold", "alpha-dither", "matte",
)  # fmt: skip
# An alpha threshold: palette_core's own, 128, or 1 with a matte.
AUTOMATIC = -1
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


def perform(image: Gimp.Image, layer: Gimp.Layer, config: Gimp.ProcedureConfig) -> Outcome:
    """Do what the settings say; the image changes only at the end, in one undo step."""
    core = _load_core()
    output, mapping = config.get_property("output"), _mapping(config)
    if output == "palette":
        mapping["dither"] = "none"  # there is nothing to dither
    elif output == "convert":
        results.check_convertible(image)
    elif output == "layer":
        results.check_layer_takes_colors(image, layer, alpha=_settles_alpha(mapping))
    Gimp.progress_init("Quantize with k-means")
    asked = config.get_property("colors")
    try:
        options = core.options.Options(**mapping)
        source = read_source(image, layer)
        most = _most_colors(image, asked, options) if output == "convert" else asked
        Gimp.progress_update(0.1)
        quantized = _quantize(core, source, most, config, options, mapping)
        write = _writer(core, output, image, source, quantized, mapping)
    except core.PaletteCoreError as error:
        raise Refusal(_sentence(error)) from error
    Gimp.progress_update(0.9)
    keep = output == "palette" or config.get_property("save-palette")
    named = _named(core, quantized.palette, config.get_property("palette-name"), image)
    if keep or output in INDEXED:
        with gimp_palette(named, keep=keep) as palette:
            result = write(palette)
            palette_name = palette.get_name() if keep else ""
    else:
        result, palette_name = write(None), ""
    Gimp.progress_update(1.0)
    transparent = most < asked or (output == "new-image" and quantized.opaque is not None)
    if transparent and asked > MOST_WITH_TRANSPARENCY == len(quantized.palette):
        Gimp.message("255 colours were used: a 256th is kept for the transparent pixels.")
    return Outcome(result, len(quantized.palette), palette_name)


def _load_core() -> ModuleType:
    """Load palette_core, and NumPy with it."""
    try:
        import palette_core
    except ImportError as error:
        msg = (
            f"The Python that runs this filter, {sys.executable}, lacks something ({error}). "
            "Run install.sh again; install.sh --check tells more."
        )
        raise Refusal(msg) from error
    return palette_core


def _mapping(config: Gimp.ProcedureConfig) -> dict[str, Any]:
    """Give the settings that map pixels, as palette_core takes them."""
    mapping = {name.replace("-", "_"): config.get_property(name) for name in MAPPING_ARGUMENTS}
    if mapping["alpha_threshold"] == AUTOMATIC:
        mapping["alpha_threshold"] = None
    mapping["matte"] = (mapping["matte"] or "").strip() or None  # GIMP gives None for an empty text
    return mapping


def _settles_alpha(mapping: dict[str, Any]) -> bool:
    """Tell whether half-transparent pixels are to be no more, in an RGB layer too."""
    return mapping["alpha_dither"] or mapping["matte"] is not None


def _most_colors(image: Gimp.Image, asked: int, options: Options) -> int:
    """Leave one colour out where a converted image has transparent pixels anywhere.

    Of a new image palette_core knows that by itself: it sees all its pixels.
    """
    if asked <= MOST_WITH_TRANSPARENCY:
        return asked
    size = image.get_width(), image.get_height()
    for layer in image.get_layers():
        x, y, pixels = read_layer(layer)
        covers = (
            x <= 0 and y <= 0 and x + pixels.shape[1] >= size[0] and y + pixels.shape[0] >= size[1]
        )
        masked = layer.get_mask() is not None
        if not covers or masked or options.settle(pixels).opaque is not None:
            return MOST_WITH_TRANSPARENCY
    return asked


def _quantize(
    core: ModuleType,
    source: Source,
    most: int,
    config: Gimp.ProcedureConfig,
    options: Options,
    mapping: dict[str, Any],
) -> pc.Quantized:
    """Find the palette, and put the selected pixels into its colours."""
    if options.alpha_threshold == 0:
        # All there is becomes opaque; that done, alpha is free to say what is not selected.
        source = source.opaque_in(options.settle(source.pixels).rgb)
        mapping = {**mapping, "alpha_threshold": None}
    return core.quantize(
        source.selected_pixels(),
        most,
        method=config.get_property("method"),
        init=config.get_property("init"),
        effort=config.get_property("effort"),
        seed=config.get_property("seed"),
        **mapping,
        progress=lambda fraction: Gimp.progress_update(0.1 + 0.7 * fraction),
    )


def _writer(
    core: ModuleType,
    output: str,
    image: Gimp.Image,
    source: Source,
    quantized: pc.Quantized,
    mapping: dict[str, Any],
) -> Callable[[Gimp.Palette | None], Gimp.Image]:
    """Compute all that the output needs; give what is left, the writing."""
    if output == "new-image":
        return lambda palette: results.new_image(source, quantized, palette)
    if output == "convert":
        maps = [
            (layer, _map_whole_layer(core, layer, source, quantized, mapping))
            for layer in image.get_layers()
        ]
        return lambda palette: results.convert(image, maps, palette)
    if output == "layer":
        seen = None
        if not _settles_alpha(mapping):
            everything = {**mapping, "alpha_threshold": 1}
            seen = core.map_pixels(source.pixels, quantized.palette, **everything)
        return lambda _palette: results.replace_colors(source, quantized, seen)
    return lambda _palette: image


def _map_whole_layer(
    core: ModuleType,
    layer: Gimp.Layer,
    source: Source,
    quantized: pc.Quantized,
    mapping: dict[str, Any],
) -> pc.Quantized:
    """Give the index map of a layer, of which the source may be a part."""
    if source.whole and layer == source.layer:
        return quantized
    _, _, pixels = read_layer(layer)
    return core.map_pixels(pixels, quantized.palette, **mapping)


def _named(
    core: ModuleType, palette: pc.Palette, asked: str | None, image: Gimp.Image
) -> pc.Palette:
    """Name a palette as asked, or after the image's file; GIMP gives None for an empty text."""
    files = (image.get_file(), image.get_imported_file(), image.get_exported_file())
    stems = [Path(file.get_basename()).stem for file in files if file is not None]
    for name in (asked or "", *stems, image.get_name().strip("[]"), "Palette"):
        short = name.encode()[:LONGEST_NAME].decode(errors="ignore")
        named = core.Palette(palette.colors, name=short)
        if named.name:  # something is left of it in one line
            break
    return named


def _sentence(error: Exception) -> str:
    """Give an error of palette_core as GIMP shows messages."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
