"""``palette-core convert``: a palette file in another format."""

from __future__ import annotations

import argparse

import palette_core as pc

from ..formats import FORMATS, SUFFIXES
from . import console

HELP = "turn a palette file into one of another format"
DESCRIPTION = f"Turn a palette file into one of another format: {', '.join(SUFFIXES)}."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("input", metavar="IN", help="a palette file")
    parser.add_argument("output", metavar="OUT", help="the one to write; its suffix says what")
    parser.add_argument(
        "--format", choices=FORMATS, help="write OUT in this format, whatever its suffix"
    )
    parser.add_argument("--force", action="store_true", help="overwrite OUT if it exists")


def run(chosen: argparse.Namespace) -> None:
    """Run the command."""
    palette = pc.Palette.load(chosen.input)
    palette.save(chosen.output, overwrite=chosen.force, format=chosen.format)
    console.print_line(f"{chosen.output}: {len(palette)} colours")
