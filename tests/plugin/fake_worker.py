"""A worker whose session has methods for tests; run as a program, it is that worker."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from palette_core import PaletteCoreError
from palette_core.preview.worker import SharedSession, serve


class FakeSession(SharedSession):
    """Does what tests ask for."""

    def __init__(self) -> None:
        super().__init__()
        self._open: defaultdict[str, threading.Event] = defaultdict(threading.Event)
        self._working: set[str] = set()

    def echo(self, *values: Any) -> Any:
        return values

    def repeat(self, buffer: bytes, count: int) -> dict[str, Any]:
        return {"many": (memoryview(buffer * count), None), "few": [memoryview(buffer)]}

    def wait_at(self, door: str) -> str:
        assert self._open[door].wait(20)
        return door

    def open_door(self, door: str) -> None:
        self._open[door].set()

    def work(self, name: str, steps: int, *, progress: Callable[[float], object]) -> str:
        self._working.add(name)
        try:
            for step in range(steps):
                time.sleep(0.005)
                progress(step / steps)
        finally:
            self._working.discard(name)
        return name

    def working(self) -> set[str]:
        return set(self._working)

    def fail(self, kind: str) -> None:
        errors = {
            "core": PaletteCoreError("the öption is unfit"),
            "memory": MemoryError(),
            "system": FileExistsError(17, "File exists"),
            "other": LookupError("nothing of that name"),
        }
        raise errors[kind]

    def talk(self) -> None:
        print("text", flush=True)

    def pid(self) -> int:
        return os.getpid()

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def descriptors(self) -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    def end(self, code: int) -> None:
        os._exit(code)


if __name__ == "__main__":
    serve(FakeSession())
