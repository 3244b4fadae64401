"""The arguments for what a palette must contain or start from."""

from __future__ import annotations

import argparse
from typing import Any

from .streams import read_palette


def read_constraints(args: argparse.Namespace) -> dict[str, Any]:
    """Return the constraints on the command line as options, and read their palettes."""
    constraints: dict[str, Any] = {}
    locked: list[object] = list(args.lock or [])
    if args.lock_palette is not None:
        locked += list(read_palette(args.lock_palette).hex)
    if locked:
        constraints["locked"] = locked
    if args.start is not None:
        constraints["start"] = read_palette(args.start)
    if args.rare is not None:
        constraints["rare"] = args.rare
    if args.visual_masking is not None:
        constraints["visual_masking"] = args.visual_masking
    if args.keep_exact is not None:
        constraints["keep_exact"] = args.keep_exact
    if args.grid is not None:
        constraints["grid"] = args.grid
    return constraints
