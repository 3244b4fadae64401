"""``palette-core sort``: a palette file in another order."""

from __future__ import annotations

import argparse

from ..ordering import BY_COLOR, ORDERS
from ..palette import TOLERANCES
from . import groups, streams
from .arguments import number
from .parser import summaries

HELP = "sort the colours of a palette file"
DESCRIPTION = "Sort the colours of a palette file, and merge similar ones."
ARGUMENTS = "IN OUT"
EXAMPLES = (
    "palette-core sort photo.gpl sorted.gpl --order hue",
    "palette-core sort photo.gpl fewer.gpl --merge 2.3",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    groups.add_palette_files(parser)
    palette = parser.add_argument_group("Palette")
    palette.add_argument(
        "--order",
        choices=summaries({name: ORDERS[name] for name in BY_COLOR}) | {"kept": "as in the file"},
        default="luminance",
        metavar="ORDER",
        help="order of the colours (default: luminance)",
    )
    least, most = TOLERANCES
    palette.add_argument(
        "--merge",
        type=number(*TOLERANCES),
        metavar="X",
        help="before sorting, remove colours whose CIELAB difference from an earlier one is at "
        f"most X, {least:g} to {most:g}; 2.3 is just visible (default: keep all)",
    )


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    streams.check_outputs(args, None, args.output)
    palette = streams.read_palette(args.input)
    if args.merge is not None:
        palette = palette.merged(args.merge)
    streams.save_palette(args, palette.sorted(args.order), args.output)
