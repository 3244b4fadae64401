"""``palette-core sheet``: an image beside its results with several numbers of colours."""

from __future__ import annotations

import argparse
import time

import palette_core as pc

from ..image import image_files
from ..options import QuantizeOptions
from ..palette import MAX_COLORS
from ..report import contact_sheet
from . import arguments, console, printing, streams
from .arguments import MAPPING_OPTIONS, METHOD_OPTIONS, given

HELP = "draw a picture beside its results with several numbers of colours"
DESCRIPTION = (
    "Draw a picture beside its results with several numbers of colours, each with its palette, a "
    "map of what was lost, and the errors at full size."
)
_COLORS = (4, 8, 16, 64)
_WIDTH, _WIDTHS = 320, (16, 4096)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_input(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT.png",
        required=True,
        help="write the sheet, or - for standard output",
    )
    parser.add_argument(
        "-k",
        "--colors",
        "--colours",
        type=arguments.whole_numbers(1, MAX_COLORS),
        default=_COLORS,
        metavar="N,N...",
        help=f"how many colours at most, each 1 to {MAX_COLORS} ({','.join(map(str, _COLORS))})",
    )
    parser.add_argument(
        "--width",
        type=arguments.whole_number(*_WIDTHS),
        default=_WIDTH,
        metavar="N",
        help=f"how wide a picture may be in the sheet, {_WIDTHS[0]} to {_WIDTHS[1]} ({_WIDTH})",
    )
    arguments.add_design_options(parser)
    arguments.add_dither_options(parser, "floyd-steinberg; none with other methods than kmeans")
    arguments.add_dither_adaptive(parser)
    arguments.add_max_pixels(parser)
    arguments.add_report_options(parser)


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    names = METHOD_OPTIONS + MAPPING_OPTIONS
    design = arguments.for_the_eye(args, names) | given(args, names)
    options = QuantizeOptions(**design)  # also for its checks of values that do not go together
    console.check_outputs(args, args.output, None)
    pixels = console.read_pixels(args.input, args.max_pixels)
    start = time.perf_counter()
    prepared = options.prepare_image(pixels).to_array()
    columns = [
        contact_sheet.measure(prepared, pc.quantize(pixels, count, **design), width=args.width)
        for count in args.colors
    ]
    notes = [f"{name}: {getattr(options, name)}" for name in ("method", "space", "dither")]
    page = contact_sheet.sheet(pixels, columns, width=args.width, notes=notes)
    seconds = time.perf_counter() - start
    streams.write(args.output, image_files.encode_png(page), overwrite=args.force)
    if args.json:
        results = [
            printing.palette_as_json(column.palette, column.shares)
            | printing.metrics_as_json(column.metrics)
            for column in columns
        ]
        console.print_json({"results": results, "seconds": seconds})
    elif not streams.is_standard_output(args.output):
        counts = ", ".join(str(len(column.palette)) for column in columns)
        size = f"{page.width} x {page.height} pixels"
        console.print_line(f"{args.output}: {counts} colours, {size}, {seconds:.2f} s")
