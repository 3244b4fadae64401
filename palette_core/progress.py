"""Progress: a callable that gets fractions from 0 to 1, and may raise to stop the work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias, TypeVar

T = TypeVar("T")

Progress: TypeAlias = Callable[[float], object]


def no_progress(_fraction: float) -> None:
    """Report to nobody."""


def subprogress(progress: Progress, start: float, end: float) -> Progress:
    """Let a part of the work report its own 0 to 1 as `start` to `end` of the whole."""
    return lambda fraction: progress(start + (end - start) * fraction)


def with_progress(items: Iterable[T], total: int | None, progress: Progress) -> Iterator[T]:
    """Pass items on; report after each which part of the total is done, 0 if that is unknown."""
    for number, item in enumerate(items, 1):
        yield item
        progress(number / total if total else 0.0)
