"""Progress: a callable that gets fractions from 0 to 1, and may raise to stop the work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[float], object]


def silent(_fraction: float) -> None:
    """Report to nobody."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """Let a part of the work report its own 0 to 1 as `start` to `end` of the whole."""
    return lambda fraction: progress(start + (end - start) * fraction)
