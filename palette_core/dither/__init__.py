"""Dithering: palette entries side by side that mix to the colours between them.

A module declares one or several choices as `DITHERS`. A new one is a new module in this folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from ..arrays import Bytes, Mask
from ..image.pixels import clear_transparent, select_colors
from ..mapping.lookup_table import find_unique_colors, look_up_block, make_membership_table
from ..mapping.nearest_entry import NearestEntryFinder
from ..progress import Progress, subprogress
from ..registry import discover
from .adaptive import find_flat_pixels
from .auto import AUTOMATIC
from .base import Dither, DitherProblem
from .content import Content, measure_content, merge_contents
from .custom_matrix import CUSTOM, ThresholdMatrix
from .exact_areas import restore_exact_areas
from .ordered import dither_by_thresholds

__all__ = [
    "AUTOMATIC",
    "CUSTOM",
    "DITHERS",
    "Content",
    "dither_pixels",
    "measure_content",
    "merge_contents",
    "restore_exact_areas",
]

# The number of pixels that are compared with the palette at a time.
_BLOCK = 1 << 16

DITHERS = discover(__name__, "DITHERS", Dither)


def dither_pixels(
    rgb: Bytes,
    finder: NearestEntryFinder,
    name: str,
    *,
    strength: float,
    adaptive: bool,
    matrix: ThresholdMatrix | None = None,
    opaque: Mask | None,
    covered: Mask | None = None,
    unique_colors: Bytes | None,
    progress: Progress,
) -> Bytes:
    """Return the palette entries of the pixels of an image, dithered or not; 0 where transparent.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8, or (N, 3) where `name` is "none"
    name : str
        As in `DITHERS`, but not "auto"; or "custom", with a `matrix`.
    strength : float
        0 to 1; with 0 every pixel gets its nearest entry.
    adaptive : bool
        Whether flat areas are not dithered, as `find_flat_pixels` defines them.
    opaque : (H, W) ndarray of bool, or None
        Which pixels are opaque; None where all are.
    covered : (H, W) ndarray of bool, optional
        Which pixels are not fully transparent, `opaque` by default. With dithered alpha, errors
        are passed on across these pixels from one opaque pixel to the next.
    unique_colors : (N, 3) ndarray of uint8, optional
        The unique colours of the opaque pixels, if they are known.
    """
    is_dithered = name != "none" and strength > 0
    if not is_dithered or _has_all_colors(finder.palette, select_colors(rgb, opaque)):
        nearest = finder.find_nearest_of_pixels(rgb, unique_colors, progress)
        return clear_transparent(nearest, opaque)
    if covered is not None:
        unique_colors = None  # half-transparent pixels have further colours
    else:
        covered = opaque
    if covered is not None and opaque is not None:
        # Transparent pixels get a colour of the image, so that look-up tables have a value for it.
        row, column = np.unravel_index(opaque.argmax(), opaque.shape)
        rgb = np.where(covered[..., np.newaxis], rgb, rgb[row, column])
    passive = None if covered is None else ~covered
    problem = DitherProblem(
        rgb=rgb,
        finder=finder,
        strength=strength,
        passive=passive,
        unique_colors=unique_colors,
        progress=progress,
    )
    dither: Callable[[DitherProblem], Bytes]
    if name == CUSTOM and matrix is not None:
        dither = partial(dither_by_thresholds, thresholds=matrix.thresholds())
    else:
        dither = DITHERS[name]
    entries = _dither_adaptively(dither, problem, covered) if adaptive else dither(problem)
    restore_exact_areas(entries, rgb, finder.palette, opaque)
    return clear_transparent(entries, opaque)


def _dither_adaptively(
    dither: Callable[[DitherProblem], Bytes], problem: DitherProblem, covered: Mask | None
) -> Bytes:
    """Return the entries of pixels, of which only those outside of flat areas are dithered."""
    rgb, finder, progress = problem.rgb, problem.finder, problem.progress
    unique = problem.unique_colors
    unique = find_unique_colors(rgb) if unique is None else unique
    mapped = finder.find_nearest_of_pixels(rgb, unique, subprogress(progress, 0.0, 0.3))
    mapped = clear_transparent(mapped, covered)
    is_flat = find_flat_pixels(
        rgb, finder, mapped, covered, unique, subprogress(progress, 0.3, 0.5)
    )
    entries = dither(
        replace(
            problem,
            passive=is_flat if problem.passive is None else is_flat | problem.passive,
            unique_colors=unique,
            progress=subprogress(progress, 0.5, 1.0),
        )
    )
    np.copyto(entries, mapped, where=is_flat)
    return entries


def _has_all_colors(palette: Bytes, colors: Bytes) -> bool:
    """Return whether every colour is a palette entry, so that there is nothing to dither."""
    is_entry = make_membership_table(palette)
    pixels = colors.reshape(-1, 3)
    return all(
        look_up_block(is_entry, pixels[start : start + _BLOCK]).all()
        for start in range(0, len(pixels), _BLOCK)
    )
