"""The options that name files: palettes to keep, start from or use, and threshold matrices."""

from __future__ import annotations

import argparse
from typing import Any

from ..color.spaces import luminance
from ..dither import CUSTOM
from ..image.pixels import split
from ..palette import Palette
from .arguments import given
from .parser import UsageError
from .streams import read_mappable_palette, read_palette, read_pixels


def read_constraints(args: argparse.Namespace) -> dict[str, Any]:
    """Return the constraints on the command line as options, and read their palettes."""
    constraints: dict[str, Any] = {}
    locked: list[object] = list(args.lock or [])
    if args.lock_palette is not None:
        locked += list(read_mappable_palette(args.lock_palette).hex)
    if locked:
        constraints["locked"] = locked
    if args.start is not None:
        constraints["start"] = read_palette(args.start)
    return constraints | given(args, ("rare", "visual_masking", "keep_exact", "grid"))


def read_given_palette(args: argparse.Namespace, name: str, mapping: dict[str, Any]) -> Palette:
    """Read the palette of --palette; one with alpha sets `alpha` among the options `mapping`."""
    palette = read_mappable_palette(name)
    if palette.alpha is not None:
        mapping.setdefault("alpha", "palette")
    elif args.alpha == "palette":
        raise UsageError(
            f"--alpha palette needs a palette with alpha, but {name} has none; "
            "remove --alpha, or use a .json file that was written with --palette-out"
        )
    return palette


def read_threshold_matrix(args: argparse.Namespace) -> dict[str, Any]:
    """Return the options for the image that `--threshold-matrix` names, if it is given."""
    if args.threshold_matrix is None:
        return {}
    if args.dither is not None:
        raise UsageError("--threshold-matrix cannot be combined with --dither; remove one of them")
    colors, _ = split(read_pixels(args.threshold_matrix, args.max_pixels))
    levels = luminance(colors)
    if levels.min() == levels.max():
        raise UsageError(
            f"{args.threshold_matrix} has only one grey, which dithers nothing; use an image with "
            "several, or --dither none"
        )
    return {"dither": CUSTOM, "threshold_matrix": levels}
