"""The last stage of the pipeline: every pixel gets an entry of the palette."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from .arrays import Bytes
from .common_options import CommonOptions
from .design import METHODS, Design
from .dither import dither_pixels
from .image.pixels import Pixels, clear_transparent, scatter
from .mapping.lookup_table import look_up
from .mapping.nearest_entry import NearestEntryFinder
from .mapping.run_merging import merge_color_runs
from .options import QuantizeOptions
from .palette import Palette
from .progress import Progress
from .result import Quantized
from .stages import stage

_UNSORTED = tuple(field.name for field in fields(QuantizeOptions) if field.name != "order")


@stage(*_UNSORTED)
def map_to_design(
    options: QuantizeOptions,
    image: Pixels,
    unique_colors: Bytes | None,
    design: Design,
    progress: Progress,
) -> Quantized:
    """Map the opaque pixels to a design; use its assignments if they are the nearest entries.

    Pass the `unique_colors` of the pixels if they are known, as they are if there are assignments.
    """
    palette = Palette(design.colors)
    method = METHODS[options.method]
    is_nearest = options.color_space.is_srgb and options.dither == "none"
    if design.assignments is None or unique_colors is None or not is_nearest:
        return map_to_palette(image, palette, options, unique_colors, progress)
    nearest = design.assignments.astype(np.uint8, copy=False)
    if method.every_pixel:
        indices = scatter(nearest, image.opaque).reshape(image.shape)
    else:
        mapped = look_up(image.rgb, unique_colors, nearest, progress)
        indices = clear_transparent(mapped, image.opaque)
    return _merge_runs(palette, indices, image, options)


def map_to_palette(
    image: Pixels,
    palette: Palette,
    options: CommonOptions,
    unique_colors: Bytes | None,
    progress: Progress,
) -> Quantized:
    """Map the opaque pixels to a palette; pass their `unique_colors` if they are known."""
    indices = dither_pixels(
        image.rgb,
        NearestEntryFinder(palette.colors, options.color_space),
        options.dither,
        strength=options.dither_strength,
        adaptive=options.dither_adaptive,
        matrix=options.threshold_matrix,
        opaque=image.opaque,
        covered=image.covered,
        unique_colors=unique_colors,
        progress=progress,
    )
    return _merge_runs(palette, indices, image, options)


def _merge_runs(
    palette: Palette, indices: Bytes, image: Pixels, options: CommonOptions
) -> Quantized:
    """Return the quantized image, with longer runs of equal entries if this is asked for."""
    if options.lossy and len(image.shape) == 2:
        indices = merge_color_runs(
            indices,
            image.rgb,
            palette.colors,
            options.lossy,
            opaque=image.opaque,
            is_dithered=options.is_dithered,
        )
    return Quantized(palette, indices, image.opaque, options.dither)
