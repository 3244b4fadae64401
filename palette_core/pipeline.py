"""The pipeline: pixels, alpha, histogram, design, order, mapping or dithering."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Bytes
from .color.spaces import sort_by_luminance
from .design import METHODS, Design, DesignProblem, Rules, for_dithering
from .dither import dithered
from .errors import PaletteError, PixelsError
from .image.histogram import ColorHistogram
from .image.pixels import Pixels, scatter
from .mapping.lookup_table import look_up
from .mapping.nearest_entry import NearestEntryFinder, check_no_foreign_colors
from .options import AUTO, MAX_COLORS, Options, check_locks
from .ordering import BY_PIXEL
from .ordering.palette_slots import Arrangement, places
from .palette import Palette
from .progress import Progress, no_progress, subprogress
from .result import Quantized
from .subject import Subject
from .target_search import Target, fewest

# Options that have no say in which colours are found.
_LATER = ("dither_adaptive", "order", "strict")


def quantized(subject: Subject, chosen: Options, progress: Progress) -> Quantized:
    """Do what `quantize` does, as far as it is not done."""
    progress(0.0)
    unordered = chosen.key(*(name for name in chosen.names() if name != "order"))
    found = subject.keep("mapped", unordered, lambda: _quantized(subject, chosen, progress))
    result = subject.keep("quantized", chosen.key(), lambda: found.sorted(chosen.order))
    progress(1.0)
    return result


def palette_of(subject: Subject, chosen: Options, progress: Progress) -> Palette:
    """Do what `find_palette` does, as far as it is not done."""
    if chosen.order in BY_PIXEL:
        return quantized(subject, chosen, progress).palette
    progress(0.0)
    palette = Palette(_designed(subject, chosen, progress).colors).sorted(chosen.order)
    progress(1.0)
    return palette


def mapped(subject: Subject, palette: Palette, chosen: Options, progress: Progress) -> Quantized:
    """Do what `map_pixels` does, as far as it is not done."""

    def put() -> Quantized:
        picture = _picture_to_dither(subject, chosen)
        if chosen.strict:
            check_no_foreign_colors(picture, palette, chosen.color_space)
        return _map(picture, palette, chosen, progress, subject.known_colors(chosen))

    progress(0.0)
    result = subject.keep("mapped to", (palette, chosen.key()), put)
    progress(1.0)
    return result


def palette_without_pixels(chosen: Options) -> Palette:
    """Return the palette of an image without an opaque pixel.

    It has the locked colours and those of the earlier palette in their places; without any it is
    empty.
    """
    if not chosen.locks and chosen.start_colors is None:
        return Palette(np.empty((0, 3), np.uint8))
    most = MAX_COLORS - 1
    count = most if chosen.colors == AUTO else min(chosen.colors, most)
    arrangement, rules = _rules(chosen, count)
    palette = Palette(arrangement.arrange(rules.locked))
    return palette if chosen.order in BY_PIXEL else palette.sorted(chosen.order)


def palette_to_map(palette: Palette | ArrayLike) -> Palette:
    """Give a palette that pixels can be put into.

    Raises
    ------
    PaletteError
        If it is no palette, or has no colour or more than 256.
    """
    if not isinstance(palette, Palette):
        palette = Palette(palette)
    if not 1 <= len(palette) <= MAX_COLORS:
        raise PaletteError(f"the palette has {len(palette)} colours, expected 1 to {MAX_COLORS}")
    return palette


def _quantized(subject: Subject, chosen: Options, progress: Progress) -> Quantized:
    """Find the colours, and give every opaque pixel one of them."""
    picture = _picture_to_dither(subject, chosen)
    design = _designed(subject, chosen, subprogress(progress, 0.0, 0.8))
    palette = Palette(design.colors)
    after = subprogress(progress, 0.8, 1.0)
    if design.labels is None or not _is_plain(chosen):
        return _map(picture, palette, chosen, after, subject.known_colors(chosen))
    entries = design.labels.astype(np.uint8, copy=False)
    if not METHODS[chosen.method].every_pixel:
        colors = subject.count(chosen, no_progress).colors
        entries = look_up(picture.visible(), colors, entries, after)
    indices = scatter(entries, picture.opaque).reshape(picture.shape)
    return Quantized(palette, indices, picture.opaque)


def _picture_to_dither(subject: Subject, chosen: Options) -> Pixels:
    """Settle what is opaque, and check that the dithering can do with the pixels."""
    picture = subject.settle(chosen)
    if len(picture.shape) == 1 and chosen.dither != "none":
        raise PixelsError(
            "loose colours have no neighbours to dither with, expected an (H, W, 3) picture; "
            'give one, or dither="none"'
        )
    return picture


def _designed(subject: Subject, chosen: Options, progress: Progress) -> Design:
    """Find the colours, in their order, if they are not found."""
    picture = subject.settle(chosen)
    counts = subject.count(chosen, subprogress(progress, 0.0, 0.2))
    histogram = subject.emphasize(chosen, subprogress(progress, 0.0, 0.2))
    key = chosen.key(*(name for name in chosen.names() if name not in _LATER))
    designing = subprogress(progress, 0.2, 1.0)
    return subject.keep(
        "design", key, lambda: design_colors(counts, histogram, picture, chosen, designing)
    )


def design_colors(
    counts: ColorHistogram,
    histogram: ColorHistogram,
    picture: Pixels,
    chosen: Options,
    progress: Progress,
) -> Design:
    """Find the colours, in their order.

    In `counts` all pixels count the same; in the histogram they do as the options say.
    """
    progress(0.0)
    most = MAX_COLORS - (picture.opaque is not None)
    if chosen.colors == AUTO:
        return _design_fewest(counts, histogram, picture, chosen, most, progress)
    return _design(histogram, picture, chosen, min(chosen.colors, most), progress)


def _design(
    histogram: ColorHistogram, picture: Pixels, chosen: Options, count: int, progress: Progress
) -> Design:
    """Find so many colours at most."""
    arrangement, rules = _rules(chosen, count)
    method = METHODS[chosen.method]
    if len(histogram) <= count and not rules:
        return Design(sort_by_luminance(histogram.colors))
    if method.every_pixel:
        histogram = ColorHistogram.every_pixel(picture.visible())
    progress(0.1)
    problem = DesignProblem(
        histogram,
        arrangement.entries,
        space=chosen.color_space,
        init=chosen.init,
        effort=chosen.effort,
        seed=chosen.seed,
        constraints=rules,
        progress=subprogress(progress, 0.1, 1.0),
    )
    design = method.design(problem)
    if method.dither_aware and chosen.dither != "none":
        space, strength = chosen.color_space, chosen.dither_strength
        design = Design(for_dithering(design.colors, histogram, space, strength, rules))
    if rules:
        return Design(arrangement.arrange(design.colors))
    # Labels refer to the order that the method gave, which is then part of its result.
    return design if design.labels is not None else Design(sort_by_luminance(design.colors))


def _rules(chosen: Options, count: int) -> tuple[Arrangement, Rules]:
    """Tell what a palette of so many entries has to keep to, and in which places they are."""
    check_locks(chosen.locks, count)
    space, grid, start = chosen.color_space, chosen.color_grid, chosen.start_colors
    if start is not None and grid is not None:
        start = grid.find_nearest(space.from_srgb(start), space)
    arrangement = Arrangement(count, chosen.locks, start, space, grid)
    return arrangement, Rules(arrangement.locked, grid, arrangement.kept)


def _design_fewest(
    counts: ColorHistogram,
    histogram: ColorHistogram,
    picture: Pixels,
    chosen: Options,
    most: int,
    progress: Progress,
) -> Design:
    """Find the fewest colours that reach the target without dithering, and then dither or not.

    They are designed for the histogram, and measured on the counts.
    """
    check_locks(chosen.locks, most)
    target = Target(chosen.target_psnr, chosen.target_delta_e)
    plain = replace(chosen, dither="none")

    def design(count: int, progress: Progress) -> Design:
        return _design(histogram, picture, plain, count, progress)

    space, least = chosen.color_space, places(chosen.locks)
    count, found = fewest(
        counts, most, target, space, design, subprogress(progress, 0.0, 0.9), least
    )
    if chosen.dither == "none":
        return found
    return _design(histogram, picture, chosen, count, subprogress(progress, 0.9, 1.0))


def _is_plain(chosen: Options) -> bool:
    """Tell whether pixels get their nearest entry in sRGB, which is what labels are made of."""
    return chosen.color_space.is_srgb and chosen.dither == "none" and chosen.weights is None


def _map(
    picture: Pixels,
    palette: Palette,
    chosen: Options,
    progress: Progress,
    unique_colors: Bytes | None = None,
) -> Quantized:
    """Give every opaque pixel an entry; `unique_colors` are the unique colours where known."""
    indices = dithered(
        picture.rgb,
        NearestEntryFinder(palette.colors, chosen.color_space),
        chosen.dither,
        strength=chosen.dither_strength,
        adaptive=chosen.dither_adaptive,
        opaque=picture.opaque,
        seen=picture.seen,
        unique_colors=unique_colors,
        progress=progress,
    )
    return Quantized(palette, indices, picture.opaque)
