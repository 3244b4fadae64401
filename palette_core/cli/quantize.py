"""``palette-core quantize``: a picture into K colours."""

from __future__ import annotations

import argparse
import time

import palette_core as pc

from .. import pictures
from ..options import AUTO, TRANSPARENT_INDICES, Options
from . import arguments, console, rules
from .arguments import DESIGN_OPTIONS, MAPPING_OPTIONS, UsageError, given

HELP = "put a picture into K colours"
DESCRIPTION = "Put a picture into K colours: an indexed PNG and its palette."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_input(parser)
    parser.add_argument("-o", "--output", metavar="OUT.png", help="write the indexed picture")
    parser.add_argument(
        "--palette-out", metavar="OUT.gpl", help="write the palette, as its suffix says"
    )
    parser.add_argument(
        "--palette", metavar="FILE", help="use the colours of this palette instead of finding some"
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="refuse a picture that has other colours than those of --palette",
    )
    parser.add_argument(
        "--drop-unused", action="store_true", help="leave out the colours that no pixel has"
    )
    arguments.add_colors(parser)
    arguments.add_design_options(parser)
    rules.add_rules(parser)
    arguments.add_dither_options(parser, "floyd-steinberg; none with other methods than kmeans")
    arguments.add_dither_adaptive(parser)
    parser.add_argument(
        "--transparent-index",
        choices=TRANSPARENT_INDICES,
        help="the place of the transparent entry in OUT.png (last)",
    )
    arguments.add_report_options(parser)


def run(chosen: argparse.Namespace) -> None:
    """Run the command."""
    design = given(chosen, DESIGN_OPTIONS) | rules.given_rules(chosen)
    mapping = arguments.for_the_eye(chosen, MAPPING_OPTIONS) | given(chosen, MAPPING_OPTIONS)
    if chosen.palette is not None and design:
        option = next(iter(design)).replace("_", "-")
        raise UsageError(f"--palette gives the colours, so --{option} has no say; drop one of them")
    if chosen.strict and chosen.palette is None:
        raise UsageError("--strict is about the colours of --palette; give one")
    options = Options(**design, **mapping)  # for its checks of values that do not go together
    console.check_outputs(chosen, chosen.output, chosen.palette_out)
    fixed = None if chosen.palette is None else pc.Palette.load(chosen.palette)

    pixels = console.read(chosen.input)
    start = time.perf_counter()
    if fixed is None:
        quantized = pc.quantize(pixels, **design, **mapping)
    else:
        quantized = pc.map_pixels(pixels, fixed, strict=chosen.strict, **mapping)
    if chosen.drop_unused:
        quantized = quantized.without_unused()
    seconds = time.perf_counter() - start

    # All that can fail comes before the first file is written.
    metrics = pc.compare(options.settle(pixels).to_array(), quantized.to_array())
    if options.colors == AUTO and options.dither != "none":
        console.say("note: the target is met without dithering, which is not counted as error")
    palette = console.named(quantized.palette, chosen.input)
    if chosen.output is not None:
        image = quantized.to_image(**given(chosen, ("transparent_index",)))
        console.write(chosen.output, pictures.to_png(image), overwrite=chosen.force)
    if chosen.palette_out is not None:
        palette.save(chosen.palette_out, overwrite=chosen.force)
    console.report_palette(chosen, palette, seconds, metrics)
