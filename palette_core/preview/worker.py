"""The worker: a preview session in a process of its own, for a GIMP whose Python has no NumPy.

The plug-in starts it and calls it over its standard input and output; `engine/worker_client.py` is
the other end. Calls and answers are pickled plain values. Pixels are in shared memory: an answer
names it, and the other end confirms that it has mapped it. The worker ends as soon as the other end
closes its standard input, even while it computes.
"""

from __future__ import annotations

import io
import itertools
import mmap
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from ..errors import PaletteCoreError
from .session import PreviewSession, describe_error

# The number of calls that run at the same time, so that drawing never waits for a search.
_THREADS = 16
# Progress is sent at most this often.
_REPORT_SECONDS = 0.02
# Smaller buffers are sent with the answer.
_MIN_SHARED_BYTES = 1 << 12


class _StoppedError(Exception):
    """The error of the progress callback that stops an outdated call."""


class SharedMemory:
    """Memory that another process can map by its name.

    Attributes
    ----------
    name : str
        A file, or on Windows the tag of a mapping.
    mapping : mmap
    """

    _numbers = itertools.count()

    def __init__(self, size: int) -> None:
        if sys.platform == "win32":
            self.name = f"palette-core-{os.getpid()}-{next(self._numbers)}"
            self.mapping = mmap.mmap(-1, size, tagname=self.name)
            return
        if hasattr(os, "memfd_create"):  # Linux: nothing is left of it, even after a kill
            self._descriptor = os.memfd_create("palette-core")
            self.name = f"/proc/{os.getpid()}/fd/{self._descriptor}"
        else:
            self._descriptor, self.name = tempfile.mkstemp(prefix="palette-core-")
        os.ftruncate(self._descriptor, size)
        self.mapping = mmap.mmap(self._descriptor, size)

    def remove_name(self) -> None:
        """Remove the name; the memory stays where it is mapped."""
        if sys.platform == "win32":
            return
        os.close(self._descriptor)
        if not hasattr(os, "memfd_create"):
            Path(self.name).unlink()


class SharedSession(PreviewSession):
    """A preview session whose buffers are shared memory."""

    def __init__(self) -> None:
        super().__init__()
        self._allocated: dict[int, SharedMemory] = {}

    def _new_memory(self, size: int) -> memoryview:
        memory = SharedMemory(size)
        self._allocated[id(memory.mapping)] = memory
        return memoryview(memory.mapping)

    def share(self, buffer: memoryview) -> SharedMemory:
        """Return shared memory with the content of a buffer, without a copy if it is shared."""
        memory = self._allocated.pop(id(buffer.obj), None)
        if memory is None:
            memory = SharedMemory(buffer.nbytes)
            memory.mapping.write(buffer)
        return memory

    def is_shared(self, buffer: memoryview) -> bool:
        """Return whether the other end gets a buffer as shared memory instead of a copy."""
        return buffer.nbytes >= _MIN_SHARED_BYTES or id(buffer.obj) in self._allocated


class _AnswerPickler(pickle.Pickler):
    """A pickler that stores buffers in shared memory, and lists them in `shared`."""

    def __init__(self, file: io.BytesIO, session: SharedSession) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._session = session
        self.shared: list[SharedMemory] = []

    def persistent_id(self, item: object) -> tuple[str, int] | None:
        if not isinstance(item, memoryview) or not self._session.is_shared(item):
            return None
        memory = self._session.share(item)
        self.shared.append(memory)
        return memory.name, item.nbytes

    def reducer_override(self, item: object) -> Any:  # noqa: ANN401 - a tuple, or NotImplemented
        return (bytes, (item.tobytes(),)) if isinstance(item, memoryview) else NotImplemented


class _Report:
    """The progress callback of a call."""

    def __init__(self, worker: Worker, number: int) -> None:
        self._worker, self._number, self._reported = worker, number, 0.0
        self.is_stopped = False

    def __call__(self, fraction: float) -> None:
        if self.is_stopped:
            raise _StoppedError
        now = time.monotonic()
        if now - self._reported >= _REPORT_SECONDS:
            self._reported = now
            self._worker.answer(self._number, "progress", float(fraction))


class Worker:
    """A server that answers several calls at a time."""

    def __init__(self, calls: BinaryIO, answers: BinaryIO, session: SharedSession) -> None:
        self._calls, self._answers, self._session = calls, answers, session
        self._is_sending = threading.Lock()
        self._reports: dict[int, _Report] = {}
        self._unconfirmed: dict[int, list[SharedMemory]] = {}

    def serve(self) -> None:
        """Answer until the other end closes its standard input."""
        self.answer(0, "ready", None)
        with ThreadPoolExecutor(_THREADS) as threads:
            while True:
                try:
                    number, name, args, options, reports = pickle.load(self._calls)  # noqa: S301 - from the plug-in
                except (EOFError, OSError, pickle.UnpicklingError):  # also amid a call
                    self._exit(0)
                if name == "stop":
                    if number in self._reports:
                        self._reports[number].is_stopped = True
                elif name == "mapped":
                    for memory in self._unconfirmed.pop(number):
                        memory.remove_name()
                else:
                    report = self._reports[number] = _Report(self, number)
                    if reports:
                        options["progress"] = report
                    threads.submit(self._call, number, name, args, options)

    def _call(self, number: int, name: str, args: list[Any], options: dict[str, Any]) -> None:
        try:
            if name.startswith("_"):
                raise AttributeError(name)
            self.answer(number, "value", getattr(self._session, name)(*args, **options))
        except _StoppedError:
            self.answer(number, "stopped", None)
        except PaletteCoreError as error:
            self.answer(number, "refused", describe_error(error))
        except MemoryError:
            self.answer(number, "no-memory", None)
        except OSError as error:
            self.answer(number, "os-error", (error.errno, error.strerror))
        except BaseException as error:
            self.answer(number, "failed", (repr(error), traceback.format_exc()))
        finally:
            del self._reports[number]

    def answer(self, number: int, kind: str, value: object) -> None:
        """Send an answer to a call."""
        data = io.BytesIO()
        pickler = _AnswerPickler(data, self._session)
        pickler.dump((number, kind, value))
        if pickler.shared:
            self._unconfirmed[number] = pickler.shared
        try:
            with self._is_sending:
                self._answers.write(data.getbuffer())
                self._answers.flush()
        except OSError:  # the other end is gone
            self._exit(1)

    def _exit(self, code: int) -> NoReturn:
        """End at once, whatever other threads compute; no file of shared memory is left."""
        for memory in itertools.chain(*list(self._unconfirmed.values())):
            memory.remove_name()
        os._exit(code)


def serve(session: SharedSession) -> None:
    """Read calls from standard input, and write answers to standard output."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever is printed is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other end decides
    Worker(sys.stdin.buffer, answers, session).serve()


def main() -> None:
    """Run the worker until the process that started it closes the pipe."""
    serve(SharedSession())
