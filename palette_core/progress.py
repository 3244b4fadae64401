"""Progress callbacks: they get fractions from 0 to 1, and may raise an exception to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Progress: TypeAlias = Callable[[float], object]


def no_progress(_fraction: float) -> None:
    """Ignore the progress."""


def subprogress(progress: Progress, start: float, end: float) -> Progress:
    """Return a callback for a part of the work, which is `start` to `end` of the whole."""
    return lambda fraction: progress(start + (end - start) * fraction)


def with_progress(items: Iterable[T], total: int | None, progress: Progress) -> Iterator[T]:
    """Iterate over items and report the share of the total after each; 0 if it is unknown."""
    for number, item in enumerate(items, 1):
        yield item
        progress(number / total if total else 0.0)
