"""The palettes of several images, or of the frames of an animation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..arrays import Bytes
from ..common_options import CommonOptions
from ..palette import Palette
from ..pipeline import choose_dither, find_empty_palette
from ..progress import Progress, no_progress
from ..shared_palette import ImageColors, choose_shared_count, find_palette_of_colors
from .job_options import JobOptions


def find_shared_job_palette(
    options: JobOptions, colors: ImageColors, progress: Progress = no_progress
) -> tuple[Palette, JobOptions]:
    """Return the palette of all images, and the options for mapping each of them to it."""
    options = choose_shared_options(options, colors)
    return find_job_palette(options, colors, progress), options


def choose_shared_options(options: JobOptions, colors: ImageColors) -> JobOptions:
    """Return the options of all images of these colours.

    Either all images have a transparent entry or none, and all are dithered alike.
    """
    has_entry = colors.has_transparency or options.transparent_entry
    quantize = options.quantize
    if quantize.needs_suggestion and len(colors.histogram):
        quantize = choose_shared_count(quantize, colors._replace(has_transparency=has_entry))
    quantize = choose_dither(quantize, colors.content)
    return replace(options, quantize=quantize, transparent_entry=has_entry)


def find_job_palette(options: JobOptions, colors: ImageColors, progress: Progress) -> Palette:
    """Return the palette of all images, or an empty one if no pixel is opaque."""
    if not len(colors.histogram):
        return find_empty_palette(options.quantize)
    colors = colors._replace(has_transparency=options.transparent_entry)
    return find_palette_of_colors(colors, options.quantize, progress)


def any_transparent(options: CommonOptions, arrays: Iterable[Bytes]) -> bool:
    """Return whether any pixel of several arrays becomes transparent."""
    return any(options.prepare_image(pixels).opaque is not None for pixels in arrays)
