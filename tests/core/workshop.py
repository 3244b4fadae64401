"""What a worker of the tests has in place of `compute`; run as a program, it is that worker."""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from collections import defaultdict
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])

from engine.kept import Kept
from errors import UserError


class Box(Kept):
    """Holds a value."""

    facts = ("size",)
    all: ClassVar[weakref.WeakSet[Box]] = weakref.WeakSet()

    def __init__(self, value: Any) -> None:
        self.value, self.size = value, len(value)
        self.all.add(self)

    def get(self) -> Any:
        return self.value

    def same(self, other: Box) -> bool:
        return self is other


_open: defaultdict[str, threading.Event] = defaultdict(threading.Event)
_working: set[str] = set()


def echo(*values: Any) -> Any:
    return values


def boxes() -> int:
    return len(Box.all)


def wait_at(door: str) -> str:
    assert _open[door].wait(20)
    return door


def open_door(door: str) -> None:
    _open[door].set()


def work(name: str, steps: int, progress: Callable[[float], object]) -> str:
    _working.add(name)
    try:
        for step in range(steps):
            time.sleep(0.005)
            progress(step / steps)
    finally:
        _working.discard(name)
    return name


def working() -> set[str]:
    return set(_working)


def refuse(reason: str) -> None:
    raise UserError(reason)


def fill_memory() -> None:
    raise MemoryError


def fail() -> None:
    raise LookupError("nothing of that name")


def array() -> Any:
    return [np.zeros(3)]


def mean() -> Any:
    return {"mean": np.zeros(3).mean()}


def talk() -> None:
    print("words")
    os.write(1, b"more words\n")


def pid() -> int:
    return os.getpid()


def environment() -> dict[str, str]:
    return dict(os.environ)


def end(code: int) -> None:
    os._exit(code)


if __name__ == "__main__":
    import engine
    from engine import worker

    engine.compute = sys.modules["__main__"]
    worker.main()
