"""``palette-core palette``: the palette of an image."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

from ..dither import DITHERS
from ..options import QuantizeOptions
from ..palette_values import spell_count
from ..pipeline import run_find_palette, run_map
from . import arguments, console, file_options, groups, printing, streams
from .arguments import DESIGN_OPTIONS, DITHER_OPTIONS, SHARED_OPTIONS, given
from .parser import UsageError

HELP = "find the palette of an image"
DESCRIPTION = "Find the palette of an image, and print or save it."
ARGUMENTS = "INPUT"
EXAMPLES = (
    "palette-core palette photo.jpg -k 8",
    "palette-core palette photo.jpg -o photo.gpl",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    groups.add_input(parser)
    output = parser.add_argument_group("Output")
    groups.add_output(output, "OUT.gpl", "palette file")
    groups.add_palette_format(output, "OUT.gpl")
    groups.add_json(output)
    groups.add_force(output)
    palette = parser.add_argument_group("Palette")
    groups.add_color_count(palette)
    groups.add_constraints(palette)
    groups.add_order(palette)
    dithering = parser.add_argument_group("Intended dithering")
    groups.add_dither_choice(dithering, DITHERS)
    groups.add_threshold_matrix(dithering)
    groups.add_transparency(parser.add_argument_group("Transparency"))
    groups.add_algorithm(parser.add_argument_group("Algorithm"))


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    names = DESIGN_OPTIONS + SHARED_OPTIONS
    values = arguments.perceptual_defaults(args, names) | given(args, names + DITHER_OPTIONS)
    values |= file_options.read_threshold_matrix(args)
    streams.check_inputs(args.input, args.start, args.lock_palette, args.threshold_matrix)
    options = QuantizeOptions(**values, **file_options.read_constraints(args))
    if args.format is not None and args.output is None:
        raise UsageError("--format needs an output file; name it with -o")
    streams.check_outputs(args, None, args.output)
    image = options.prepare_image(streams.read_pixels(args.input, args.max_pixels))
    start = time.perf_counter()
    found = run_find_palette(image, options)
    seconds = time.perf_counter() - start
    palette = streams.name_palette(found, args.input)
    if args.output is not None:
        streams.write_palette(palette, args.output, args.format, overwrite=args.force)
    if args.json:
        nearest = run_map(image, palette, replace(options, dither="none"))
        console.print_json(printing.palette_as_json(palette, nearest.shares(), seconds=seconds))
    elif args.output is None:
        print("\n".join(palette.hex))
    elif not streams.is_standard_output(args.output):
        console.print_line(f"{args.output}: {spell_count(len(palette))}, {seconds:.2f} s")
