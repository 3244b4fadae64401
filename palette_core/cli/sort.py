"""``palette-core sort``: a palette file in another order."""

from __future__ import annotations

import argparse

from ..ordering import BY_COLOR
from ..palette import TOLERANCES
from . import arguments, console, streams
from .arguments import number

HELP = "sort the colours of a palette file"
DESCRIPTION = "Sort the colours of a palette file, and merge those that are hardly different."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_palette_input(parser, "input", "IN")
    parser.add_argument(
        "output", metavar="OUT", help="the palette file to write, or - for standard output"
    )
    arguments.add_palette_format(parser, "OUT")
    parser.add_argument(
        "--order",
        choices=BY_COLOR,
        default="luminance",
        help="which colour comes first (luminance)",
    )
    least, most = TOLERANCES
    parser.add_argument(
        "--merge",
        type=number(*TOLERANCES),
        metavar="X",
        help="before that, leave out colours that differ from one before them by X at most, "
        f"{least:g} to {most:g} in CIELAB, where 2.3 can just be seen (all are kept)",
    )
    parser.add_argument("--force", action="store_true", help="overwrite OUT if it exists")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    console.check_outputs(args, None, args.output)
    palette = streams.read_palette(args.input)
    if args.merge is not None:
        palette = palette.merged(args.merge)
    console.save_palette(args, palette.sorted(args.order), args.output)
