"""``palette-core sheet``: an image beside its results with several numbers of colours."""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

from ..image import image_files
from ..options import QuantizeOptions
from ..palette import MAX_COLORS
from ..palette_values import spell_count
from ..pipeline import run_quantize
from ..report import contact_sheet
from . import arguments, console, file_options, groups, printing, streams
from .arguments import MAPPING_OPTIONS, METHOD_OPTIONS, given

HELP = "compare several numbers of colours side by side"
DESCRIPTION = (
    "Draw an image beside its results with several numbers of colours, each with its palette, a "
    "map of the differences, and error figures."
)
ARGUMENTS = "INPUT -o OUT.png"
EXAMPLES = ("palette-core sheet photo.jpg -k 4,16,64 -o sheet.png",)
_COLORS = (4, 8, 16, 64)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    groups.add_input(parser)
    output = parser.add_argument_group("Output")
    groups.add_output(output, "OUT.png", "image")
    groups.add_width(output, "of each image in the sheet", default=320)
    groups.add_json(output)
    groups.add_force(output)
    palette = parser.add_argument_group("Palette")
    palette.add_argument(
        *groups.COLORS,
        type=arguments.whole_numbers(1, MAX_COLORS),
        default=_COLORS,
        metavar="N,N...",
        help=f"maximum numbers of colours, each 1 to {MAX_COLORS} "
        f"(default: {','.join(map(str, _COLORS))})",
    )
    groups.add_order(palette)
    groups.add_dithering(parser)
    groups.add_transparency(parser.add_argument_group("Transparency"))
    groups.add_algorithm(parser.add_argument_group("Algorithm"))


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    names = METHOD_OPTIONS + MAPPING_OPTIONS
    values = arguments.perceptual_defaults(args, names) | given(args, names)
    options = QuantizeOptions(**(values | file_options.read_threshold_matrix(args)))
    streams.require_output(args, "output")
    streams.check_outputs(args, args.output, None)
    pixels = streams.read_pixels(args.input, args.max_pixels)
    start = time.perf_counter()
    image = options.prepare_image(pixels)
    original = image.to_array()
    results = [run_quantize(image, replace(options, colors=count)) for count in args.colors]
    columns = [contact_sheet.measure(original, result, width=args.width) for result in results]
    dithers = ", ".join(dict.fromkeys(result.dither for result in results))
    notes = [f"method: {options.method}", f"space: {options.space}", f"dither: {dithers}"]
    page = contact_sheet.sheet(pixels, columns, width=args.width, notes=notes)
    seconds = time.perf_counter() - start
    streams.write(args.output, image_files.encode_png(page), overwrite=args.force)
    if args.json:
        reports = [
            printing.palette_as_json(column.palette, column.shares)
            | printing.metrics_as_json(column.metrics)
            for column in columns
        ]
        console.print_json({"results": reports, "seconds": seconds})
    elif not streams.is_standard_output(args.output):
        *others, last = (column.palette for column in columns)
        counts = ", ".join([*(str(len(palette)) for palette in others), spell_count(len(last))])
        size = f"{page.width} x {page.height} pixels"
        console.print_line(f"{args.output}: {counts}, {size}, {seconds:.2f} s")
