"""Stages: where the time of one call goes, without a clock in the engine itself."""

from __future__ import annotations

import functools
import importlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# A stage's name, and the functions that are it: module and name there. What they call is theirs.
STAGES = (
    ("count colours", "palette_core.image.histogram", "ColorHistogram.unique"),
    ("cells", "palette_core.image.histogram", "ColorHistogram.reduce"),
    ("cells", "palette_core.design.lloyd", "Points.of"),
    ("start", "palette_core.design.variance_cut", "variance_cut"),
    ("search", "palette_core.design.swap_search", "search"),
    ("Lloyd", "palette_core.design.lloyd", "lloyd"),
    ("polish", "palette_core.design.refine_exact", "Exact.__init__"),
    ("polish", "palette_core.design.refine_exact", "Exact.polish"),
    ("map", "palette_core.mapping.lookup_table", "look_up"),
)
OTHER = "other"


def profile(work: Callable[[], object]) -> dict[str, float]:
    """Run something and tell how many seconds each stage took, and all the rest.

    The parts add up to the whole. Functions that are no longer there are named on standard error,
    and their time is in the rest.
    """
    with _clocks() as seconds:
        start = time.perf_counter()
        work()
        whole = time.perf_counter() - start
    return {**seconds, OTHER: whole - sum(seconds.values())}


@contextmanager
def _clocks() -> Iterator[dict[str, float]]:
    """Put a clock around every stage's functions, and take it away again."""
    seconds = dict.fromkeys((name for name, _, _ in STAGES), 0.0)
    running: list[str] = []

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: object, **kwargs: object) -> object:
            if running:  # inside another stage, which it belongs to
                return function(*args, **kwargs)
            running.append(stage)
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                seconds[stage] += time.perf_counter() - start
                running.pop()

        return call

    undo: list[tuple[object, str, object]] = []
    for stage, module, path in STAGES:
        try:
            owner, name, kept = _find(module, path)
        except (ImportError, AttributeError, KeyError):
            print(f"no {module}.{path}: its time is in {OTHER!r}", file=sys.stderr)
            continue
        if isinstance(kept, classmethod):
            replaced: object = classmethod(timed(stage, kept.__func__))
        else:
            replaced = timed(stage, kept)
        for place in [owner] if isinstance(owner, type) else _modules():
            if vars(place).get(name) is kept:
                undo.append((place, name, kept))
                setattr(place, name, replaced)
    try:
        yield seconds
    finally:
        for place, name, kept in undo:
            setattr(place, name, kept)


def _find(module: str, path: str) -> tuple[object, str, Any]:
    """Find where a function lives, its name there, and the function as it is kept there."""
    owner: object = importlib.import_module(module)
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    return owner, name, vars(owner)[name]


def _modules() -> list[object]:
    """Give the package's modules, which import each other's functions by name."""
    return [module for name, module in sys.modules.items() if name.startswith("palette_core")]
