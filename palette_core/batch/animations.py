"""The processing of an animation, with one palette for all frames or one for each scene."""

from __future__ import annotations

import collections
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from .. import metrics
from ..animation import ENCODERS, Animation, IndexedFrame
from ..animation.resting_pixels import RestingPixels
from ..animation.scenes import find_scenes
from ..dither import AUTOMATIC, merge_contents
from ..errors import OptionError
from ..image.image_files import EncodedImage
from ..metrics import Metrics
from ..palette import Palette
from ..pipeline import choose_mapping_dither, find_content
from ..progress import Progress, subprogress, with_progress
from ..shared_palette import check_shared, count_image, find_palette_of_colors, merge_colors
from .job_options import GIF, JobOptions, is_soft
from .job_palettes import (
    any_transparent,
    choose_shared_options,
    find_job_palette,
    find_shared_job_palette,
)
from .results import ProcessedImage, ScenePalette


def process_animation(
    encoded: EncodedImage,
    animation: Animation,
    options: JobOptions,
    suffix: str | None,
    progress: Progress,
) -> ProcessedImage:
    """Quantize an animation; the arguments and errors are those of `process_image`."""
    if options.drop_unused:
        raise OptionError(
            "`drop_unused` cannot be used with an animation, whose frames share a palette; "
            "leave it out"
        )
    if options.floor.ssimulacra2 is not None:
        raise OptionError("`min_ssimulacra2` does not support animations; use `min_psnr`")
    if options.quantize.keeps_alpha:
        check_shared(options.quantize)
    if options.frame_palettes and suffix != GIF:
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
        if mapped.has_soft_edges:
            notes += options.note_hard_edges(
                "the frames of an animation have no entries with alpha"
            )
    measured = metrics.combine_metrics(mapped.errors)
    return ProcessedImage(
        data=data or b"",
        palette=scenes[0].palette,
        pixel_counts=mapped.pixel_counts[0],
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
    options = choose_shared_options(options, everything)
    palettes = []
    for number, scene in enumerate(scenes):
        part = subprogress(progress, number / len(scenes), (number + 1) / len(scenes))
        found = find_job_palette(options, scene.colors, part)
        palettes.append(ScenePalette(scene.first_frame, found))
    return palettes, options


def _choose_dither_of_frames(
    animation: Animation, options: JobOptions, palette: Palette
) -> JobOptions:
    """Return the options with the dithering of all frames, which is the same."""
    images = (options.quantize.prepare_image(frame.pixels) for frame in animation)
    contents = (find_content(None, options.quantize, image) for image in images)
    content = merge_contents(contents)
    chosen = choose_mapping_dither(options.quantize, content, palette)
    return replace(options, quantize=replace(options.quantize, dither=chosen.dither))


class _MappedFrames:
    """The frames of an animation, mapped to their palettes one by one.

    Attributes
    ----------
    pixel_counts : list of (K,) ndarray of int64
        How many opaque pixels of the frames so far have each entry, for the palette of each scene.
    errors : list of Metrics
        Of the frames so far.
    has_soft_edges : bool
        Whether any frame so far has semi-transparent pixels.
    """

    def __init__(
        self, animation: Animation, options: JobOptions, scenes: Sequence[ScenePalette]
    ) -> None:
        self._animation, self._options, self._scenes = animation, options, scenes
        self.pixel_counts = [np.zeros(len(scene.palette), np.int64) for scene in scenes]
        self.errors: list[Metrics] = []
        self.has_soft_edges = False

    def __iter__(self) -> Iterator[IndexedFrame]:
        """Iterate over the frames, and map each when it is needed."""
        starts = {scene.first_frame: number for number, scene in enumerate(self._scenes)}
        for index, frame in enumerate(self._animation):
            if index in starts:
                number = starts[index]
                resting = RestingPixels(is_lossy=self._options.quantize.lossy > 0)
            self.has_soft_edges |= is_soft(frame.pixels)
            image = self._options.quantize.prepare_image(frame.pixels)
            mapped = self._options.map(image, self._scenes[number].palette)
            quantized = resting.keep(image, mapped)
            self.pixel_counts[number] += quantized.pixel_counts()
            self.errors.append(self._options.measure(image, quantized))
            yield IndexedFrame(self._options.image(quantized), frame.duration)
