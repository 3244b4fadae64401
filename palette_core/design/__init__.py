"""Palette design: from a colour histogram to K colours.

One algorithm a module, which declares it as `METHOD`. A new one is a new module in this folder.
"""

from __future__ import annotations

from ..registry import discover
from .base import EFFORTS, INITS, Design, DesignProblem, Method
from .constraints import Rules
from .dither_aware import for_dithering

__all__ = [
    "EFFORTS",
    "INITS",
    "METHODS",
    "Design",
    "DesignProblem",
    "Method",
    "Rules",
    "for_dithering",
]

METHODS = discover(__name__, "METHOD", Method)
