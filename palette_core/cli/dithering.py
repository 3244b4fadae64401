"""The options for dithering that name files."""

from __future__ import annotations

import argparse
from typing import Any

from ..color.spaces import luminance
from ..dither import CUSTOM
from ..image.pixels import split
from . import console
from .parser import UsageError


def read_threshold_matrix(args: argparse.Namespace) -> dict[str, Any]:
    """Return the options for the image that `--threshold-matrix` names, if it is given."""
    if args.threshold_matrix is None:
        return {}
    if args.dither is not None:
        raise UsageError("--threshold-matrix cannot be combined with --dither; remove one of them")
    colors, _ = split(console.read_pixels(args.threshold_matrix, args.max_pixels))
    levels = luminance(colors)
    if levels.min() == levels.max():
        raise UsageError(
            f"{args.threshold_matrix} has only one grey, which dithers nothing; use an image with "
            "several, or --dither none"
        )
    return {"dither": CUSTOM, "threshold_matrix": levels}
