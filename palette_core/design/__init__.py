"""Palette design: from a colour histogram to K colours.

One algorithm a module, which declares it as `METHOD`. A new one is a new module in this folder.
"""

from __future__ import annotations

from ..registry import discover
from .base import EFFORTS, INITIALIZATIONS, Design, DesignProblem, Method
from .constraints import Constraints
from .dither_aware import adapt_to_dithering
from .exact_colors import keep_exact_colors
from .small_regions import keep_small_regions

__all__ = [
    "EFFORTS",
    "INITIALIZATIONS",
    "METHODS",
    "Constraints",
    "Design",
    "DesignProblem",
    "Method",
    "adapt_to_dithering",
    "keep_exact_colors",
    "keep_small_regions",
]

METHODS = discover(__name__, "METHOD", Method)
