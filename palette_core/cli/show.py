"""``palette-core show``: the colours of a palette."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import palette_core as pc

from ..palette import spell_count
from . import console, groups, streams

HELP = "show the colours of a palette file"
DESCRIPTION = "Show the colours of a palette file in the terminal, or as an image."
ARGUMENTS = "FILE"
EXAMPLES = (
    "palette-core show photo.gpl",
    "palette-core show photo.gpl --png swatches.png",
    "palette-core show @c64",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument_group("Input").add_argument("file", metavar="FILE", help=groups.PALETTE)
    output = parser.add_argument_group("Output")
    output.add_argument(
        "--png", metavar="OUT.png", help="image of swatches to write, or - for standard output"
    )
    groups.add_json(output)
    groups.add_force(output)


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
            console.print_line(f"{args.png}: {spell_count(len(palette))}")
    else:
        for line in _swatches(palette) if console.has_colors() else _lines(palette):
            print(line)


def _lines(palette: pc.Palette) -> Iterator[str]:
    for index, (code, name) in enumerate(zip(palette.hex, palette.names, strict=True)):
        yield f"{index} {code} {name}".rstrip()


def _swatches(palette: pc.Palette) -> Iterator[str]:
    """Return the lines, each after a swatch."""
    for color, line in zip(palette, _lines(palette), strict=True):
        yield f"{console.swatch(color, 6)} {line}"
