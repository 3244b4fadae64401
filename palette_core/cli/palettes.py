"""``palette-core palettes``: the palette library."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from ..palette_library import LIBRARY, LibraryPalette
from . import console, groups

HELP = "list the palettes of computers, consoles and displays"
DESCRIPTION = (
    "List the palettes of computers, consoles and displays. Other commands take @NAME in place of "
    "a palette file."
)
ARGUMENTS = ""
EXAMPLES = (
    "palette-core palettes",
    "palette-core palettes --json",
)
# Of more colours every other one is shown, or every third, and so on.
_MOST_SWATCHES = 32


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    groups.add_json(parser.add_argument_group("Output"))


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    if args.json:
        console.print_json({"palettes": [_as_json(entry) for entry in LIBRARY.values()]})
        return
    for line in _lines():
        print(line)


def _as_json(entry: LibraryPalette) -> dict[str, object]:
    return {
        "name": entry.name,
        "label": entry.label,
        "summary": entry.summary,
        "source": entry.source,
        "colors": len(entry.palette),
        "palette": list(entry.palette.hex),
    }


def _lines() -> Iterator[str]:
    column = max(map(len, LIBRARY))
    for name, entry in LIBRARY.items():
        line = f"{name:{column}} {len(entry.palette):4}  {entry.label}: {entry.summary}"
        yield f"{line}\n{' ' * column}       {_swatches(entry)}" if console.has_colors() else line


def _swatches(entry: LibraryPalette) -> str:
    colors = list(entry.palette)
    step = -(-len(colors) // _MOST_SWATCHES)
    return "".join(console.swatch(color, 2) for color in colors[::step])
