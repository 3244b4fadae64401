"""The pipeline of `pipeline` for pixels with alpha, whose palettes have alpha too."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple, TypeVar

import numpy as np

from .arrays import Bytes, Floats, Indices
from .color.alpha_space import AlphaSpace
from .color.spaces import SPACES
from .common_options import CommonOptions
from .design.alpha_kmeans import AlphaHistogram, design_with_alpha, sort_translucent_first
from .dither import AUTOMATIC, DITHERS
from .dither.alpha_diffusion import diffuse_with_alpha
from .dither.error_diffusion import ErrorDiffusion
from .errors import OptionError
from .image.pixels import Pixels
from .mapping.alpha_entries import AlphaEntryFinder
from .mapping.run_merging import merge_runs
from .options import QuantizeOptions
from .palette import MAX_COLORS, Palette
from .palette_values import OPAQUE
from .progress import Progress, subprogress
from .result import Quantized

# An entry of which at least this share of the pixels has one colour gets this colour exactly.
_EXACT_SHARE = 0.5
_DITHER = "floyd-steinberg"
_TRANSPARENT = np.zeros((1, 4), np.uint8)


OptionsType = TypeVar("OptionsType", bound=CommonOptions)


class _ColoredImage(NamedTuple):
    """An image as an index map of its unique colours."""

    colors: Bytes  # (N, 4), with straight alpha, fully transparent ones all 0
    counts: Floats  # (N,), the number of pixels of each colour, or the sum of their weights
    indices: Indices  # (H, W), the colour of every pixel


def run_quantize(
    image: Pixels, options: QuantizeOptions, progress: Progress, *, weights: Floats | None = None
) -> Quantized:
    """Find a palette with alpha for an image, and map the image to it.

    Raises
    ------
    PixelsError
        If the weights have another shape than the image, or all opaque pixels have the weight 0.
    """
    progress(0.0)
    options = _choose_dither(options)
    colored = _index_colors(image, weights)
    space = AlphaSpace(options.color_space)
    entries = _design(colored, options, space, subprogress(progress, 0.1, 0.5))
    palette = Palette(entries[:, :3], alpha=entries[:, 3])
    mapped = _map(colored, palette, options, subprogress(progress, 0.5, 1.0))
    result = mapped.sorted(options.order)
    progress(1.0)
    return result


def run_map(
    image: Pixels,
    palette: Palette,
    options: CommonOptions,
    progress: Progress,
    *,
    strict: bool = False,
) -> Quantized:
    """Map an image to a palette with alpha.

    Raises
    ------
    OptionError
        If `options.alpha` is not "palette", or `strict` is True.
    """
    if not options.keeps_alpha:
        raise OptionError(
            "the palette has entries with alpha; use `alpha='palette'`, or a palette without alpha"
        )
    if strict:
        raise OptionError("`strict` does not support `alpha='palette'`; remove one of them")
    result = _map(_index_colors(image, None), palette, _choose_dither(options), progress)
    progress(1.0)
    return result


def _choose_dither(options: OptionsType) -> OptionsType:
    """Return the options with error diffusion in place of automatic dithering.

    Shadows and glows of flat art are gradients of alpha, and flat areas are not dithered anyway.
    """
    return replace(options, dither=_DITHER) if options.dither == AUTOMATIC else options


def _index_colors(image: Pixels, weights: Floats | None) -> _ColoredImage:
    """Return the unique colours of an image and the colour of every pixel."""
    if weights is not None and not image.is_transparent:
        image.check_weights(weights)
    alpha = image.alpha
    if alpha is None:
        alpha = np.full(image.shape, OPAQUE, np.uint8)
        if image.opaque is not None:
            alpha[~image.opaque] = 0
    rgba = np.concatenate([image.rgb, alpha[..., np.newaxis]], axis=-1)
    rgba[alpha == 0] = 0
    packed = rgba.view(np.uint32).reshape(-1)
    unique, indices = np.unique(packed, return_inverse=True)
    indices = indices.reshape(image.shape)
    flat_weights = None if weights is None else weights.reshape(-1)
    counts = np.bincount(indices.reshape(-1), flat_weights, len(unique)).astype(np.float64)
    return _ColoredImage(unique.view(np.uint8).reshape(-1, 4), counts, indices)


def _design(
    image: _ColoredImage, options: QuantizeOptions, space: AlphaSpace, progress: Progress
) -> Bytes:
    """Return the entries of a palette, (K, 4), none of them fully transparent."""
    is_visible = image.colors[:, 3] > 0
    most = MAX_COLORS - (not is_visible.all())
    count = min(int(options.colors), most)
    visible, counts = image.colors[is_visible], image.counts[is_visible]
    if len(visible) <= count:
        return sort_translucent_first(visible)
    visible, counts = visible[counts > 0], counts[counts > 0]
    histogram = AlphaHistogram(visible, counts ** (1 - options.rare))
    entries = design_with_alpha(histogram, count, space, options.effort, options.seed, progress)
    return _keep_exact(entries, histogram, space)


def _keep_exact(entries: Bytes, histogram: AlphaHistogram, space: AlphaSpace) -> Bytes:
    """Return entries with the exact colour of their pixels, where most of them have one colour."""
    nearest = AlphaEntryFinder(entries, space).find_nearest(histogram.colors)
    # The heaviest colour of each entry is written last.
    order = np.argsort(histogram.weights, kind="stable")
    heaviest = np.full(len(entries), -1)
    heaviest[nearest[order]] = order
    totals = np.bincount(nearest, histogram.weights, len(entries))
    is_exact = (heaviest >= 0) & (histogram.weights[heaviest] >= _EXACT_SHARE * totals)
    entries = np.where(is_exact[:, np.newaxis], histogram.colors[heaviest], entries)
    return sort_translucent_first(np.unique(entries, axis=0))


def _map(
    image: _ColoredImage, palette: Palette, options: CommonOptions, progress: Progress
) -> Quantized:
    """Map an image to a palette and to full transparency."""
    alpha = np.full(len(palette), OPAQUE) if palette.alpha is None else palette.alpha
    entries = np.column_stack([palette.colors, alpha]).astype(np.uint8)
    # A palette has room for at most 255 entries beside the one for transparent pixels.
    has_entry = bool((image.colors[:, 3] == 0).any()) and len(entries) < MAX_COLORS
    if has_entry:
        entries = np.concatenate([_TRANSPARENT, entries])
    finder = AlphaEntryFinder(entries, AlphaSpace(options.color_space))
    dither = DITHERS[options.dither]
    nearest = finder.find_nearest(image.colors)
    is_exact = options.dither_strength == 0 or np.array_equal(entries[nearest], image.colors)
    if isinstance(dither, ErrorDiffusion) and not is_exact:
        found = diffuse_with_alpha(
            image.colors, image.indices, finder, dither.kernel, options.dither_strength, progress
        )
    else:
        found = nearest[image.indices]
    if options.lossy:
        is_dithered = isinstance(dither, ErrorDiffusion) and options.dither_strength > 0
        found = _merge_runs(image, entries, found, options.lossy, is_dithered=is_dithered)
    if not has_entry:
        return Quantized(palette, found, None, options.dither)
    opaque = found > 0
    indices = found - opaque.astype(np.uint8)
    return Quantized(palette, indices, None if opaque.all() else opaque, options.dither)


def _merge_runs(
    image: _ColoredImage, entries: Bytes, found: Bytes, lossy: int, *, is_dithered: bool
) -> Bytes:
    """Return the index map with longer runs; opaque and transparent entries stay so."""
    space = AlphaSpace(SPACES["oklab"])
    points = space.from_rgba(image.colors)
    is_movable = ~np.isin(image.colors.view(np.uint32), entries.copy().view(np.uint32)).ravel()
    merged = merge_runs(
        found,
        lambda rows: points[image.indices[rows].ravel()],
        space.from_rgba(entries),
        lambda rows: is_movable[image.indices[rows]],
        lossy,
        is_dithered=is_dithered,
    )
    is_between = (entries[:, 3] > 0) & (entries[:, 3] < OPAQUE)
    is_same_kind = (is_between[found] & is_between[merged]) | (
        entries[found, 3] == entries[merged, 3]
    )
    return np.where(is_same_kind, merged, found)
