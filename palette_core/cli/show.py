"""``palette-core show``: the colours of a palette."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import palette_core as pc

from ..palette_values import spell_count
from . import console, groups, legend, streams

HELP = "show the colours of a palette file"
DESCRIPTION = "Show the colours of a palette file in the terminal, or as an image."
ARGUMENTS = "FILE"
EXAMPLES = (
    "palette-core show photo.gpl",
    "palette-core show photo.gpl --png swatches.png",
    "palette-core show photo.gpl --names css",
    "palette-core show @c64",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument_group("Input").add_argument("file", metavar="FILE", help=groups.PALETTE)
    output = parser.add_argument_group("Output")
    output.add_argument(
        "--png", metavar="OUT.png", help="image of swatches to write, or - for standard output"
    )
    legend.add_names(output)
    groups.add_json(output)
    groups.add_force(output)


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    streams.check_outputs(args, args.png, None)
    streams.check_inputs(args.file, args.names)
    named = legend.read_names(args)
    palette = streams.read_palette(args.file)
    if args.png is not None:
        streams.write_palette(palette, args.png, "png", overwrite=args.force)
    nearest = legend.name_entries(palette, named)
    if args.json:
        found = {
            "name": palette.name,
            "colors": len(palette),
            "palette": list(palette.hex),
            "names": [entry.name for entry in nearest],
            "columns": palette.columns,
        }
        if named is not None:
            found["differences"] = [entry.difference for entry in nearest]
        console.print_json(found)
    elif args.png is not None:
        if not streams.is_standard_output(args.png):
            console.print_line(f"{args.png}: {spell_count(len(palette))}")
    else:
        names = [entry.name for entry in nearest]
        if named is not None:
            names = [f"{entry.name} ({entry.difference:.1f})" for entry in nearest]
        for line in _lines(palette, names):
            print(line)


def _lines(palette: pc.Palette, names: list[str]) -> Iterator[str]:
    """Return a line for every entry, in a terminal after a swatch."""
    has_colors = console.has_colors()
    for index, (color, code, name) in enumerate(zip(palette, palette.hex, names, strict=True)):
        line = f"{index} {code} {name}".rstrip()
        yield f"{console.swatch(color, 6)} {line}" if has_colors else line
