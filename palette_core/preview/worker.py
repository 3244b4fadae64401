"""The worker: a preview session in a process of its own, for a GIMP whose Python has no NumPy.

The plug-in starts it as ``python -sE -m palette_core.preview.worker``, with a Unix socket as its
standard input; `engine/worker_client.py` is the other end. Calls and answers are pickled plain
values. Pixels stay in shared memory, whose file descriptors go along with an answer. The worker
ends as soon as the other end closes the socket, even while it computes.
"""

from __future__ import annotations

import io
import mmap
import os
import pickle
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..errors import PaletteCoreError
from .session import PreviewSession, to_sentence

# The number of calls that are worked on at the same time: drawing never waits for a search.
_THREADS = 16
# Progress is sent at most this often.
_REPORT_SECONDS = 0.02
# Smaller buffers go along with the answer.
_MIN_SHARED_BYTES = 1 << 12


class _StoppedError(Exception):
    """Raised by the progress callback of a call that is not wanted any more."""


class SharedSession(PreviewSession):
    """A preview session whose buffers are shared memory."""

    def __init__(self) -> None:
        super().__init__()
        self._descriptors: dict[int, int] = {}

    def _new_memory(self, size: int) -> memoryview:
        descriptor = _new_shared_file()
        os.ftruncate(descriptor, size)
        memory = mmap.mmap(descriptor, size)
        self._descriptors[id(memory)] = descriptor
        return memoryview(memory)

    def share(self, buffer: memoryview) -> int | None:
        """Return a file descriptor of shared memory that holds a buffer; None for a small copy."""
        descriptor = self._descriptors.pop(id(buffer.obj), None)
        if descriptor is None and buffer.nbytes >= _MIN_SHARED_BYTES:
            descriptor = _new_shared_file()
            with open(descriptor, "wb", closefd=False) as file:
                file.write(buffer)
        return descriptor


def _new_shared_file() -> int:
    """Return the descriptor of an empty file in memory, or of one that has no name on the disk."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("palette-core")
    with tempfile.TemporaryFile() as file:  # on macOS
        return os.dup(file.fileno())


class _AnswerPickler(pickle.Pickler):
    """Puts buffers into shared memory; `descriptors` are those of this memory."""

    def __init__(self, file: io.BytesIO, session: SharedSession) -> None:
        # The buffers themselves are left out: the other end takes the shared memory for them.
        super().__init__(file, pickle.HIGHEST_PROTOCOL, buffer_callback=lambda _buffer: None)
        self._session = session
        self.descriptors: list[int] = []

    def reducer_override(self, item: object) -> Any:  # noqa: ANN401 - a tuple, or NotImplemented
        if not isinstance(item, memoryview):
            return NotImplemented
        descriptor = self._session.share(item)
        if descriptor is None:
            return bytes, (item.tobytes(),)
        self.descriptors.append(descriptor)
        return memoryview, (pickle.PickleBuffer(item),)


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
    """Answers the calls that come over a socket, several at a time.

    Parameters
    ----------
    channel : socket
    session : SharedSession
    """

    def __init__(self, channel: socket.socket, session: SharedSession) -> None:
        self._channel, self._session = channel, session
        self._is_sending = threading.Lock()
        self._reports: dict[int, _Report] = {}

    def serve(self) -> None:
        """Answer until the other end closes the socket."""
        self.answer(0, "ready", None)
        with self._channel.makefile("rb") as calls, ThreadPoolExecutor(_THREADS) as threads:
            while True:
                try:
                    number, name, args, options, reports = pickle.load(calls)  # noqa: S301
                except (EOFError, OSError, pickle.UnpicklingError):  # also amid a call
                    os._exit(0)
                if name == "stop":
                    if number in self._reports:
                        self._reports[number].is_stopped = True
                    continue
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
            self.answer(number, "refused", to_sentence(error))
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
        header = struct.pack("!Q", data.tell())
        try:
            with self._is_sending:
                socket.send_fds(self._channel, [header], pickler.descriptors)
                self._channel.sendall(data.getbuffer())
        except OSError:  # the other end is gone
            os._exit(1)
        for descriptor in pickler.descriptors:
            os.close(descriptor)


def main() -> None:
    """Work for the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other end decides
    Worker(socket.socket(fileno=sys.stdin.fileno()), SharedSession()).serve()


if __name__ == "__main__":
    main()
