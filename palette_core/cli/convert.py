"""``palette-core convert``: a palette file in another format."""

from __future__ import annotations

import argparse

from . import groups, streams

HELP = "convert a palette file to another format"
DESCRIPTION = "Convert a palette file to another format."
ARGUMENTS = "IN OUT"
EXAMPLES = (
    "palette-core convert photo.gpl photo.ase",
    "palette-core convert '#000,#fff,#e63946' flag.gpl",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    groups.add_palette_files(parser)


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    streams.check_outputs(args, None, args.output)
    palette = streams.read_palette(args.input)
    streams.save_palette(args, palette, args.output)
