"""The client of a worker: calls the preview session in a process that has NumPy.

`palette_core/preview/worker.py` is the other end. Calls may come from several threads at a time,
and do not wait for each other.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import mmap
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import PureWindowsPath
from queue import SimpleQueue
from typing import Any, BinaryIO

from errors import NO_MEMORY, UserError, to_message
from i18n import _

# Environment variables for GIMP's own Python and, where GIMP brings them along, for its libraries.
_FOREIGN = ("PYTHON", "__PYVENV", "LD_", "DYLD_", "GI_", "GIO_", "GTK_", "GDK_PIXBUF")
_END_SECONDS = 5


class WorkerError(Exception):
    """An unexpected error in the worker; a note has its traceback."""


class WorkerSession:
    """A `PreviewSession` in a worker: has the same methods, and raises the same errors.

    The command that starts it is a Python and its arguments. If the worker does not start, or has
    ended, there is a `UserError`.
    """

    def __init__(self, command: list[str]) -> None:
        self._python = command[0]
        self._sending = threading.Lock()
        self._numbers = itertools.count(1)
        self._calls: dict[int, SimpleQueue[tuple[str, Any]]] = {}
        self._is_ready, self._end = False, ""
        try:
            self._process = _start(command)
        except OSError as error:
            raise UserError(self._no_start(str(error))) from error
        self._listener = threading.Thread(target=self._listen, name="listener", daemon=True)
        self._listener.start()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a function that calls a method of the session."""
        if name.startswith("_"):
            raise AttributeError(name)
        return functools.partial(self._call, name)

    def close(self) -> None:
        """End the worker."""
        with self._sending, contextlib.suppress(OSError):
            self._process.stdin.close()
        self._listener.join()
        self._process.stdout.close()

    def _call(
        self,
        name: str,
        *args: object,
        progress: Callable[[float], object] | None = None,
        **options: object,
    ) -> object:
        """Call a method in the worker, and wait for what it returns or raises.

        If the progress callback raises, the call is stopped there, and ends with that exception.
        """
        number, answers = next(self._numbers), SimpleQueue()
        self._calls[number] = answers
        try:
            if self._end:
                raise UserError(self._end)
            self._send(number, name, args, options, progress is not None)
            return self._wait(number, answers, progress)
        finally:
            del self._calls[number]

    def _wait(
        self,
        number: int,
        answers: SimpleQueue[tuple[str, Any]],
        progress: Callable[[float], object] | None,
    ) -> object:
        stopped: BaseException | None = None
        while (answer := answers.get())[0] == "progress":
            try:
                if stopped is None:
                    progress(answer[1])
            except BaseException as error:  # whatever it is, it ends the call
                stopped = error
                self._send(number, "stop", (), {}, False)
        if stopped is not None:
            raise stopped
        kind, value = answer
        if kind == "value":
            return value
        if kind == "refused":
            raise UserError(to_message(*value))
        if kind == "ended":
            raise UserError(value)
        if kind == "no-memory":
            raise UserError(NO_MEMORY)
        if kind == "os-error":
            raise OSError(*value)
        what, where = value
        error = WorkerError(what)
        error.add_note(where)
        raise error

    def _send(self, *message: object) -> None:
        data = pickle.dumps(message)
        # If the worker has ended, the listener says so to all who wait.
        with self._sending, contextlib.suppress(OSError, ValueError):
            self._process.stdin.write(data)
            self._process.stdin.flush()

    # On the listener's thread

    def _listen(self) -> None:
        reason = ""
        try:
            while True:
                unpickler = _AnswerUnpickler(self._process.stdout)
                number, kind, value = unpickler.load()
                if unpickler.has_mapped:
                    self._send(number, "mapped", (), {}, False)
                if number in self._calls:  # an interrupted call waits no more
                    self._calls[number].put((kind, value))
                elif kind == "ready":
                    self._is_ready = True
                elif kind == "lack":
                    reason = value
        except (EOFError, OSError, pickle.UnpicklingError):
            pass  # the worker has ended
        except Exception as error:  # it goes on, but its answers make no sense any more
            self._process.kill()
            reason = repr(error)
        self._finish(reason)

    def _finish(self, reason: str) -> None:
        """Answer all waiting and future calls with the reason why the worker has ended."""
        try:
            code = self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        how = reason if reason and code >= 0 else name_exit(code)
        if self._is_ready:
            msg = _(
                "The calculation ended unexpectedly ({how}), perhaps for lack of memory. The image "
                "is unchanged. Close other programs or use a smaller image, and run the filter "
                "again."
            )
            self._end = msg.format(how=how)
        else:
            self._end = self._no_start(how)
        for answers in list(self._calls.values()):
            answers.put(("ended", self._end))

    def _no_start(self, reason: str) -> str:
        msg = _(
            "The filter's Python does not start: {python} ({reason}). Run its installer again. For "
            "details, run the installer with --check."
        )
        return msg.format(python=self._python, reason=reason)


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    options: dict[str, Any] = {}
    gimp = None
    if sys.platform == "win32":
        gimp = PureWindowsPath(sys.base_prefix)
        options["creationflags"] = subprocess.CREATE_NO_WINDOW
        if sys.stderr is None:  # GIMP's Python has none, and nothing to be inherited in its place
            options["stderr"] = subprocess.DEVNULL
    environment = clean_environment(os.environ, gimp)
    return subprocess.Popen(  # noqa: S603 - the command is the installer's
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, **options
    )


def clean_environment(
    environment: Mapping[str, str], gimp: PureWindowsPath | None = None
) -> dict[str, str]:
    """Return the environment variables that are not for GIMP's own Python and libraries.

    Windows looks for libraries in the folders of PATH; those within GIMP's folder are left out.
    """
    cleaned = {name: value for name, value in environment.items() if not name.startswith(_FOREIGN)}
    if gimp is not None:
        folders = cleaned.get("PATH", "").split(";")
        cleaned["PATH"] = ";".join(
            folder
            for folder in folders
            if not PureWindowsPath(folder.strip('"')).is_relative_to(gimp)
        )
    return cleaned


def name_exit(code: int) -> str:
    """Return how a process ended: the name of the signal, or its exit code."""
    try:
        return signal.Signals(-code).name
    except ValueError:  # a crash on Windows has a code that is known in hexadecimal
        return _("exit code {code}").format(code=code if code < 1 << 16 else hex(code))


class _AnswerUnpickler(pickle.Unpickler):
    """An unpickler that maps the shared memory that an answer names."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file)
        self.has_mapped = False

    def persistent_load(self, pid: tuple[str, int]) -> memoryview:
        self.has_mapped = True
        name, size = pid
        if sys.platform == "win32":
            return memoryview(mmap.mmap(-1, size, tagname=name))
        with open(name, "r+b") as file:  # noqa: PTH123 - as mmap takes it
            return memoryview(mmap.mmap(file.fileno(), size))
