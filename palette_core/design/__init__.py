"""Palette design: from a colour histogram to K colours.

One algorithm a module, which declares it as `METHOD`. A new one is a new module in this folder.
"""

from __future__ import annotations

from ..registry import discover
from .base import EFFORTS, INITIALIZATIONS, Design, DesignProblem, Method
from .constraints import CHANGE_PENALTY, Constraints
from .dither_aware import adapt_to_dithering
from .exact_colors import keep_exact_colors
from .local_means import fit_local_means
from .small_regions import keep_small_regions

__all__ = [
    "CHANGE_PENALTY",
    "EFFORTS",
    "INITIALIZATIONS",
    "METHODS",
    "Constraints",
    "Design",
    "DesignProblem",
    "Method",
    "adapt_to_dithering",
    "fit_local_means",
    "keep_exact_colors",
    "keep_small_regions",
]

METHODS = discover(__name__, "METHOD", Method)
