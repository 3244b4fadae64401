"""The public functions: find a palette, map pixels to it, or both."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from dataclasses import KW_ONLY, dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from .common_options import CommonOptions
from .elbow import Elbow
from .errors import PixelsError
from .histogram_stage import find_image_elbow
from .image.pixels import Pixels, PixelsLike, is_image, to_array
from .option_values import PaletteLike, pixel_mask, pixel_weights
from .options import QuantizeOptions
from .palette import Palette, to_mappable_palette
from .pipeline import run_find_palette, run_map, run_quantize
from .progress import Progress, no_progress, subprogress, with_progress
from .result import Quantized
from .shared_palette import check_shared, count_image, find_palette_of_colors, merge_colors
from .signatures import takes
from .validation import ConvertedOption, Option, switch


@dataclass(eq=False)
class ProgressArgument:
    """The argument for progress reports.

    Parameters
    ----------
    progress : callable, optional
        Receives fractions from 0 to 1, and may raise an exception to stop the work.
    """

    _: KW_ONLY
    progress: Progress = no_progress


@dataclass(eq=False)
class ImageArguments(ProgressArgument):
    """An image.

    Parameters
    ----------
    pixels : array_like of uint8, or PIL.Image.Image
        sRGB: (H, W, 3), (H, W, 4) with straight alpha, (H, W) grey, or (N, 3) loose colours. A
        Pillow image is converted by its mode, palette, transparency and colour profile, and turned
        upright as its EXIF data says. Do not pass ``np.asarray(image)`` of an indexed image: the
        array contains indices, which would be read as greys.
    mask : (H, W) array_like of bool, optional
        The pixels to quantize, such as those of a selection; (N,) for loose colours. The others
        are transparent, whatever the values of `alpha`, `alpha_threshold` and `matte` are.
        They do not affect the palette, get no entry, and are not `opaque` in the result.
    """

    pixels: PixelsLike
    _: KW_ONLY
    mask: ArrayLike | None = None


@dataclass(eq=False)
class PaletteArguments:
    """A palette to map to.

    Parameters
    ----------
    palette : Palette, or (K, 3) array_like of integers
        1 to 256 colours. Their order, duplicates and unused colours stay. If several colours are
        equally near, a pixel gets the first of them.
    strict : bool, default False
        Whether to raise an error if an opaque pixel has a colour that is not in the palette.
    """

    palette: PaletteLike
    _: KW_ONLY
    strict: Option[bool] = ConvertedOption(False, switch)


@dataclass(eq=False)
class QuantizeArguments(QuantizeOptions, ImageArguments):
    """The arguments of `quantize` and `find_palette`.

    Parameters
    ----------
    weights : (H, W) array_like of float, optional
        The weight of each pixel in the design of the palette, at least 0; (N,) for loose colours.
        The mapping does not use weights. Not for "sklearn-kmeans".
    """

    _: KW_ONLY
    weights: ArrayLike | None = None

    def __post_init__(self) -> None:
        """Check that the options can be combined."""
        super().__post_init__()
        if self.weights is not None:
            self.check_weights()


@dataclass(eq=False)
class MapArguments(CommonOptions, PaletteArguments, ImageArguments):
    """The arguments of `map_pixels`."""


@dataclass(eq=False)
class ImagesArgument(ProgressArgument):
    """Several images.

    Parameters
    ----------
    images : iterable of array_like of uint8, or of PIL.Image.Image
        Each as for `quantize`, of any size. They are read one at a time and not stored. With a
        generator, ten thousand frames need only the memory of one frame and of all colours.
    """

    images: Iterable[PixelsLike]


@dataclass(eq=False)
class SharedPaletteArguments(QuantizeOptions, ImagesArgument):
    """The arguments of `find_shared_palette`."""


@takes(QuantizeArguments)
def quantize(arguments: QuantizeArguments) -> Quantized:
    """Find a palette for an image, and map the image to it.

    Returns
    -------
    Quantized
        If the image has no more unique colours than `colors`, it does not change, unless `locked`
        or `grid` require other colours.

    Raises
    ------
    PixelTypeError, PixelsError
        If the array is not an image, all of its pixels are transparent, loose colours should be
        dithered, the mask or the weights have another shape, or all weights are 0.
    OptionError, UnknownOptionError
        If the value of an option is not valid, or the option does not exist. For example, `locked`
        must not have more colours than the palette, nor two colours at one index. With transparent
        pixels the palette has at most 255 entries.
    TargetError
        If 256 colours do not reach the target. The error contains the best value that they reach.

    Examples
    --------
    >>> import numpy as np
    >>> ramp = np.arange(256, dtype=np.uint8).reshape(16, 16)
    >>> quantized = quantize(ramp, 4)
    >>> len(quantized.palette), quantized.indices.shape
    (4, (16, 16))
    """
    weights = pixel_weights(arguments.weights)
    return run_quantize(_read(arguments), arguments, arguments.progress, weights=weights)


@takes(QuantizeArguments)
def find_palette(arguments: QuantizeArguments) -> Palette:
    """Find a palette for an image.

    All options of `quantize` are accepted, and lead to the same palette. The palette is found for
    the given dithering. The image itself is dithered only if the order depends on its pixels, with
    "popularity" and "appearance". `dither_adaptive` has an effect only then.

    Returns
    -------
    Palette
        The palette that `quantize` finds with these options.

    Raises
    ------
    PixelTypeError, PixelsError, OptionError, UnknownOptionError, TargetError
        As `quantize` raises them.
    """
    weights = pixel_weights(arguments.weights)
    return run_find_palette(_read(arguments), arguments, arguments.progress, weights=weights)


@takes(MapArguments)
def map_pixels(arguments: MapArguments) -> Quantized:
    """Map an image to a given palette.

    Returns
    -------
    Quantized

    Raises
    ------
    PaletteError
        If the palette has no colour or more than 256.
    ForeignColorError
        If `strict` is True and the image has other colours. The error contains their number, the
        first of them in reading order, and its nearest entry.
    PixelTypeError, PixelsError, OptionError, UnknownOptionError
        As `quantize` raises them.
    """
    palette = to_mappable_palette(arguments.palette)
    image, strict = _read(arguments), arguments.strict
    return run_map(image, palette, arguments, arguments.progress, strict=strict)


@takes(SharedPaletteArguments)
def find_shared_palette(arguments: SharedPaletteArguments) -> Palette:
    """Find one palette for several images; all their pixels have the same weight.

    A target applies to all images together. The method "sklearn-kmeans" and the orders
    "popularity" and "appearance" need the pixels of one image, and cannot be used.
    `dither_adaptive` has no effect here. It is accepted so that the same options can be passed to
    this function and to `map_pixels`.

    Returns
    -------
    Palette
        The same palette as for a single image that consists of all images. Use `map_pixels` to map
        each image to it.

    Raises
    ------
    PixelTypeError, PixelsError
        If one of them is not an image, or no pixel of any image is opaque.
    OptionError, UnknownOptionError
        As `quantize` raises them, or if the method or the order needs the pixels of one image.
    TargetError
        As `quantize` raises it.

    Notes
    -----
    If the number of images is not known, `progress` receives 0 while they are read.

    Examples
    --------
    >>> import numpy as np
    >>> frames = (np.full((2, 2, 3), level, np.uint8) for level in (0, 9, 250))
    >>> find_shared_palette(frames, 3).hex
    ('#000000', '#090909', '#fafafa')
    """
    check_shared(arguments)
    images, progress = arguments.images, arguments.progress
    if is_image(images):
        raise PixelsError("`images` is a single image; put it into a list")
    if isinstance(images, np.ndarray) and images.ndim < 4:
        raise PixelsError(
            f"`images` is one array of shape {images.shape}; put a single image into a list"
        )
    total = len(images) if isinstance(images, Sized) else None
    # map() releases each image before it reads the next one.
    counted = map(partial(count_image, arguments), images)
    colors = merge_colors(with_progress(counted, total, subprogress(progress, 0.0, 0.5)))
    palette = find_palette_of_colors(colors, arguments, subprogress(progress, 0.5, 1.0))
    progress(1.0)
    return palette


def find_elbow(
    pixels: PixelsLike,
    *,
    mask: ArrayLike | None = None,
    alpha_threshold: int | None = None,
    matte: ArrayLike | None = None,
    progress: Progress = no_progress,
) -> Elbow:
    """Measure the error with many numbers of colours, and suggest one of them.

    Parameters
    ----------
    pixels, mask, alpha_threshold, matte, progress
        As for `quantize`.

    Returns
    -------
    Elbow
        `colors` is the suggestion: all colours of an image that has at most 64, the number of
        separate colours of flat art, and for other images the knee of the curve, mostly 24 to 48.
        `counts` and `psnr` are the curve.

    Raises
    ------
    PixelTypeError, PixelsError, OptionError
        As `quantize` raises them.

    Notes
    -----
    `elbow.measure_elbow` describes the method. It takes about half a second for any photo.

    Examples
    --------
    >>> import numpy as np
    >>> find_elbow(np.repeat(np.arange(12, dtype=np.uint8) * 20, 9).reshape(12, 9)).colors
    12
    """
    options = CommonOptions(alpha_threshold=alpha_threshold, matte=matte)
    image = options.prepare_image(to_array(pixels), pixel_mask(mask))
    return find_image_elbow(None, options, image, progress)


def _read(arguments: QuantizeArguments | MapArguments) -> Pixels:
    """Check the pixels, and decide which of them are opaque."""
    mask = pixel_mask(arguments.mask)
    return arguments.prepare_image(to_array(arguments.pixels), mask)
