"""The first stage of the pipeline: the histograms that a palette is designed from."""

from __future__ import annotations

from typing import NamedTuple

from .arrays import Floats, Singles
from .common_options import ALPHA_OPTIONS, CommonOptions
from .design import METHODS
from .elbow import Elbow, measure_elbow
from .errors import PixelsError
from .image import areas as image_areas
from .image.areas import Areas
from .image.histogram import ColorHistogram
from .image.pixels import Pixels
from .image.sampling import sample_colors
from .image.visual_masking import has_neighbors, mask_texture, measure_activity
from .options import AUTO, QuantizeOptions
from .palette import MAX_COLORS
from .progress import Progress, subprogress
from .stages import StageCache, stage

# The default of visual masking depends on all of these.
_MASKING = (*ALPHA_OPTIONS, "visual_masking", "space", "dither", "colors", "method", "rare", "grid")


class Histograms(NamedTuple):
    """The colours of the opaque pixels, with different weights."""

    # Every pixel has the weight 1. Targets are measured on it.
    pixels: ColorHistogram
    # Every pixel has the weight that it was given. Which colours are exact is decided on it.
    weighted: ColorHistogram
    # Rare colours have more weight, and those of textured areas less. The palette is designed for
    # it.
    design: ColorHistogram
    # The histograms of a sample of the pixels, if the palette is designed from it.
    sample: Histograms | None = None
    # Whether the others are those of the sample too, because the effort does not need all pixels.
    is_sample: bool = False


def build_histograms(
    cache: StageCache | None,
    options: QuantizeOptions,
    image: Pixels,
    weights: Floats | None,
    progress: Progress,
) -> Histograms:
    """Return the histograms of an image."""
    method = METHODS[options.method]
    is_masked = options.masking > 0 and has_neighbors(image)
    activity = measure_texture(cache, options, image) if is_masked else None
    sample = None
    if method.sampled_efforts and weights is None and _may_sample(options):
        sample = build_sample(cache, options, image, activity)
    if sample is not None and options.effort in method.sampled_efforts:
        progress(1.0)
        return sample._replace(sample=sample, is_sample=True)
    pixels = count_colors(cache, options, image, progress)
    weighted = _weight_colors(cache, options, pixels, image, weights, progress)
    visible = weigh_by_visibility(cache, options, weighted, image, activity)
    return Histograms(pixels, weighted, _emphasize_rare(cache, options, visible), sample)


def _may_sample(options: QuantizeOptions) -> bool:
    """Return whether the options leave out what needs every colour of an image."""
    is_constrained = bool(options.locked) or options.grid is not None or options.start is not None
    return options.colors != AUTO and not options.rare and not is_constrained


@stage(*ALPHA_OPTIONS)
def measure_texture(_options: CommonOptions, image: Pixels) -> Singles:
    """Measure the texture around every pixel, which does not depend on the number of colours."""
    return measure_activity(image)


@stage(*_MASKING)
def build_sample(
    options: QuantizeOptions, image: Pixels, activity: Singles | None
) -> Histograms | None:
    """Return the histograms of a sample of a large image; None if every pixel counts."""
    pixels = sample_colors(image, MAX_COLORS if options.colors == AUTO else options.colors)
    if pixels is None:
        return None
    masked = mask_texture(pixels, image, options.masking, activity)
    return Histograms(pixels, pixels, masked)


@stage(*ALPHA_OPTIONS)
def count_colors(_options: CommonOptions, image: Pixels, progress: Progress) -> ColorHistogram:
    """Count the colours of the opaque pixels.

    Raises
    ------
    PixelsError
        If no pixel is opaque.
    """
    opaque_colors = image.opaque_colors()
    if not len(opaque_colors):
        raise PixelsError(
            "every pixel is transparent; lower `alpha_threshold`, or give the image a background",
            "transparent",
        )
    return ColorHistogram.unique(opaque_colors, progress=progress)


def find_image_elbow(
    cache: StageCache | None, options: CommonOptions, image: Pixels, progress: Progress
) -> Elbow:
    """Return the elbow curve of an image; without an opaque pixel as `count_colors`."""
    histogram = count_colors(cache, options, image, subprogress(progress, 0.0, 0.2))
    max_colors = MAX_COLORS - (image.opaque is not None)
    report = subprogress(progress, 0.2, 1.0)
    return _measure_image_elbow(cache, options, histogram, max_colors, report)


@stage(*ALPHA_OPTIONS)
def _measure_image_elbow(
    _options: CommonOptions, histogram: ColorHistogram, max_colors: int, progress: Progress
) -> Elbow:
    return measure_elbow(histogram, max_colors, progress)


@stage(*ALPHA_OPTIONS)
def _weight_colors(
    _options: CommonOptions,
    pixel_histogram: ColorHistogram,
    image: Pixels,
    weights: Floats | None,
    progress: Progress,
) -> ColorHistogram:
    """Add up the weights of the pixels of each colour.

    Raises
    ------
    PixelsError
        If the weights have another shape than the image, or all opaque pixels have the weight 0.
    """
    if weights is None:
        return pixel_histogram
    image.check_weights(weights)
    weights = weights.reshape(-1) if image.opaque is None else weights[image.opaque]
    return ColorHistogram.unique(image.opaque_colors(), weights, progress)


@stage(*_MASKING)
def weigh_by_visibility(
    options: QuantizeOptions, histogram: ColorHistogram, image: Pixels, activity: Singles | None
) -> ColorHistogram:
    """Return the histogram with less weight for colours of textured areas."""
    return mask_texture(histogram, image, options.masking, activity)


@stage(*_MASKING)
def _emphasize_rare(options: QuantizeOptions, histogram: ColorHistogram) -> ColorHistogram:
    """Return the histogram with more weight for rare colours."""
    return histogram.emphasize(options.rare)


@stage(*ALPHA_OPTIONS, "method", "keep_exact")
def find_areas(options: QuantizeOptions, image: Pixels) -> Areas:
    """Return the colours of flat areas and of solid regions, none if the design ignores them."""
    is_needed = METHODS[options.method].is_adaptable and options.keep_exact
    return image_areas.find_areas(image) if is_needed else image_areas.NO_AREAS
