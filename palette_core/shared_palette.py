"""One palette for several images: their colours are counted one image after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .design import METHODS
from .errors import OptionError, PixelsError
from .image.histogram import ColorHistogram, merge_histograms
from .image.pixels import Pixels
from .options import CommonOptions, QuantizeOptions
from .ordering import BY_COLOR, BY_PIXEL
from .palette import Palette
from .pipeline import design_palette, emphasize_rare
from .progress import Progress, no_progress


class ImageColors(NamedTuple):
    """The colours of one image or of several.

    Attributes
    ----------
    histogram : ColorHistogram
        Of the opaque pixels; without a bin if there are none.
    has_transparency : bool
    """

    histogram: ColorHistogram
    has_transparency: bool


def count_image(options: CommonOptions, pixels: ArrayLike) -> ImageColors:
    """Return the colours of an image, which may be transparent."""
    image = options.prepare_image(pixels)
    return ImageColors(ColorHistogram.unique(image.opaque_colors()), image.opaque is not None)


def merge_colors(images: Iterable[ImageColors]) -> ImageColors:
    """Return the colours of all images together; their order does not matter."""
    has_transparency = False

    def histograms() -> Iterator[ColorHistogram]:
        nonlocal has_transparency
        for image in images:
            has_transparency |= image.has_transparency
            yield image.histogram

    return ImageColors(merge_histograms(histograms()), has_transparency)


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
    # The methods that may be used here need only the colours of an image.
    opaque = np.ones(len(unique), np.bool_) if colors.has_transparency else None
    histogram = emphasize_rare(None, options, colors.histogram)
    image = Pixels(unique, opaque)
    design = design_palette(None, options, colors.histogram, histogram, image, progress)
    return Palette(design.colors).sorted(options.order)


def check_shared(options: QuantizeOptions) -> None:
    """Refuse options that need the pixels of one image, instead of the colours of several.

    Raises
    ------
    OptionError
        If the method or the order does.
    """
    if options.order in BY_PIXEL:
        raise OptionError(
            f"`order={options.order!r}` depends on the pixels of one image; for a shared "
            f"palette use one of: {', '.join(BY_COLOR)}"
        )
    if METHODS[options.method].every_pixel:
        able = [name for name, method in METHODS.items() if not method.every_pixel]
        raise OptionError(
            f"`method={options.method!r}` needs the pixels of one image; for a shared "
            f"palette use one of: {', '.join(able)}"
        )
