"""One palette for several images: their colours are counted one image after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from .design import METHODS
from .design_stage import design_palette
from .dither import Content, merge_contents
from .elbow import measure_elbow
from .errors import OptionError, PixelsError
from .histogram_stage import Histograms, find_areas
from .image.areas import NO_AREAS, Areas, merge_areas
from .image.histogram import ColorHistogram, merge_histograms
from .image.pixels import Pixels, PixelsLike, to_array
from .options import QuantizeOptions
from .ordering import BY_COLOR, BY_PIXEL
from .palette import MAX_COLORS, Palette
from .pipeline import choose_dither, find_content, set_suggestion
from .progress import Progress, no_progress, subprogress


class ImageColors(NamedTuple):
    """The colours of one image or of several."""

    histogram: ColorHistogram  # of the opaque pixels; without a bin if there are none
    has_transparency: bool
    content: Content | None  # of the opaque pixels; None if the dithering does not depend on it
    areas: Areas  # the colours of flat areas and solid regions, each of one of the images


def count_image(options: QuantizeOptions, pixels: PixelsLike) -> ImageColors:
    """Return the colours of an image, which may be transparent."""
    image = options.prepare_image(to_array(pixels))
    histogram = ColorHistogram.unique(image.opaque_colors())
    content = find_content(None, options, image)
    areas = find_areas(None, options, image)
    return ImageColors(histogram, image.opaque is not None, content, areas)


def merge_colors(images: Iterable[ImageColors]) -> ImageColors:
    """Return the colours of all images together; their order does not matter."""
    has_transparency = False
    content: Content | None = None
    areas = NO_AREAS

    def histograms() -> Iterator[ColorHistogram]:
        nonlocal has_transparency, content, areas
        for image in images:
            has_transparency |= image.has_transparency
            content = merge_contents((content, image.content))
            areas = merge_areas((areas, image.areas))
            yield image.histogram

    histogram = merge_histograms(histograms())
    return ImageColors(histogram, has_transparency, content, areas)


def find_palette_of_colors(
    colors: ImageColors, options: QuantizeOptions, progress: Progress = no_progress
) -> Palette:
    """Find a palette for the colours of several images.

    Raises
    ------
    PixelsError
        If no pixel is opaque.
    """
    unique = colors.histogram.colors
    if not len(unique):
        raise PixelsError(
            "there are no opaque pixels in any image; give an opaque image, or lower "
            "`alpha_threshold`"
        )
    if options.needs_suggestion:
        options = choose_shared_count(options, colors, subprogress(progress, 0.0, 0.4))
        progress = subprogress(progress, 0.4, 1.0)
    options = choose_dither(options, colors.content)
    # The methods that may be used here need only the colours of an image.
    opaque = np.ones(len(unique), np.bool_) if colors.has_transparency else None
    pixels = colors.histogram
    histograms = Histograms(pixels, pixels, pixels.emphasize(options.rare))
    image = Pixels(unique, opaque)
    design = design_palette(None, options, histograms, colors.areas, image, progress)
    return Palette(design.colors).sorted(options.order)


def choose_shared_count(
    options: QuantizeOptions, colors: ImageColors, progress: Progress = no_progress
) -> QuantizeOptions:
    """Return the options with the number of colours that is suggested for all images together."""
    elbow = measure_elbow(colors.histogram, MAX_COLORS - colors.has_transparency, progress)
    return set_suggestion(options, elbow)


def check_shared(options: QuantizeOptions) -> None:
    """Refuse options that need the pixels of one image, instead of the colours of several.

    Raises
    ------
    OptionError
        If the method, the order or visual masking does, or the palette should have alpha.
    """
    if options.order in BY_PIXEL:
        raise OptionError(
            f"`order={options.order!r}` depends on the pixels of one image; for a shared "
            f"palette use one of: {', '.join(BY_COLOR)}"
        )
    if options.target_as_seen:
        raise OptionError(
            "`target_as_seen` needs the pixels of one image; for a shared palette or an animation "
            "leave it out"
        )
    if options.keeps_alpha:
        raise OptionError(
            "`alpha='palette'` is for single images; for a shared palette or an animation use "
            "`alpha='threshold'` or `alpha='dither'`"
        )
    if options.visual_masking:
        raise OptionError(
            "`visual_masking` depends on the pixels of one image; for a shared palette set it to 0"
        )
    if METHODS[options.method].every_pixel:
        able = [name for name, method in METHODS.items() if not method.every_pixel]
        raise OptionError(
            f"`method={options.method!r}` needs the pixels of one image; for a shared "
            f"palette use one of: {', '.join(able)}"
        )
