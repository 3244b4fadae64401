"""The processing of one image file, still or animated, to the bytes of an indexed image."""

from __future__ import annotations

import collections
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .. import metrics
from ..animation import ENCODERS, Animation, IndexedFrame, decode_first, open_animation
from ..animation.resting_pixels import RestingPixels
from ..animation.scenes import find_scenes
from ..arrays import Bytes
from ..dither import AUTOMATIC, merge_contents
from ..errors import OptionError
from ..image import indexed_png
from ..image.alpha import has_soft_edges
from ..image.image_files import EncodedImage
from ..image.metadata import Metadata, read_metadata
from ..image.pixels import Pixels
from ..metrics import Metrics
from ..options import CommonOptions, QuantizeOptions
from ..palette import MAX_COLORS, Palette
from ..pipeline import (
    choose_dither,
    choose_mapping_dither,
    find_content,
    find_empty_palette,
    run_map,
    run_quantize,
)
from ..progress import Progress, no_progress, subprogress, with_progress
from ..result import Quantized, shares_of
from ..shared_palette import (
    ImageColors,
    check_shared,
    count_image,
    find_palette_of_colors,
    merge_colors,
)
from .quality_floor import QualityFloor, measure_ssimulacra2

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

SUFFIXES = tuple(ENCODERS)
_PNG, _GIF = ".png", ".gif"


class ScenePalette(NamedTuple):
    """A palette of an animation, and the number of the first frame that has it, from 0."""

    first_frame: int
    palette: Palette


@dataclass(frozen=True)
class JobOptions:
    """The options for all images of a batch.

    Attributes
    ----------
    quantize : QuantizeOptions
        How a palette is found, and how pixels are mapped to it.
    palette : Palette, optional
        The given palette, if none is to be found.
    transparent_index : {"first", "last"}, optional
        As for `Quantized.to_image`.
    strict : bool, default False
        Whether images are refused that have other colours than `palette`.
    drop_unused : bool, default False
        Whether entries are left out that no pixel of an image has.
    transparent_entry : bool, default False
        Whether every image has an entry for transparent pixels, even if it has no such pixel.
    strip : bool, default False
        Whether metadata is left out: resolution, EXIF, XMP and texts.
    keep_soft_edges : bool, default False
        Whether still images with semi-transparent pixels get a palette with alpha where they are
        written as PNG.
    frame_palettes : bool, default False
        Whether the scenes of an animation have palettes of their own. Only GIF files can have them.
    floor : QualityFloor, default none
        The least quality of results that are written.
    delta_e : bool, default True
        Whether the mean colour difference is measured, which takes longer than the other metrics.
    """

    quantize: QuantizeOptions = field(default_factory=QuantizeOptions)
    palette: Palette | None = None
    transparent_index: str | None = None
    strict: bool = False
    drop_unused: bool = False
    transparent_entry: bool = False
    strip: bool = False
    keep_soft_edges: bool = False
    frame_palettes: bool = False
    floor: QualityFloor = field(default_factory=QualityFloor)
    delta_e: bool = True

    def __post_init__(self) -> None:
        """Reserve an entry for transparent pixels."""
        if self.transparent_entry and self.quantize.colors == MAX_COLORS:
            object.__setattr__(self, "quantize", replace(self.quantize, colors=MAX_COLORS - 1))

    def map(self, image: Pixels, palette: Palette, progress: Progress = no_progress) -> Quantized:
        """Map an image or a frame to a palette, which is empty if no image has an opaque pixel."""
        if not len(palette):
            return Quantized(palette, np.zeros(image.shape, np.uint8), image.opaque)
        return run_map(image, palette, self.quantize, progress, strict=self.strict)

    def for_still(self, pixels: Bytes, suffix: str | None) -> JobOptions:
        """Return the options for a still image: with alpha in the palette where soft edges stay.

        Raises
        ------
        OptionError
            If the palette should have alpha, but not the file.
        """
        if self.quantize.keeps_alpha and suffix not in (None, _PNG):
            raise OptionError(
                f"`alpha='palette'` needs a PNG file; {suffix} files have one transparent entry: "
                "use `alpha='threshold'` or `alpha='dither'`"
            )
        is_soft = pixels.shape[-1] == 4 and has_soft_edges(pixels[..., 3])
        if not (self.keep_soft_edges and suffix == _PNG and is_soft):
            return self
        return replace(self, quantize=replace(self.quantize, alpha="palette"))

    def metadata(self, encoded: EncodedImage, notes: list[str]) -> Metadata:
        """Return the metadata to write."""
        return Metadata() if self.strip else read_metadata(encoded, notes)

    def measure(self, image: Pixels, quantized: Quantized) -> Metrics:
        """Measure the error where the image is opaque; with alpha over black and over white."""
        arrays = image.to_array(), quantized.to_array()
        if image.alpha is not None:
            return metrics.compare_over_black_and_white(*arrays, delta_e=self.delta_e)
        return metrics.compare(*arrays, delta_e=self.delta_e)

    def image(self, quantized: Quantized) -> Image:
        """Return a result as a Pillow image to write."""
        return quantized.to_image(
            transparent_index=self.transparent_index, transparent_entry=self.transparent_entry
        )


class ProcessedImage(NamedTuple):
    """The result of an image file.

    Attributes
    ----------
    data : bytes
        The file to write; empty if none was asked for.
    palette : Palette
        That of all frames, or of the first scene.
    shares : (K,) ndarray of float
        The share of the opaque pixels of all frames with this palette that each entry has. They add
        up to 1, or are all 0 where no pixel is opaque.
    metrics : Metrics
        Over all frames.
    bytes_in : int
        The size of the file that was read.
    bytes_out : int or None
        The size of the file to write; None if none was asked for.
    frames : int
        1 for a still image.
    seconds : float
        How long a still image took without reading and writing; all of it for an animation.
    notes : list of str
        What was changed in reading.
    dither : str
        The dithering algorithm that was used.
    scenes : tuple of ScenePalette, default ()
        The palettes of an animation whose scenes have palettes of their own.
    ssimulacra2 : float, optional
        The score, where it has a floor.
    shortfall : str
        What is below the quality floor; "" if nothing is.
    """

    data: bytes
    palette: Palette
    shares: NDArray[np.float64]
    metrics: Metrics
    bytes_in: int
    bytes_out: int | None
    frames: int
    seconds: float
    notes: list[str]
    dither: str
    scenes: tuple[ScenePalette, ...] = ()
    ssimulacra2: float | None = None
    shortfall: str = ""

    @property
    def is_larger(self) -> bool:
        """Whether the output file is not smaller than the input file."""
        return self.bytes_out is not None and self.bytes_out >= self.bytes_in


def process_image(
    encoded: EncodedImage, options: JobOptions, suffix: str | None, progress: Progress = no_progress
) -> ProcessedImage:
    """Quantize an image file.

    Parameters
    ----------
    encoded : EncodedImage
    options : JobOptions
        All frames of an animation have one palette.
    suffix : {".png", ".gif"} or None
        The format to write, or None to write nothing. Both keep animations.
    progress : callable, optional
        As for `quantize`.

    Raises
    ------
    ImageFileError, PixelsError, OptionError, PaletteError, TargetError, ForeignColorError
        If the file cannot be read, or not be processed with these options.
    """
    animation = open_animation(encoded)
    if animation is not None and len(animation) > 1:
        return _process_animation(encoded, animation, options, suffix, progress)
    still = decode_first(encoded) if animation is None else animation.first_frame()
    start = time.perf_counter()
    options = options.for_still(still.pixels, suffix)
    image = options.quantize.prepare_image(still.pixels)
    if options.palette is not None:
        quantized = options.map(image, options.palette, progress)
    elif image.is_transparent:
        quantized = options.map(image, find_empty_palette(options.quantize), progress)
    else:
        quantized = run_quantize(image, options.quantize, progress)
    if options.drop_unused:
        quantized = quantized.without_unused()
    seconds = time.perf_counter() - start
    notes = list(still.notes)
    data = None
    if suffix is not None:
        data = _encode_still(options.image(quantized), suffix, options.metadata(encoded, notes))
    measured = options.measure(image, quantized)
    score = None
    if options.floor.ssimulacra2 is not None:
        score = measure_ssimulacra2(image.to_array(), quantized.to_array())
    return ProcessedImage(
        data=data or b"",
        palette=quantized.palette,
        shares=quantized.shares(),
        metrics=measured,
        bytes_in=len(encoded.data),
        bytes_out=None if data is None else len(data),
        frames=1,
        seconds=seconds,
        notes=notes,
        dither=quantized.dither,
        ssimulacra2=score,
        shortfall=options.floor.describe_shortfall(measured, score),
    )


def _encode_still(image: Image, suffix: str, metadata: Metadata) -> bytes:
    if suffix == _PNG:
        return indexed_png.encode(image, metadata)
    return ENCODERS[suffix]([IndexedFrame(image, 0.0)], 1, metadata)


def _process_animation(
    encoded: EncodedImage,
    animation: Animation,
    options: JobOptions,
    suffix: str | None,
    progress: Progress,
) -> ProcessedImage:
    if options.drop_unused:
        raise OptionError(
            "`drop_unused` cannot be used with an animation, whose frames share a palette; "
            "leave it out"
        )
    if options.floor.ssimulacra2 is not None:
        raise OptionError("`min_ssimulacra2` does not support animations; use `min_psnr`")
    if options.quantize.keeps_alpha:
        check_shared(options.quantize)
    if options.frame_palettes and suffix != _GIF:
        raise OptionError(
            "`frame_palettes` needs a GIF file, because all frames of a PNG file share one "
            "palette; write a .gif file, or remove `frame_palettes`"
        )
    start = time.perf_counter()
    finding, mapping = subprogress(progress, 0.0, 0.5), subprogress(progress, 0.5, 1.0)
    scenes, options = _find_animation_palettes(animation, options, finding)
    mapped = _MappedFrames(animation, options, scenes)
    frames = with_progress(mapped, len(animation), mapping)
    data = None
    notes: list[str] = []
    if suffix is None:
        collections.deque(frames, maxlen=0)
    else:
        data = ENCODERS[suffix](frames, animation.plays, options.metadata(encoded, notes))
    measured = metrics.combine_metrics(mapped.errors)
    return ProcessedImage(
        data=data or b"",
        palette=scenes[0].palette,
        shares=shares_of(mapped.pixel_counts[0]),
        metrics=measured,
        bytes_in=len(encoded.data),
        bytes_out=None if data is None else len(data),
        frames=len(animation),
        seconds=time.perf_counter() - start,
        notes=animation.notes + notes,
        dither=options.quantize.dither,
        scenes=tuple(scenes) if options.frame_palettes else (),
        shortfall=options.floor.describe_shortfall(measured, None),
    )


def _find_animation_palettes(
    animation: Animation, options: JobOptions, progress: Progress
) -> tuple[list[ScenePalette], JobOptions]:
    """Return the palettes of the scenes, and the options for mapping each frame to its palette.

    All frames are one scene unless `options.frame_palettes`.
    """
    palette = options.palette
    if palette is not None:
        arrays = (frame.pixels for frame in animation)
        has_entry = options.transparent_entry or any_transparent(options.quantize, arrays)
        options = replace(options, transparent_entry=has_entry)
        if options.quantize.dither == AUTOMATIC:
            options = _choose_dither_of_frames(animation, options, palette)
        return [ScenePalette(0, palette)], options
    check_shared(options.quantize)
    counted = (count_image(options.quantize, frame.pixels) for frame in animation)
    images = with_progress(counted, len(animation), subprogress(progress, 0.0, 0.6))
    progress = subprogress(progress, 0.6, 1.0)
    if not options.frame_palettes:
        palette, options = find_shared_job_palette(options, merge_colors(images), progress)
        return [ScenePalette(0, palette)], options
    draft = replace(options.quantize, effort="fast")
    scenes = find_scenes(images, lambda colors: find_palette_of_colors(colors, draft))
    everything = merge_colors(scene.colors for scene in scenes)
    options = _choose_shared_options(options, everything)
    return [
        ScenePalette(scene.first_frame, _find_job_palette(options, scene.colors, report))
        for scene, report in zip(scenes, _divide(progress, len(scenes)), strict=True)
    ], options


def _choose_dither_of_frames(
    animation: Animation, options: JobOptions, palette: Palette
) -> JobOptions:
    """Return the options with the dithering of all frames, which is the same."""
    images = (options.quantize.prepare_image(frame.pixels) for frame in animation)
    contents = (find_content(None, options.quantize, image) for image in images)
    content = merge_contents(contents)
    chosen = choose_mapping_dither(options.quantize, content, palette)
    return replace(options, quantize=replace(options.quantize, dither=chosen.dither))


def find_shared_job_palette(
    options: JobOptions, colors: ImageColors, progress: Progress = no_progress
) -> tuple[Palette, JobOptions]:
    """Return the palette of all images, and the options for mapping each of them to it."""
    options = _choose_shared_options(options, colors)
    return _find_job_palette(options, colors, progress), options


def _choose_shared_options(options: JobOptions, colors: ImageColors) -> JobOptions:
    """Return the options of all images of these colours.

    Either all images have a transparent entry or none, and all are dithered alike.
    """
    has_entry = colors.has_transparency or options.transparent_entry
    quantize = choose_dither(options.quantize, colors.content)
    return replace(options, quantize=quantize, transparent_entry=has_entry)


def _find_job_palette(options: JobOptions, colors: ImageColors, progress: Progress) -> Palette:
    if not len(colors.histogram):
        return find_empty_palette(options.quantize)
    colors = colors._replace(has_transparency=options.transparent_entry)
    return find_palette_of_colors(colors, options.quantize, progress)


def _divide(progress: Progress, parts: int) -> list[Progress]:
    """Return the progress of each of several parts of the work."""
    return [subprogress(progress, part / parts, (part + 1) / parts) for part in range(parts)]


def any_transparent(options: CommonOptions, arrays: Iterable[Bytes]) -> bool:
    """Return whether any pixel of several arrays becomes transparent."""
    return any(options.prepare_image(pixels).opaque is not None for pixels in arrays)


class _MappedFrames:
    """The frames of an animation, mapped to their palettes one by one.

    Attributes
    ----------
    pixel_counts : list of (K,) ndarray of int64
        How many opaque pixels of the frames so far have each entry, for the palette of each scene.
    errors : list of Metrics
        Of the frames so far.
    """

    def __init__(
        self, animation: Animation, options: JobOptions, scenes: Sequence[ScenePalette]
    ) -> None:
        self._animation, self._options, self._scenes = animation, options, scenes
        self.pixel_counts = [np.zeros(len(scene.palette), np.int64) for scene in scenes]
        self.errors: list[Metrics] = []

    def __iter__(self) -> Iterator[IndexedFrame]:
        """Iterate over the frames, and map each when it is needed."""
        starts = {scene.first_frame: number for number, scene in enumerate(self._scenes)}
        for index, frame in enumerate(self._animation):
            if index in starts:
                number = starts[index]
                resting = RestingPixels(is_lossy=self._options.quantize.lossy > 0)
            image = self._options.quantize.prepare_image(frame.pixels)
            mapped = self._options.map(image, self._scenes[number].palette)
            quantized = resting.keep(image, mapped)
            self.pixel_counts[number] += quantized.pixel_counts()
            self.errors.append(self._options.measure(image, quantized))
            yield IndexedFrame(self._options.image(quantized), frame.duration)
