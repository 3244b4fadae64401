"""The pipeline: histogram > design > order > map or dither, of pixels with binary alpha.

Pixels with more alpha take the same way in `alpha_pipeline`.

`run_quantize` is the whole chain, and its stages follow in the same order. Each names the options
that its result depends on: with the `StageCache` of an image, a stage is run again only after one
of these has changed. So the cache, or None, comes before the arguments of a stage, and
`Stage.__call__` runs the function below unless the cache has its result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import alpha_pipeline
from .arrays import Bytes
from .color.spaces import sort_by_luminance
from .design import (
    CHANGE_PENALTY,
    METHODS,
    Constraints,
    Design,
    DesignProblem,
    adapt_to_dithering,
    fit_local_means,
    keep_exact_colors,
    keep_small_regions,
)
from .dither import (
    AUTOMATIC,
    Content,
    choose_for_design,
    choose_for_palette,
    dither_pixels,
    measure_content,
)
from .errors import PixelsError
from .image import areas as image_areas
from .image.areas import Areas
from .image.histogram import ColorHistogram
from .image.pixels import Pixels, clear_transparent, scatter
from .image.sampling import sample_colors
from .image.visual_masking import Singles, has_neighbors, mask_texture, measure_activity
from .mapping.lookup_table import look_up
from .mapping.nearest_entry import NearestEntryFinder, check_no_foreign_colors
from .mapping.run_merging import merge_color_runs
from .option_values import check_locks
from .options import AUTO, CommonOptions, QuantizeOptions
from .ordering import BY_PIXEL
from .ordering.palette_slots import PaletteSlots, count_required_slots
from .palette import MAX_COLORS, Palette
from .progress import Progress, no_progress, subprogress
from .result import Quantized
from .stages import StageCache, stage
from .target_search import Target, find_smallest_palette
from .viewing import measure_mse_as_seen

_ALPHA = ("alpha", "alpha_threshold", "matte")
_QUANTIZE = tuple(field.name for field in fields(QuantizeOptions))
_DESIGN = tuple(name for name in _QUANTIZE if name not in ("dither_adaptive", "lossy", "order"))
# The penalty for changing an entry that may have been fitted to local means before.
_FITTED_CHANGE_PENALTY = 0.2
# The default of visual masking depends on all of these.
_MASKING = (*_ALPHA, "visual_masking", "space", "dither", "colors", "method", "rare", "grid")
_UNSORTED = tuple(name for name in _QUANTIZE if name != "order")


def run_quantize(
    image: Pixels,
    options: QuantizeOptions,
    progress: Progress = no_progress,
    *,
    weights: NDArray[np.float64] | None = None,
    cache: StageCache | None = None,
) -> Quantized:
    """Find a palette for an image, and map the image to it.

    Parameters
    ----------
    image : Pixels
        By `CommonOptions.prepare_image`.
    options : QuantizeOptions
    progress : callable, optional
    weights : (H, W) ndarray of float64, optional
        How much each pixel counts in the palette.
    cache : StageCache, optional
        That of these pixels and weights.
    """
    progress(0.0)
    if image.alpha is not None:
        return alpha_pipeline.run_quantize(image, options, progress, weights=weights)
    check_dithering(image, options)
    options = choose_dither(options, find_content(cache, options, image))
    histograms = build_histograms(cache, options, image, weights, subprogress(progress, 0.0, 0.16))
    areas = find_areas(cache, options, image)
    report = subprogress(progress, 0.16, 0.8)
    design = design_palette(cache, options, histograms, areas, image, report)
    # With weights the palette was designed from another histogram, whose bins are assigned.
    assignments = design.assignments if weights is None else None
    design = design._replace(assignments=assignments)
    unique_colors = None if histograms.is_sample else histograms.pixels.colors
    quantized = map_to_design(
        cache, options, image, unique_colors, design, subprogress(progress, 0.8, 1.0)
    )
    result = quantized.sorted(options.order)
    progress(1.0)
    return result


def run_find_palette(
    image: Pixels,
    options: QuantizeOptions,
    progress: Progress = no_progress,
    *,
    weights: NDArray[np.float64] | None = None,
    cache: StageCache | None = None,
) -> Palette:
    """Find a palette for an image, and map the image only if the order depends on its pixels."""
    if image.alpha is not None:
        return run_quantize(image, options, progress, weights=weights, cache=cache).palette
    options = choose_dither(options, find_content(cache, options, image))
    if options.order in BY_PIXEL:
        return run_quantize(image, options, progress, weights=weights, cache=cache).palette
    progress(0.0)
    histograms = build_histograms(cache, options, image, weights, subprogress(progress, 0.0, 0.2))
    areas = find_areas(cache, options, image)
    report = subprogress(progress, 0.2, 1.0)
    design = design_palette(cache, options, histograms, areas, image, report)
    palette = Palette(design.colors).sorted(options.order)
    progress(1.0)
    return palette


def run_map(
    image: Pixels,
    palette: Palette,
    options: CommonOptions,
    progress: Progress = no_progress,
    *,
    strict: bool = False,
    cache: StageCache | None = None,
) -> Quantized:
    """Map an image to a given palette.

    Raises
    ------
    ForeignColorError
        If `strict` is True and an opaque pixel has another colour than those of the palette.
    OptionError
        If the palette has alpha and `options.alpha` is not "palette", or `strict` is True too.
    """
    progress(0.0)
    check_dithering(image, options)
    if image.alpha is not None or palette.alpha is not None:
        return alpha_pipeline.run_map(image, palette, options, progress, strict=strict)
    options = choose_mapping_dither(options, find_content(cache, options, image), palette)
    if strict:
        check_no_foreign_colors(image, palette, options.color_space)
    pixel_histogram = count_colors.cached(cache, options)
    unique_colors = None if pixel_histogram is None else pixel_histogram.colors
    result = map_to_palette(image, palette, options, unique_colors, progress)
    progress(1.0)
    return result


prepare_image = stage(*_ALPHA)(CommonOptions.prepare_image)


def check_dithering(image: Pixels, options: CommonOptions) -> None:
    """Refuse to dither loose colours."""
    if len(image.shape) == 1 and options.dither not in ("none", AUTOMATIC):
        raise PixelsError(
            "a list of colours cannot be dithered; give an (H, W, 3) array, or use `dither='none'`"
        )


def choose_dither(options: QuantizeOptions, content: Content | None) -> QuantizeOptions:
    """Return the options with an algorithm in place of automatic dithering.

    Parameters
    ----------
    options : QuantizeOptions
    content : Content or None
        That of one image, or of several together; None for loose colours, which are not dithered.
        It has no effect if the dithering is not automatic.
    """
    if options.dither != AUTOMATIC:
        return options
    if content is None:
        return replace(options, dither="none")
    colors = MAX_COLORS if options.colors == AUTO else options.colors
    locked = np.array([lock.color for lock in options.locked], np.uint8).reshape(-1, 3)
    return replace(options, dither=choose_for_design(content, colors, locked, options.grid))


def choose_mapping_dither(
    options: CommonOptions, content: Content | None, palette: Palette
) -> CommonOptions:
    """Return the options for a given palette, as `choose_dither`."""
    if options.dither != AUTOMATIC:
        return options
    if content is None:
        return replace(options, dither="none")
    finder = NearestEntryFinder(palette.colors, options.color_space)
    return replace(options, dither=choose_for_palette(content, finder))


def find_content(cache: StageCache | None, options: CommonOptions, image: Pixels) -> Content | None:
    """Return the content of an image if the dithering depends on it; None for loose colours."""
    if options.dither != AUTOMATIC or len(image.shape) == 1:
        return None
    return _measure_content(cache, options, image)


@stage(*_ALPHA)
def _measure_content(_options: CommonOptions, image: Pixels) -> Content:
    return measure_content(image.rgb, image.opaque)


class Histograms(NamedTuple):
    """The colours of the opaque pixels, with different weights.

    Attributes
    ----------
    pixels : ColorHistogram
        Every pixel has the weight 1. Targets are measured on it.
    weighted : ColorHistogram
        Every pixel has the weight that it was given. Which colours are exact is decided on it.
    design : ColorHistogram
        Rare colours have more weight, and those of textured areas less. The palette is designed for
        it.
    sample : Histograms or None
        The histograms of a sample of the pixels, if the palette is designed from it.
    is_sample : bool
        Whether the others are those of the sample too, because the effort does not need all pixels.
    """

    pixels: ColorHistogram
    weighted: ColorHistogram
    design: ColorHistogram
    sample: Histograms | None = None
    is_sample: bool = False


def build_histograms(
    cache: StageCache | None,
    options: QuantizeOptions,
    image: Pixels,
    weights: NDArray[np.float64] | None,
    progress: Progress,
) -> Histograms:
    """Return the histograms of an image."""
    method = METHODS[options.method]
    is_masked = options.masking > 0 and has_neighbors(image)
    activity = measure_texture(cache, options, image) if is_masked else None
    sample = None
    if method.sampled_efforts and weights is None and _may_sample(options):
        sample = build_sample(cache, options, image, activity).histograms
    if sample is not None and options.effort in method.sampled_efforts:
        progress(1.0)
        return sample._replace(sample=sample, is_sample=True)
    pixels = count_colors(cache, options, image, progress)
    weighted = weight_colors(cache, options, pixels, image, weights, progress)
    visible = weigh_by_visibility(cache, options, weighted, image, activity)
    return Histograms(pixels, weighted, emphasize_rare(cache, options, visible), sample)


def _may_sample(options: QuantizeOptions) -> bool:
    """Return whether the options leave out what needs every colour of an image."""
    is_constrained = bool(options.locked) or options.grid is not None or options.start is not None
    return options.colors != AUTO and not options.rare and not is_constrained


class Sample(NamedTuple):
    """The histograms of a sample, None if every pixel counts."""

    histograms: Histograms | None


@stage(*_ALPHA)
def measure_texture(_options: CommonOptions, image: Pixels) -> Singles:
    """Measure the texture around every pixel, which does not depend on the number of colours."""
    return measure_activity(image)


@stage(*_MASKING)
def build_sample(options: QuantizeOptions, image: Pixels, activity: Singles | None) -> Sample:
    """Sample the pixels of a large image; see `image.sampling.sample_colors`."""
    pixels = sample_colors(image, MAX_COLORS if options.colors == AUTO else options.colors)
    if pixels is None:
        return Sample(None)
    masked = mask_texture(pixels, image, options.masking, activity)
    return Sample(Histograms(pixels, pixels, masked))


@stage(*_ALPHA)
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


@stage(*_ALPHA)
def weight_colors(
    _options: CommonOptions,
    pixel_histogram: ColorHistogram,
    image: Pixels,
    weights: NDArray[np.float64] | None,
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
def emphasize_rare(options: QuantizeOptions, histogram: ColorHistogram) -> ColorHistogram:
    """Return the histogram with more weight for rare colours."""
    return histogram.emphasize(options.rare)


@stage(*_ALPHA, "method", "keep_exact")
def find_areas(options: QuantizeOptions, image: Pixels) -> Areas:
    """Return the colours of flat areas and of solid regions, none if the design ignores them."""
    is_needed = METHODS[options.method].is_adaptable and options.keep_exact
    return image_areas.find_areas(image) if is_needed else image_areas.NO_AREAS


@stage(*_DESIGN)
def design_palette(
    options: QuantizeOptions,
    histograms: Histograms,
    areas: Areas,
    image: Pixels,
    progress: Progress,
) -> Design:
    """Find the colours of the palette.

    Parameters
    ----------
    options : QuantizeOptions
    histograms : Histograms
    areas : Areas
        The colours of flat areas and solid regions.
    image : Pixels
    progress : callable
    """
    progress(0.0)
    most = MAX_COLORS - (image.opaque is not None)
    if options.colors == AUTO:
        design = partial(_design, histograms=histograms, areas=areas, image=image)
        if options.target_as_seen:
            return _design_smallest_as_seen(
                options, histograms.pixels, most, design, image, progress
            )
        return _design_smallest(options, histograms.pixels, most, design, progress)
    count = min(options.colors, most)
    return _design(options, count, progress, histograms, areas, image)


def _design(
    options: QuantizeOptions,
    max_colors: int,
    progress: Progress,
    histograms: Histograms,
    areas: Areas,
    image: Pixels,
) -> Design:
    """Find at most `max_colors` colours, and assign each a slot of the palette."""
    slots, constraints = constrain(options, max_colors)
    method, histogram = METHODS[options.method], histograms.design
    if len(histogram) <= max_colors and not constraints:
        return Design(sort_by_luminance(histogram.colors))
    if method.every_pixel:
        histogram = ColorHistogram.every_pixel(image.opaque_colors())
    progress(0.1)
    problem = DesignProblem(
        histogram,
        slots.unique_count,
        space=options.color_space,
        init=options.init,
        effort=options.effort,
        seed=options.seed,
        constraints=constraints,
        progress=subprogress(progress, 0.1, 1.0),
        sample=None if histograms.sample is None else histograms.sample.design,
    )
    design = method.solve(problem)
    if method.is_adaptable:
        # All efforts adapt to the same histogram, so that this does not change their order.
        design = _adapt(options, design, histograms.sample or histograms, areas, constraints, image)
    if constraints:
        return Design(slots.arrange(design.colors))
    # Assignments are indices into the palette in the order of the method, which is kept then.
    return design if design.assignments is not None else Design(sort_by_luminance(design.colors))


def _adapt(
    options: QuantizeOptions,
    design: Design,
    histograms: Histograms,
    areas: Areas,
    constraints: Constraints,
    image: Pixels,
) -> Design:
    """Return a design with the exact colours of areas, adapted to the dithering and the eye."""
    space, strength = options.color_space, options.dither_strength
    colors = design.colors
    if options.keep_exact:
        weighted = histograms.weighted
        colors, exact = keep_exact_colors(
            colors, weighted, space, options.keep_exact, areas.flat, constraints, histograms.design
        )
        colors, exact = keep_small_regions(colors, exact, weighted, space, areas, constraints)
        constraints = constraints.lock(exact)
    if options.dither != "none":
        colors = adapt_to_dithering(colors, histograms.design, space, strength, constraints)
    # The local means take no account of the weights of pixels.
    if options.fits_local_means and histograms.weighted is histograms.pixels:
        strength = strength if options.dither != "none" else 0.0
        colors = fit_local_means(colors, image, space, strength, constraints)
    return design if np.array_equal(colors, design.colors) else Design(colors)


def constrain(options: QuantizeOptions, palette_size: int) -> tuple[PaletteSlots, Constraints]:
    """Return the constraints on a palette of this size, and its slots."""
    check_locks(options.locked, palette_size)
    space = options.color_space
    start = None if options.start is None else options.start.colors
    if start is not None and options.grid is not None:
        start = options.grid.find_nearest(space.from_srgb(start), space)
    slots = PaletteSlots(palette_size, options.locked, start, space, options.grid)
    penalty = _FITTED_CHANGE_PENALTY if options.fits_local_means else CHANGE_PENALTY
    return slots, Constraints(slots.locked_colors, options.grid, slots.retainable, penalty)


def _design_smallest(
    options: QuantizeOptions,
    pixel_histogram: ColorHistogram,
    most: int,
    design: Callable[[QuantizeOptions, int, Progress], Design],
    progress: Progress,
) -> Design:
    """Find the smallest palette that reaches the target without dithering."""
    check_locks(options.locked, most)
    undithered = replace(options, dither="none")
    count, smallest = find_smallest_palette(
        pixel_histogram,
        range(count_required_slots(options.locked), most + 1),
        Target(options.target_psnr, options.target_delta_e),
        options.color_space,
        partial(design, undithered),
        subprogress(progress, 0.0, 0.9),
    )
    if options.dither == "none":
        return smallest
    return design(options, count, subprogress(progress, 0.9, 1.0))


def _design_smallest_as_seen(
    options: QuantizeOptions,
    pixel_histogram: ColorHistogram,
    most: int,
    design: Callable[[QuantizeOptions, int, Progress], Design],
    image: Pixels,
    progress: Progress,
) -> Design:
    """Find the smallest palette whose dithered and blurred result reaches the target."""
    if len(image.shape) == 1:
        raise PixelsError(
            "a list of colours has no neighbours to blur with; leave out `target_as_seen`"
        )
    check_locks(options.locked, most)

    def measure(colors: Bytes) -> float:
        palette = Palette(colors)
        mapped = map_to_palette(image, palette, options, pixel_histogram.colors, no_progress)
        return measure_mse_as_seen(image.rgb, colors[mapped.indices], image.opaque)

    return find_smallest_palette(
        pixel_histogram,
        range(count_required_slots(options.locked), most + 1),
        Target(options.target_psnr, None),
        options.color_space,
        partial(design, options),
        progress,
        measure,
    )[1]


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
    return _with_longer_runs(
        Quantized(palette, indices, image.opaque, options.dither), image, options
    )


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
    return _with_longer_runs(
        Quantized(palette, indices, image.opaque, options.dither), image, options
    )


def _with_longer_runs(quantized: Quantized, image: Pixels, options: CommonOptions) -> Quantized:
    """Return the image with longer runs of equal entries if this is asked for."""
    if not options.lossy or len(image.shape) == 1:
        return quantized
    indices = merge_color_runs(
        quantized.indices,
        image.rgb,
        quantized.palette.colors,
        options.lossy,
        opaque=image.opaque,
        is_dithered=options.dither != "none" and options.dither_strength > 0,
    )
    return replace(quantized, indices=indices)


def find_empty_palette(options: QuantizeOptions) -> Palette:
    """Return the palette of an image without an opaque pixel.

    It has the locked colours and those of the earlier palette in their slots; without any it is
    empty.
    """
    if not options.locked and options.start is None:
        return Palette([])
    most = MAX_COLORS - 1
    max_colors = most if options.colors == AUTO else min(options.colors, most)
    slots, constraints = constrain(options, max_colors)
    palette = Palette(slots.arrange(constraints.locked))
    return palette if options.order in BY_PIXEL else palette.sorted(options.order)
