"""``palette-core show``: a palette's colours, to look at."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator

import palette_core as pc

from . import arguments, console, streams

HELP = "show a palette file"
DESCRIPTION = "Show a palette file: its colours in a terminal, or as a picture."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    arguments.add_palette_input(parser, "file", "FILE")
    parser.add_argument(
        "--png",
        metavar="OUT.png",
        help="write a sheet of swatches instead, or - for standard output",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--force", action="store_true", help="overwrite OUT.png if it exists")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    console.check_outputs(args, args.png, None)
    palette = streams.read_palette(args.file)
    if args.png is not None:
        streams.write_palette(palette, args.png, "png", overwrite=args.force)
    if args.json:
        console.print_json(
            {
                "name": palette.name,
                "colors": len(palette),
                "palette": list(palette.hex),
                "names": list(palette.names),
                "columns": palette.columns,
            }
        )
    elif args.png is not None:
        if not streams.is_standard_output(args.png):
            console.print_line(f"{args.png}: {len(palette)} colours")
    else:
        for line in _swatches(palette) if _has_colors() else _lines(palette):
            print(line)


def _has_colors() -> bool:
    """Return whether standard output is a terminal that is to show colours (no-color.org)."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and sys.stdout is not None and sys.stdout.isatty()


def _lines(palette: pc.Palette) -> Iterator[str]:
    for index, (code, name) in enumerate(zip(palette.hex, palette.names, strict=True)):
        yield f"{index} {code} {name}".rstrip()


def _swatches(palette: pc.Palette) -> Iterator[str]:
    """Return the same lines behind their colours, in 24-bit escape sequences (ISO 8613-6)."""
    for (red, green, blue), line in zip(palette, _lines(palette), strict=True):
        yield f"\x1b[48;2;{red};{green};{blue}m      \x1b[0m {line}"
