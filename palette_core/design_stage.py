"""The middle stage of the pipeline: a palette for the histograms of an image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import partial

import numpy as np

from .arrays import Bytes
from .color.spaces import SPACES, sort_by_luminance
from .design import METHODS, Design, DesignProblem
from .design.constraints import CHANGE_PENALTY, Constraints
from .design.dither_aware import adapt_to_dithering
from .design.exact_colors import keep_exact_colors
from .design.local_means import fit_local_means
from .design.small_regions import count_lost_colors, keep_small_regions
from .design.visible_error import choose_palette, has_blocks
from .errors import PixelsError
from .histogram_stage import Histograms
from .image.areas import Areas
from .image.histogram import ColorHistogram
from .image.pixels import Pixels
from .image.visual_masking import mask_texture
from .mapping_stage import map_to_palette
from .option_values import check_locks
from .options import AUTO, QuantizeOptions
from .ordering.palette_slots import PaletteSlots, count_required_slots
from .palette import MAX_COLORS, Palette
from .progress import Progress, no_progress, subprogress
from .stages import stage
from .target_search import Target, find_smallest_palette
from .viewing import measure_mse_as_seen

_UNUSED = ("dither_adaptive", "lossy", "order")
_DESIGN = tuple(field.name for field in fields(QuantizeOptions) if field.name not in _UNUSED)
# Alternative palettes of few colours: their spaces, None for that of the mapping, and the weights
# of rare colours. They are designed on this number of points.
_ALTERNATIVES = ((None, 0.25), ("srgb", 0.0))
_ALTERNATIVE_POINTS = 8192
# The penalty for changing an entry that may have been fitted to local means before, or that may be
# from an alternative palette.
_FITTED_CHANGE_PENALTY = 0.2
_ALTERNATIVE_CHANGE_PENALTY = 0.6


@stage(*_DESIGN)
def design_palette(
    options: QuantizeOptions,
    histograms: Histograms,
    areas: Areas,
    image: Pixels,
    progress: Progress,
) -> Design:
    """Find the colours of the palette."""
    progress(0.0)
    most = MAX_COLORS - (image.opaque is not None)
    if options.colors == AUTO:
        design = partial(_design, histograms=histograms, areas=areas, image=image)
        return _design_smallest(options, histograms.pixels, most, design, image, progress)
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
        source = histograms.sample or histograms
        adapt = partial(_adapt, options, source, areas, constraints, image)
        is_plain = source.weighted is source.pixels and not constraints
        if options.compares_palettes and is_plain:
            alternative = _choose_design(options, problem, design, source.pixels, image)
            design = _prefer_hues(adapt, design, alternative, areas)
        else:
            design = adapt(design)
    if constraints:
        return Design(slots.arrange(sort_by_luminance(design.colors)))
    # Assignments are indices into the palette in the order of the method, which is kept then.
    return design if design.assignments is not None else Design(sort_by_luminance(design.colors))


def _choose_design(
    options: QuantizeOptions,
    problem: DesignProblem,
    design: Design,
    histogram: ColorHistogram,
    image: Pixels,
) -> Design:
    """Return a design, or an alternative with more entries for smooth areas if it looks better."""
    if not has_blocks(image):
        return design
    reduced = histogram.reduce(_ALTERNATIVE_POINTS)
    colors = ColorHistogram(np.rint(reduced.means).astype(np.uint8), reduced.weights)
    smooth = mask_texture(colors, image, 1.0)
    designs = [design]
    for space, rare in _ALTERNATIVES:
        alternative = replace(
            problem,
            histogram=smooth.emphasize(rare),
            space=problem.space if space is None else SPACES[space],
            effort="fast",
            sample=None,
            progress=no_progress,
        )
        designs.append(Design(METHODS[options.method].solve(alternative).colors))
    return designs[choose_palette([each.colors for each in designs], image, problem.space)]


def _prefer_hues(
    adapt: Callable[[Design], Design], design: Design, alternative: Design, areas: Areas
) -> Design:
    """Return an adapted alternative, or the adapted design if more small colours survive in it."""
    adapted = adapt(alternative)
    lost = count_lost_colors(areas.solid, adapted.colors)
    if alternative is design or not lost:
        return adapted
    own = adapt(design)
    return own if count_lost_colors(areas.solid, own.colors) < lost else adapted


def _adapt(
    options: QuantizeOptions,
    histograms: Histograms,
    areas: Areas,
    constraints: Constraints,
    image: Pixels,
    design: Design,
) -> Design:
    """Return a design with the exact colours of areas, adapted to the dithering and the eye."""
    space = options.color_space
    strength = options.dither_strength if options.is_dithered else 0.0
    colors = design.colors
    if options.keep_exact:
        weighted = histograms.weighted
        # Which colours have a hue of their own is decided in the space itself.
        plain = space.with_lightness_weight(options.lightness_weight)
        colors, exact = keep_exact_colors(
            colors, weighted, plain, options.keep_exact, areas.flat, constraints, histograms.design
        )
        colors, exact = keep_small_regions(colors, exact, weighted, plain, areas, constraints)
        constraints = constraints.lock(exact)
    if options.is_dithered:
        colors = adapt_to_dithering(colors, histograms.design, space, strength, constraints)
    # The local means take no account of the weights of pixels.
    if options.fits_local_means and histograms.weighted is histograms.pixels:
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
    if options.compares_palettes:
        penalty = _ALTERNATIVE_CHANGE_PENALTY
    return slots, Constraints(slots.locked_colors, options.grid, slots.retainable, penalty)


def _design_smallest(
    options: QuantizeOptions,
    pixel_histogram: ColorHistogram,
    most: int,
    design: Callable[[QuantizeOptions, int, Progress], Design],
    image: Pixels,
    progress: Progress,
) -> Design:
    """Find the smallest palette that reaches the target: undithered, or dithered and blurred."""
    if options.target_as_seen and len(image.shape) == 1:
        raise PixelsError(
            "a list of colours has no neighbours to blur with; leave out `target_as_seen`"
        )
    check_locks(options.locked, most)
    measured = options if options.target_as_seen else replace(options, dither="none")

    def measure_as_seen(colors: Bytes) -> float:
        palette = Palette(colors)
        mapped = map_to_palette(image, palette, options, pixel_histogram.colors, no_progress)
        return measure_mse_as_seen(image.rgb, colors[mapped.indices], image.opaque)

    count, smallest = find_smallest_palette(
        pixel_histogram,
        range(count_required_slots(options.locked), most + 1),
        Target(options.target_psnr, options.target_delta_e),
        measured.color_space,
        partial(design, measured),
        subprogress(progress, 0.0, 0.9),
        measure_as_seen if options.target_as_seen else None,
    )
    if measured.dither == options.dither:
        return smallest
    return design(options, count, subprogress(progress, 0.9, 1.0))
