"""One picture, still or animated: from a file's bytes to those of an indexed one."""

from __future__ import annotations

import collections
import dataclasses
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

import palette_core as pc

from .. import metrics, shared_histogram
from ..animation import ENCODERS, Animation, IndexedFrame, decode_first, open_animation
from ..arrays import Bytes
from ..errors import OptionError
from ..image import indexed_png
from ..image.image_files import EncodedImage
from ..image.metadata import Metadata, read_metadata
from ..options import MAX_COLORS, Options
from ..pipeline import palette_without_pixels
from ..progress import Progress, no_progress, subprogress, with_progress
from ..result import shares_of
from ..shared_histogram import Counts

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

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
    transparent_entry : bool, default False
        Whether every image has an entry for transparent pixels, even if none of its pixels is.
    strip : bool, default False
        Whether to leave out metadata: resolution, EXIF, XMP and texts.
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
    transparent_entry: bool = False
    strip: bool = False
    options: Options = field(init=False)

    def __post_init__(self) -> None:
        """Check values that do not go together."""
        if self.transparent_entry and self.design.get("colors") == MAX_COLORS:
            object.__setattr__(self, "design", self.design | {"colors": MAX_COLORS - 1})
        object.__setattr__(self, "options", Options(**self.design, **self.mapping))

    def quantize(self, pixels: Bytes, progress: Progress) -> pc.Quantized:
        """Put a still picture into its colours."""
        palette = self.palette
        if palette is None and self.options.settle(pixels).is_transparent:
            palette = palette_without_pixels(self.options)
        if palette is None:
            quantized = pc.quantize(pixels, **self.design, **self.mapping, progress=progress)
        else:
            quantized = self.map(pixels, palette, progress)
        return quantized.without_unused() if self.drop_unused else quantized

    def map(
        self, pixels: Bytes, palette: pc.Palette, progress: Progress = no_progress
    ) -> pc.Quantized:
        """Map an image or a frame to given colours; to none if all of it is transparent."""
        if not len(palette):
            settled = self.options.settle(pixels)
            return pc.Quantized(palette, np.zeros(settled.shape, np.uint8), settled.opaque)
        return pc.map_pixels(pixels, palette, strict=self.strict, **self.mapping, progress=progress)

    def error(self, pixels: Bytes, quantized: pc.Quantized) -> pc.Metrics:
        """Measure how far a result is from its picture, where that is opaque."""
        return pc.compare(self.options.settle(pixels).to_array(), quantized.to_array())

    def metadata(self, encoded: EncodedImage, notes: list[str]) -> Metadata:
        """Return the metadata to write."""
        return Metadata() if self.strip else read_metadata(encoded, notes)

    def image(self, quantized: pc.Quantized) -> Image:
        """Return a result as a Pillow image to write."""
        return quantized.to_image(
            transparent_index=self.transparent_index, transparent_entry=self.transparent_entry
        )


class Made(NamedTuple):
    """What came of a picture.

    Attributes
    ----------
    data : bytes
        The file; empty where none was wanted.
    palette : Palette
    shares : (K,) ndarray of float
        The share of the opaque pixels of all frames that each entry has. They add up to 1, or are
        all 0 where no pixel is opaque.
    error : Metrics
        Over all frames.
    bytes_in : int
        The size of the file that was read.
    bytes_out : int or None
        The size of the file that was made; None where none was wanted.
    frames : int
        1 for a still picture.
    seconds : float
        How long a still picture took without reading and writing; all of it for an animation.
    notes : list of str
        What was changed in reading.
    """

    data: bytes
    palette: pc.Palette
    shares: NDArray[np.float64]
    error: pc.Metrics
    bytes_in: int
    bytes_out: int | None
    frames: int
    seconds: float
    notes: list[str]

    @property
    def is_larger(self) -> bool:
        """Whether a file was made that is not smaller than the one that was read."""
        return self.bytes_out is not None and self.bytes_out >= self.bytes_in


def make(
    encoded: EncodedImage, recipe: Recipe, suffix: str | None, progress: Progress = no_progress
) -> Made:
    """Put a picture file into palette colours.

    Parameters
    ----------
    encoded : EncodedImage
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
    ImageFileError, PixelsError, OptionError, PaletteError
        If the file is no picture, or not one for this recipe.
    """
    animation = open_animation(encoded)
    if animation is not None and len(animation) > 1:
        return _make_animation(encoded, animation, recipe, suffix, progress)
    picture = decode_first(encoded) if animation is None else animation.first_frame()
    start = time.perf_counter()
    quantized = recipe.quantize(picture.pixels, progress)
    seconds = time.perf_counter() - start
    notes = list(picture.notes)
    data = None
    if suffix is not None:
        data = _still(recipe.image(quantized), suffix, recipe.metadata(encoded, notes))
    return Made(
        data=data or b"",
        palette=quantized.palette,
        shares=quantized.shares(),
        error=recipe.error(picture.pixels, quantized),
        bytes_in=len(encoded.data),
        bytes_out=None if data is None else len(data),
        frames=1,
        seconds=seconds,
        notes=notes,
    )


def _still(image: Image, suffix: str, metadata: Metadata) -> bytes:
    if suffix == ".png":
        return indexed_png.encode(image, metadata)
    return ENCODERS[suffix]([IndexedFrame(image, 0.0)], 1, metadata)


def _make_animation(
    encoded: EncodedImage,
    animation: Animation,
    recipe: Recipe,
    suffix: str | None,
    progress: Progress,
) -> Made:
    if recipe.drop_unused:
        raise OptionError(
            "drop_unused is True, expected False with an animation, whose frames share a palette"
        )
    start = time.perf_counter()
    palette, transparent = _palette_for_all(animation, recipe, subprogress(progress, 0.0, 0.5))
    recipe = dataclasses.replace(recipe, palette=palette, transparent_entry=transparent)
    mapped = _Mapped(animation, recipe, palette)
    frames = with_progress(mapped, len(animation), subprogress(progress, 0.5, 1.0))
    data = None
    notes: list[str] = []
    if suffix is None:
        collections.deque(frames, maxlen=0)
    else:
        data = ENCODERS[suffix](frames, animation.plays, recipe.metadata(encoded, notes))
    return Made(
        data=data or b"",
        palette=palette,
        shares=shares_of(mapped.pixel_counts),
        error=metrics.combine_metrics(mapped.errors),
        bytes_in=len(encoded.data),
        bytes_out=None if data is None else len(data),
        frames=len(animation),
        seconds=time.perf_counter() - start,
        notes=animation.notes + notes,
    )


def _palette_for_all(
    animation: Animation, recipe: Recipe, progress: Progress
) -> tuple[pc.Palette, bool]:
    """Return the palette of all frames, and whether they have a transparent entry."""
    options = recipe.options
    if recipe.palette is not None:
        arrays = (frame.pixels for frame in animation)
        return recipe.palette, recipe.transparent_entry or any_transparent(options, arrays)
    shared_histogram.check_method(options)
    counted = (shared_histogram.count(options, frame.pixels) for frame in animation)
    counts = shared_histogram.merge(
        with_progress(counted, len(animation), subprogress(progress, 0.0, 0.6))
    )
    return shared_palette(recipe, counts, subprogress(progress, 0.6, 1.0))


def shared_palette(
    recipe: Recipe, counts: Counts, progress: Progress = no_progress
) -> tuple[pc.Palette, bool]:
    """Return the palette of all images, and whether they have a transparent entry: all or none."""
    counts = counts._replace(transparent=counts.transparent or recipe.transparent_entry)
    if counts.is_empty:
        return palette_without_pixels(recipe.options), counts.transparent
    return shared_histogram.palette_for(counts, recipe.options, progress), counts.transparent


def any_transparent(options: Options, arrays: Iterable[Bytes]) -> bool:
    """Return whether any pixel of several arrays becomes transparent."""
    return any(options.settle(pixels).opaque is not None for pixels in arrays)


class _Mapped:
    """The frames of an animation, put into the palette one by one.

    Attributes
    ----------
    pixel_counts : (K,) ndarray of int64
        How many opaque pixels of the frames so far have each entry.
    errors : list of Metrics
        Of the frames so far.
    """

    def __init__(self, animation: Animation, recipe: Recipe, palette: pc.Palette) -> None:
        self._animation, self._recipe, self._palette = animation, recipe, palette
        self.pixel_counts = np.zeros(len(palette), np.int64)
        self.errors: list[pc.Metrics] = []

    def __iter__(self) -> Iterator[IndexedFrame]:
        """Return the frames, each when it is asked for."""
        for frame in self._animation:
            mapped = self._recipe.map(frame.pixels, self._palette)
            self.pixel_counts += mapped.pixel_counts()
            self.errors.append(self._recipe.error(frame.pixels, mapped))
            yield IndexedFrame(self._recipe.image(mapped), frame.duration)
