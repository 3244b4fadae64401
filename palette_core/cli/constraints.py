"""Rules: the arguments of what a palette has to keep to, or to begin from."""

from __future__ import annotations

import argparse
from typing import Any

from ..color.hardware_grids import GRIDS
from .arguments import number
from .streams import read_palette


def add_constraint_options(parser: argparse.ArgumentParser) -> None:
    """Add them to a command that finds palettes."""
    parser.add_argument(
        "--lock",
        action="append",
        metavar="COLOR",
        help="keep this colour exactly: '#rrggbb', or '#rrggbb@INDEX' for its place, in quotes; "
        "may be given again",
    )
    parser.add_argument(
        "--lock-palette", metavar="FILE", help="keep all colours of this palette exactly"
    )
    parser.add_argument(
        "--start",
        metavar="FILE",
        help="begin from this palette, and keep its entries at their places where they still serve",
    )
    parser.add_argument(
        "--rare",
        type=number(0, 1),
        metavar="X",
        help="how much colours of few pixels count: 0 as these, 1 as all others (0)",
    )
    parser.add_argument(
        "--grid",
        type=_grid,
        metavar="G",
        help=f"take only colours that a display has: {', '.join(GRIDS)}, or as many bits for each "
        "channel, 1 to 8 (all)",
    )


def read_constraints(args: argparse.Namespace) -> dict[str, Any]:
    """Return those that are on the command line as the functions take them; read the palettes."""
    rules: dict[str, Any] = {}
    locked: list[object] = list(args.lock or [])
    if args.lock_palette is not None:
        locked += list(read_palette(args.lock_palette).hex)
    if locked:
        rules["locked"] = locked
    if args.start is not None:
        rules["start"] = read_palette(args.start)
    if args.rare is not None:
        rules["rare"] = args.rare
    if args.grid is not None:
        rules["grid"] = args.grid
    return rules


def _grid(text: str) -> str | int:
    """Read a grid's name, or its bits; what is neither, the functions refuse."""
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 else text
