"""``palette-core downscale``: enlarged pixel art at its original size."""

from __future__ import annotations

import argparse
import time

import palette_core as pc

from ..image import indexed_png
from ..options import AUTO
from ..palette import MAX_COLORS
from ..palette_values import spell_count
from . import arguments, console, groups, printing, streams

HELP = "restore pixel art that was enlarged"
DESCRIPTION = (
    "Restore pixel art that was enlarged, also by a factor that is not whole, and blurred or saved "
    "as a JPEG file: find its grid, and write one pixel for each cell, in a few colours."
)
ARGUMENTS = "INPUT -o OUT.png"
EXAMPLES = (
    "palette-core downscale enlarged.png -o sprite.png",
    "palette-core downscale enlarged.jpg -k 12 -o sprite.png",
)
_CELLS = (1.0, 4096.0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    groups.add_input(parser)
    parser.add_argument_group("Grid").add_argument(
        "--cell",
        type=arguments.number(*_CELLS),
        metavar="SIZE",
        help="size of a cell in pixels, counted from the top left corner (default: found)",
    )
    output = parser.add_argument_group("Output")
    groups.add_output(output, "OUT.png", "image")
    groups.add_json(output)
    groups.add_force(output)
    parser.add_argument_group("Palette").add_argument(
        *groups.COLORS,
        type=arguments.number_of_colors,
        default=AUTO,
        metavar="N",
        help=f"maximum number of colours, 1 to {MAX_COLORS}, or {AUTO} for the suggested number "
        f"(default: {AUTO})",
    )


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    streams.require_output(args, "output")
    streams.check_outputs(args, args.output, None)
    pixels = streams.read_pixels(args.input, args.max_pixels)
    start = time.perf_counter()
    if args.cell is None:
        grid = pc.find_pixel_grid(pixels)
    else:
        grid = pc.PixelGrid.of_cells(pixels, args.cell)
    small = pc.downscale_pixel_art(pixels, grid)
    quantized = pc.quantize(small, args.colors)
    data = indexed_png.encode(quantized.to_image())
    seconds = time.perf_counter() - start
    streams.write(args.output, data, overwrite=args.force)
    columns, rows = grid.size
    if args.json:
        found = printing.palette_as_json(quantized.palette, quantized.shares(), seconds=seconds)
        found |= {"width": columns, "height": rows, "cell": grid.cell, "origin": grid.origin}
        console.print_json(found)
    elif not streams.is_standard_output(args.output):
        width, height = grid.cell
        cells = f"{columns} x {rows} pixels, from cells of {width:.2f} x {height:.2f}"
        count = spell_count(len(quantized.palette))
        console.print_line(f"{args.output}: {cells}, {count}, {seconds:.2f} s")
