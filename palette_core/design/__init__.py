"""Palette design: from a colour histogram to K colours.

One algorithm a module, which declares it as `METHOD`. A new one is a new module in this folder.
"""

from __future__ import annotations

from ..registry import discover
from .base import EFFORTS, INITIALIZATIONS, Design, DesignProblem, Method

__all__ = ["EFFORTS", "INITIALIZATIONS", "METHODS", "Design", "DesignProblem"]

METHODS = discover(__name__, "METHOD", Method)
