"""``palette-core palette``: a palette alone."""

from __future__ import annotations

import argparse
import time

import palette_core as pc

from ..options import QuantizeOptions
from . import arguments, console, constraints, printing, streams
from .arguments import DESIGN_OPTIONS, DITHER_OPTIONS, SHARED_OPTIONS, given

HELP = "find a palette only"
DESCRIPTION = "Find a palette for a picture, and save or print it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_input(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT.gpl",
        help="write the palette in the format of its suffix; or - for standard output",
    )
    arguments.add_palette_format(parser, "OUT.gpl")
    arguments.add_colors(parser)
    arguments.add_design_options(parser)
    constraints.add_constraint_options(parser)
    arguments.add_dither_options(parser, "none; it says what the palette is to be good for")
    arguments.add_max_pixels(parser)
    arguments.add_report_options(parser)


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    names = DESIGN_OPTIONS + SHARED_OPTIONS
    design = arguments.for_the_eye(args, names) | given(args, names + DITHER_OPTIONS)
    streams.check_inputs(args.input, args.start, args.lock_palette)
    design |= constraints.read_constraints(args)
    QuantizeOptions(**design)  # for its checks of values that do not go together
    console.check_outputs(args, None, args.output)
    pixels = console.read_pixels(args.input, args.max_pixels)
    start = time.perf_counter()
    found = pc.find_palette(pixels, **design)
    seconds = time.perf_counter() - start
    palette = console.name_palette(found, args.input)
    if args.output is not None:
        streams.write_palette(palette, args.output, args.format, overwrite=args.force)
    if args.json:
        comparison = {name: design[name] for name in SHARED_OPTIONS if name in design}
        nearest = pc.map_pixels(pixels, palette, **comparison)
        console.print_json(printing.palette_as_json(palette, nearest.shares(), seconds=seconds))
    else:
        printing.print_palette(args, palette, seconds)
