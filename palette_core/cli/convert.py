"""``palette-core convert``: a palette file in another format."""

from __future__ import annotations

import argparse

from ..formats import SUFFIXES
from . import arguments, console, streams

HELP = "turn a palette file into one of another format"
DESCRIPTION = f"Turn a palette file into one of another format: {', '.join(SUFFIXES)}."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_palette_input(parser, "input", "IN")
    parser.add_argument(
        "output",
        metavar="OUT",
        help="the one to write, in the format of its suffix; or - for standard output",
    )
    arguments.add_palette_format(parser, "OUT")
    parser.add_argument("--force", action="store_true", help="overwrite OUT if it exists")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    console.check_outputs(args, None, args.output)
    palette = streams.read_palette(args.input)
    console.save_palette(args, palette, args.output)
