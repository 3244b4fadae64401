"""The processing of one image file, still or animated, to the bytes of an indexed image."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ..animation import ENCODERS, IndexedFrame, decode_first, open_animation
from ..image import indexed_png
from ..image.image_files import EncodedImage
from ..image.metadata import Metadata
from ..pipeline import find_empty_palette, run_quantize
from ..progress import Progress, no_progress
from .animations import process_animation
from .job_options import PNG, JobOptions, is_soft
from .quality_floor import measure_ssimulacra2
from .results import ProcessedImage

if TYPE_CHECKING:
    from PIL.Image import Image


def process_image(
    encoded: EncodedImage, options: JobOptions, suffix: str | None, progress: Progress = no_progress
) -> ProcessedImage:
    """Quantize an image file, and return it in the format of a suffix, ".png" or ".gif".

    Both formats keep animations, whose frames have one palette. Without a suffix nothing is
    encoded.
    """
    animation = open_animation(encoded)
    if animation is not None and len(animation) > 1:
        return process_animation(encoded, animation, options, suffix, progress)
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
        if is_soft(still.pixels) and not options.quantize.keeps_alpha:
            notes += options.note_hard_edges(f"{suffix} files have no entries with alpha")
        data = _encode_still(options.image(quantized), suffix, options.metadata(encoded, notes))
    measured = options.measure(image, quantized)
    score = None
    if options.floor.ssimulacra2 is not None:
        score = measure_ssimulacra2(image.to_array(), quantized.to_array())
    return ProcessedImage(
        data=data or b"",
        palette=quantized.palette,
        pixel_counts=quantized.pixel_counts(),
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
    if suffix == PNG:
        return indexed_png.encode(image, metadata)
    return ENCODERS[suffix]([IndexedFrame(image, 0.0)], 1, metadata)
