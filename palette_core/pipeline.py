"""The pipeline: histogram > design > order > map or dither, of pixels with binary alpha.

Pixels with more alpha take the same way in `alpha_pipeline`.

The functions of `api` and `Session` call it, and for the command line `batch.process_image`, which
`cli.main` calls by the module of a command, such as `cli.quantize`.

`run_quantize` is the whole chain. Its stages are in `histogram_stage`, `design_stage` and
`mapping_stage`. Each names the options that its result depends on: with the `StageCache` of an
image, a stage is run again only after one of these has changed. So the cache, or None, comes before
the arguments of a stage, and `Stage.__call__` runs its function unless the cache has the result.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from . import alpha_pipeline
from .arrays import Floats
from .common_options import ALPHA_OPTIONS, CommonOptions
from .design_stage import constrain, design_palette
from .dither import AUTOMATIC, Content, measure_content
from .dither.auto import choose_for_design, choose_for_palette
from .elbow import Elbow
from .errors import PixelsError
from .histogram_stage import build_histograms, count_colors, find_areas, find_image_elbow
from .image.pixels import Pixels
from .mapping.nearest_entry import NearestEntryFinder, check_no_foreign_colors
from .mapping_stage import map_to_design, map_to_palette
from .options import AUTO, QuantizeOptions
from .ordering import BY_PIXEL
from .ordering.palette_slots import count_required_slots
from .palette import MAX_COLORS, Palette
from .progress import Progress, no_progress, subprogress
from .result import Quantized
from .stages import StageCache, stage


def run_quantize(
    image: Pixels,
    options: QuantizeOptions,
    progress: Progress = no_progress,
    *,
    weights: Floats | None = None,
    cache: StageCache | None = None,
) -> Quantized:
    """Find a palette for an image of `CommonOptions.prepare_image`, and map the image to it.

    The `weights`, (H, W), say how much each pixel counts in the palette. The cache is that of these
    pixels and weights.
    """
    progress(0.0)
    if image.alpha is not None:
        return alpha_pipeline.run_quantize(image, options, progress, weights=weights)
    _check_dithering(image, options)
    options, progress = _choose_automatic(cache, options, image, progress)
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
    weights: Floats | None = None,
    cache: StageCache | None = None,
) -> Palette:
    """Find a palette for an image, and map the image only if the order depends on its pixels."""
    if image.alpha is not None:
        return run_quantize(image, options, progress, weights=weights, cache=cache).palette
    progress(0.0)
    options, progress = _choose_automatic(cache, options, image, progress)
    if options.order in BY_PIXEL:
        return run_quantize(image, options, progress, weights=weights, cache=cache).palette
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
    _check_dithering(image, options)
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


prepare_image = stage(*ALPHA_OPTIONS)(CommonOptions.prepare_image)


def _check_dithering(image: Pixels, options: CommonOptions) -> None:
    """Refuse to dither loose colours."""
    if len(image.shape) == 1 and options.dither not in ("none", AUTOMATIC):
        raise PixelsError(
            "a list of colours cannot be dithered; give an (H, W, 3) array, or use `dither='none'`"
        )


def _choose_automatic(
    cache: StageCache | None, options: QuantizeOptions, image: Pixels, progress: Progress
) -> tuple[QuantizeOptions, Progress]:
    """Return the options with values in place of automatic ones, and the rest of the progress."""
    if options.needs_suggestion:
        elbow = find_image_elbow(cache, options, image, subprogress(progress, 0.0, 0.4))
        options = set_suggestion(options, elbow)
        progress = subprogress(progress, 0.4, 1.0)
    return choose_dither(options, find_content(cache, options, image)), progress


def set_suggestion(options: QuantizeOptions, elbow: Elbow) -> QuantizeOptions:
    """Return the options with the suggested number of colours, in addition to the locked ones."""
    colors = max(elbow.colors + len(options.locked), count_required_slots(options.locked))
    return replace(options, colors=min(colors, MAX_COLORS))


def choose_dither(options: QuantizeOptions, content: Content | None) -> QuantizeOptions:
    """Return the options with an algorithm in place of automatic dithering.

    The content is that of one image, or of several together; None for loose colours, which are not
    dithered. It has no effect if the dithering is not automatic.
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


@stage(*ALPHA_OPTIONS)
def _measure_content(_options: CommonOptions, image: Pixels) -> Content:
    return measure_content(image.rgb, image.opaque)


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
