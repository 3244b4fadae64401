"""Reports: what the commands print of palettes and images, as a line or as JSON."""

from __future__ import annotations

import argparse
import dataclasses
import math
from collections.abc import Sequence
from typing import Any

import palette_core as pc

from ..arrays import Floats
from ..batch import JobOptions, ProcessedImage
from ..dither import AUTOMATIC
from ..palette_values import spell_count
from . import console, streams

# The exit code if an image was not written because it would not be smaller, as in pngquant.
SKIPPED = 98
# The exit code if an image was not written because its quality is too low, as in pngquant.
TOO_LOW = 99


def print_result(
    args: argparse.Namespace,
    made: ProcessedImage,
    options: JobOptions,
    *,
    skipped: bool,
    **more: object,
) -> None:
    """Print what became of the only image, in JSON with more values."""
    if args.json:
        console.print_json(image_as_json(made, options, skipped=skipped) | more)
    elif skipped or streams.is_standard_output(args.output, args.palette_out, args.legend):
        return  # standard output holds what was written, and nothing else
    elif args.output is not None:
        console.print_line(image_as_line(args.output, made, options))
    elif not args.best:  # which has printed a table
        print("\n".join(made.palette.hex))


def print_skipped(name: str, made: ProcessedImage) -> None:
    """Print on standard error that a result was not written, and why."""
    if made.shortfall:
        advice = "use more colours, or a lower minimum"
        console.print_message(
            f"error: {name}: not written, because {console.spell_options(made.shortfall)}; {advice}"
        )
        return
    console.print_message(
        f"note: {name}: skipped, because the result of {_size(made.bytes_out or 0)} is not smaller "
        f"than the file of {_size(made.bytes_in)}"
    )


def exit_code(skipped: Sequence[ProcessedImage]) -> int:
    """Return the exit code for the results that were not written."""
    if any(made.shortfall for made in skipped):
        return TOO_LOW
    return SKIPPED if skipped else 0


def image_as_line(name: str, made: ProcessedImage, options: JobOptions) -> str:
    """Return what became of an image as a line."""
    parts = [spell_count(len(made.palette))]
    if len(made.scenes) > 1:
        most = max(len(scene.palette) for scene in made.scenes)
        parts = [f"{len(made.scenes)} palettes of up to {spell_count(most)}"]
    if made.frames > 1:
        parts.insert(0, f"{made.frames} frames")
    parts.append(f"PSNR {made.metrics.psnr:.2f} dB" if made.metrics.compared else "nothing opaque")
    if made.dither == "none" and options.quantize.dither == AUTOMATIC:
        parts.append("dithering: none (automatic)")
    if made.bytes_out is not None:
        parts.append(f"{_size(made.bytes_in)} to {_size(made.bytes_out)}")
    parts.append(f"{made.seconds:.2f} s")
    return f"{name}: {', '.join(parts)}"


def image_as_json(made: ProcessedImage, options: JobOptions, *, skipped: bool) -> dict[str, Any]:
    """Return what became of an image as a JSON object."""
    found = palette_as_json(made.palette, made.shares) | metrics_as_json(made.metrics)
    found |= {"bytes_in": made.bytes_in, "bytes_out": made.bytes_out, "seconds": made.seconds}
    found["dither"] = made.dither
    found["dither_automatic"] = options.quantize.dither == AUTOMATIC
    found["notes"] = [console.spell_options(note) for note in made.notes]
    if made.ssimulacra2 is not None:
        found["ssimulacra2"] = made.ssimulacra2
    if made.frames > 1:
        found["frames"] = made.frames
    if made.scenes:
        found["scenes"] = [
            {"first_frame": scene.first_frame, "palette": list(scene.palette.hex)}
            for scene in made.scenes
        ]
    if skipped:
        found["skipped"] = True
    return found


def palette_as_json(palette: pc.Palette, shares: Floats, **more: float) -> dict[str, Any]:
    """Return a palette, and the share of the pixels that each entry has, as a JSON object."""
    found = {"colors": len(palette), "palette": list(palette.hex), "shares": shares.tolist()}
    if palette.alpha is not None:
        found["alpha"] = palette.alpha.tolist()
    return found | more


def metrics_as_json(metrics: pc.Metrics) -> dict[str, float | None]:
    """Return metrics as a JSON object.

    JSON has no infinity and no NaN. `psnr` is null where there is no error, all three of `mse`,
    `psnr` and `delta_e` where no pixel was compared.
    """
    values = dataclasses.asdict(metrics)
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def _size(count: int) -> str:
    """Return a number of bytes for people to read."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.1f} kB" if count < 1_000_000 else f"{count / 1_000_000:.2f} MB"
