"""``palette-core convert``: a palette file in another format."""

from __future__ import annotations

import argparse

from . import console, groups, streams

HELP = "convert a palette file to another format"
DESCRIPTION = "Convert a palette file to another format."
ARGUMENTS = "IN OUT"
EXAMPLES = (
    "palette-core convert photo.gpl photo.ase",
    "palette-core convert '#000,#fff,#e63946' flag.gpl",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument_group("Input").add_argument("input", metavar="IN", help=groups.PALETTE)
    output = parser.add_argument_group("Output")
    output.add_argument(
        "output", metavar="OUT", help="palette file to write, or - for standard output"
    )
    groups.add_palette_format(output, "OUT")
    groups.add_force(output)


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    console.check_outputs(args, None, args.output)
    palette = streams.read_palette(args.input)
    console.save_palette(args, palette, args.output)
