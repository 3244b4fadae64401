"""One picture, still or animated: from a file's bytes to those of an indexed one."""

from __future__ import annotations

import collections
import dataclasses
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

import palette_core as pc

from .. import metrics, pictures, shared
from ..animation import ENCODERS, Animation, IndexedFrame, decode_first, open_animation
from ..errors import OptionError
from ..options import Options
from ..pictures import Source
from ..pixels import Bytes
from ..progress import Progress, part, reported, silent

SUFFIXES = tuple(ENCODERS)


@dataclass(frozen=True)
class Recipe:
    """What is done with every picture.

    Attributes
    ----------
    design : dict
        The options of `quantize` that say how colours are found.
    mapping : dict
        Its other options: those that `map_pixels` has too.
    palette : Palette, optional
        The colours, where none are to be found.
    transparent_index : {"first", "last"}, default "last"
        As for `Quantized.to_image`.
    strict : bool, default False
        Whether to refuse pictures that have other colours than `palette`.
    drop_unused : bool, default False
        Whether to leave out the colours that no pixel of a picture has.
    options : Options
        Made of `design` and `mapping`.

    Raises
    ------
    OptionError
        As `quantize` raises it.
    """

    design: dict[str, Any]
    mapping: dict[str, Any]
    palette: pc.Palette | None = None
    transparent_index: str = "last"
    strict: bool = False
    drop_unused: bool = False
    options: Options = field(init=False)

    def __post_init__(self) -> None:
        """Check values that do not go together."""
        object.__setattr__(self, "options", Options(**self.design, **self.mapping))

    def quantize(self, pixels: Bytes, progress: Progress) -> pc.Quantized:
        """Put a still picture into its colours."""
        if self.palette is None:
            quantized = pc.quantize(pixels, **self.design, **self.mapping, progress=progress)
        else:
            quantized = self.map(pixels, self.palette, progress)
        return quantized.without_unused() if self.drop_unused else quantized

    def map(self, pixels: Bytes, palette: pc.Palette, progress: Progress = silent) -> pc.Quantized:
        """Put a picture or frame into given colours."""
        return pc.map_pixels(pixels, palette, strict=self.strict, **self.mapping, progress=progress)

    def error(self, pixels: Bytes, quantized: pc.Quantized) -> pc.Metrics:
        """Measure how far a result is from its picture, where that is opaque."""
        return pc.compare(self.options.settle(pixels).to_array(), quantized.to_array())


class Made(NamedTuple):
    """What came of a picture.

    Attributes
    ----------
    data : bytes
        The file; empty where none was wanted.
    palette : Palette
    error : Metrics
        Over all frames.
    frames : int
        1 for a still picture.
    seconds : float
        How long a still picture took without reading and writing; all of it for an animation.
    notes : list of str
        What was changed in reading.
    """

    data: bytes
    palette: pc.Palette
    error: pc.Metrics
    frames: int
    seconds: float
    notes: list[str]


def make(source: Source, recipe: Recipe, suffix: str | None, progress: Progress = silent) -> Made:
    """Put a picture file into palette colours.

    Parameters
    ----------
    source : Source
    recipe : Recipe
        All frames of an animation have one palette.
    suffix : {".png", ".gif"} or None
        The format to write; None writes nothing. An animation stays one in both.
    progress : callable, optional
        As for `quantize`.

    Returns
    -------
    Made

    Raises
    ------
    PictureFileError, PixelsError, OptionError, PaletteError
        If the file is no picture, or not one for this recipe.
    """
    animation = open_animation(source)
    if animation is not None and len(animation) > 1:
        return _make_animation(animation, recipe, suffix, progress)
    picture = decode_first(source) if animation is None else animation.first_frame()
    start = time.perf_counter()
    quantized = recipe.quantize(picture.pixels, progress)
    seconds = time.perf_counter() - start
    error = recipe.error(picture.pixels, quantized)
    data = b"" if suffix is None else _still(quantized, recipe, suffix)
    return Made(data, quantized.palette, error, 1, seconds, picture.notes)


def _still(quantized: pc.Quantized, recipe: Recipe, suffix: str) -> bytes:
    image = quantized.to_image(transparent_index=recipe.transparent_index)
    if suffix == ".png":
        return pictures.to_png(image)
    return ENCODERS[suffix]([IndexedFrame(image, 0.0)], 1)


def _make_animation(
    animation: Animation, recipe: Recipe, suffix: str | None, progress: Progress
) -> Made:
    if recipe.drop_unused:
        raise OptionError(
            "drop_unused is True, expected False with an animation, whose frames share a palette"
        )
    start = time.perf_counter()
    palette, transparent = _for_all(animation, recipe, part(progress, 0.0, 0.5))
    errors: list[pc.Metrics] = []
    frames = _indexed(animation, palette, recipe, transparent, errors)
    timed = reported(frames, len(animation), part(progress, 0.5, 1.0))
    data = b""
    if suffix is None:
        collections.deque(timed, maxlen=0)
    else:
        data = ENCODERS[suffix](timed, animation.plays)
    seconds = time.perf_counter() - start
    notes = animation.notes
    return Made(data, palette, metrics.overall(errors), len(animation), seconds, notes)


def _for_all(animation: Animation, recipe: Recipe, progress: Progress) -> tuple[pc.Palette, bool]:
    """Give the palette of all frames, and whether any pixel is transparent."""
    options = recipe.options
    if recipe.palette is not None:
        settled = (options.settle(frame.pixels) for frame in animation)
        return recipe.palette, any(picture.opaque is not None for picture in settled)
    shared.check_method(options)
    counted = (shared.count(options, frame.pixels) for frame in animation)
    counts = shared.merge(reported(counted, len(animation), part(progress, 0.0, 0.6)))
    return shared.palette_for(counts, options, part(progress, 0.6, 1.0)), counts.transparent


def _indexed(
    animation: Animation,
    palette: pc.Palette,
    recipe: Recipe,
    transparent: bool,
    errors: list[pc.Metrics],
) -> Iterator[IndexedFrame]:
    """Put the frames into the palette one by one, and note how far off each is."""
    for frame in animation:
        mapped = recipe.map(frame.pixels, palette)
        if mapped.opaque is None or mapped.opaque.any():  # else there is nothing to compare
            errors.append(recipe.error(frame.pixels, mapped))
        if transparent and mapped.opaque is None:
            # All frames of a file have the transparent entry, or none.
            everywhere = np.ones(mapped.indices.shape, np.bool_)
            mapped = dataclasses.replace(mapped, opaque=everywhere)
        yield IndexedFrame(
            mapped.to_image(transparent_index=recipe.transparent_index), frame.duration
        )
