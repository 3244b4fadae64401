"""Palettes of computers and consoles in the preview: those of the library, and those of tiles."""

from __future__ import annotations

from dataclasses import replace

from ..color.spaces import SPACES
from ..palette_library import LIBRARY, find_palette
from ..palette_ranking import rank_by_colors
from ..progress import Progress
from ..result import Quantized
from ..tiles.api import run_tiles
from ..tiles.mapping import TILE_DITHERS
from ..tiles.options import TileOptions
from .selected_image import PaletteSample, SelectedImage
from .settings import BEST, PreviewSettings

# In place of a dithering that does not work with a palette for each tile.
_TILE_DITHER = "floyd-steinberg"


def choose_library_palette(
    name: str, sample: PaletteSample, settings: PreviewSettings
) -> PreviewSettings:
    """Return the settings with a palette of the library: that of the name, or the best one."""
    if name == BEST:
        space = SPACES[settings.mapping["space"]]
        palettes = [entry.palette for entry in LIBRARY.values()]
        best = rank_by_colors(sample.histogram(settings), palettes, space)[0]
        name = list(LIBRARY)[best.position]
    return replace(settings, library=name, palette=find_palette(name).palette.hex)


def quantize_tiles(
    image: SelectedImage, settings: PreviewSettings, progress: Progress
) -> Quantized:
    """Return an image with palettes for its tiles, which are blocks of the palette."""
    mapping = settings.mapping
    dither = mapping["dither"] if mapping["dither"] in TILE_DITHERS else _TILE_DITHER
    options = TileOptions(
        settings.tiles,
        space=mapping["space"],
        dither=dither,
        dither_strength=mapping["dither_strength"],
        effort=settings.design["effort"],
    )
    tiled = run_tiles(settings.prepare_image(image.pixels, image.mask), options, progress)
    return Quantized(tiled.palette, tiled.indices, tiled.opaque, dither)
