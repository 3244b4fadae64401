"""The function `quantize_tiles`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..api import ImageArguments
from ..arrays import Bytes
from ..errors import PixelsError
from ..image.alpha import binarize_alpha
from ..image.pixels import Pixels, to_array
from ..option_values import pixel_mask
from ..palette import Palette
from ..progress import Progress, subprogress
from ..signatures import takes
from .design import design_palettes
from .layout import TileGrid
from .mapping import map_tiles
from .options import TileOptions
from .presets import TRANSPARENT
from .result import TiledImage


@dataclass(eq=False)
class TileArguments(TileOptions, ImageArguments):
    """The arguments of `quantize_tiles`."""


@takes(TileArguments)
def quantize_tiles(arguments: TileArguments) -> TiledImage:
    """Find palettes for the tiles of an image, and map every tile to one of them.

    This is how tile-based consoles and computers store images: each tile uses one of a few small
    palettes.

    Returns
    -------
    TiledImage
        With at most `palettes` palettes. An image whose tiles fit into them does not change.

    Raises
    ------
    PixelTypeError, PixelsError
        If the array is not an image, or a list of colours.
    OptionError, UnknownOptionError
        If the value of an option is not valid, the option does not exist, the palettes have more
        than 256 entries in all, or pixels are transparent and entry 0 is not.

    Notes
    -----
    Tiles and palettes alternate, as points and centres do in k-means: every tile gets the palette
    that costs least, and every palette is clustered from the colours of its tiles. Palettes are
    moved from where they are needed least to where they reduce the error most.

    Examples
    --------
    >>> import numpy as np
    >>> ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    >>> tiled = quantize_tiles(ramp, palettes=2, colors=4)
    >>> tiled.tile_palettes.shape, len(tiled.palettes), len(tiled.palette)
    ((2, 2), 2, 8)
    """
    image = binarize_alpha(
        to_array(arguments.pixels),
        threshold=arguments.alpha_threshold,
        matte=arguments.matte,
        mask=pixel_mask(arguments.mask),
    )
    return run_tiles(image, arguments, arguments.progress)


def run_tiles(image: Pixels, options: TileOptions, progress: Progress) -> TiledImage:
    """Return an image quantized with a palette for each tile.

    Raises
    ------
    PixelsError, OptionError
        As `quantize_tiles` raises them.
    """
    if image.rgb.ndim != 3:
        raise PixelsError("a list of colours has no tiles; give an (H, W, 3) array")
    height, width = image.shape
    index_0 = options.resolve_index_0(has_transparency=image.opaque is not None)
    is_transparent = index_0 == TRANSPARENT
    grid = TileGrid((height, width), options.tile_size)
    design = design_palettes(image, grid, options, index_0, subprogress(progress, 0.0, 0.7))
    tile_palettes = design.labels.reshape(grid.rows, grid.columns)
    entries = map_tiles(
        image,
        design.palettes,
        grid.spread(tile_palettes),
        options.color_space,
        options.dither,
        options.dither_strength,
        subprogress(progress, 0.7, 1.0),
    )
    if is_transparent:
        entries += np.uint8(1) if image.opaque is None else image.opaque.astype(np.uint8)
    progress(1.0)
    return TiledImage(
        tuple(_pad(some, options.colors, int(is_transparent)) for some in design.palettes),
        tile_palettes.astype(np.uint16),
        entries,
        image.opaque,
        options.tile_size,
        is_transparent,
        None if design.numbers is None else options.fixed_palette,
        design.numbers,
    )


def _pad(colors: Bytes, size: int, first: int) -> Palette:
    """Return a palette of `size` entries, the colours at `first`, the others black."""
    entries = np.zeros((size, 3), np.uint8)
    entries[first : first + len(colors)] = colors
    return Palette(entries)
