"""The remote: a worker, as seen from GIMP's side. `worker.py` is the other end.

Calls and answers are pickled, on the worker's standard input and output. What is kept there is
here a `Reference`, whose methods are called there. Calls may come from several threads at a time,
and do not wait for each other.
"""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import os
import pickle
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, BinaryIO

from errors import UserError
from i18n import _

# What is meant for GIMP's own Python, and in an AppImage for its own libraries.
_FOREIGN = ("PYTHON", "LD_", "GI_", "GTK_", "GDK_PIXBUF")
# As large as Linux allows, so that pixels go through two to three times as fast.
_PIPE_BYTES = 1 << 20
_END_SECONDS = 5


class WorkerError(Exception):
    """Something went wrong in the worker that should not; a note tells where."""


class Reference:
    """Stands in for an object that is kept in the worker.

    What that says of itself in `facts` are attributes; any other name is a method. The last
    argument of a call may be a progress callback, which is called here.
    """

    def __init__(self, remote: Remote, number: int, facts: dict[str, Any]) -> None:
        self.remote, self.number = remote, number
        vars(self).update(facts)

    def __getattr__(self, name: str) -> Callable[..., object]:
        """Give what calls a method."""
        if name.startswith("_"):
            raise AttributeError(name)
        return functools.partial(self.remote.call, self, name)

    def __del__(self) -> None:
        """Let the worker drop the object."""
        self.remote.forget(self.number)


class Remote:
    """A worker.

    Parameters
    ----------
    command : list of str
        What starts it: a Python and its arguments.

    Attributes
    ----------
    compute : Reference
        To the module `compute` in the worker.

    Raises
    ------
    UserError
        If it does not start; every call raises one if it ends.
    """

    def __init__(self, command: list[str]) -> None:
        self._python = command[0]
        self._sending = threading.Lock()
        self._numbers = itertools.count(1)
        self._calls: dict[int, SimpleQueue[tuple[str, Any]]] = {}
        self._forgotten: deque[int] = deque()
        self._is_ready, self._end = False, ""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)
        }
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the command is install.sh's
                command, stdin=pipe, stdout=pipe, env=environment
            )
        except OSError as error:
            raise UserError(self._no_start(str(error))) from error
        _widen(self._process.stdin, self._process.stdout)
        self.compute = Reference(self, 0, {})
        self._listener = threading.Thread(target=self._listen, name="listener", daemon=True)
        self._listener.start()

    def call(self, target: Reference, name: str, *arguments: object) -> object:
        """Call a method in the worker, and wait for what it gives or raises.

        If the progress callback raises, the call is stopped there, and ends with that exception.
        """
        progress = None
        if arguments and callable(arguments[-1]):
            *arguments, progress = arguments
        number, answers = next(self._numbers), SimpleQueue()
        self._calls[number] = answers
        try:
            if self._end:
                raise UserError(self._end)
            reports = progress is not None
            self._send("call", number, target, name, list(arguments), reports)
            return self._wait(number, answers, progress)
        finally:
            del self._calls[number]

    def forget(self, number: int) -> None:
        """Let the worker drop an object with the next call.

        Nothing is sent here: this may happen anywhere, in the midst of sending too.
        """
        self._forgotten.append(number)

    def close(self) -> None:
        """Let the worker end, and wait for that."""
        with self._sending, contextlib.suppress(OSError):
            self._process.stdin.close()
        self._listener.join()
        self._process.stdout.close()

    def _wait(
        self,
        number: int,
        answers: SimpleQueue[tuple[str, Any]],
        progress: Callable[[float], object] | None,
    ) -> object:
        stopped: BaseException | None = None
        while True:
            kind, value = answers.get()
            if kind == "progress":
                try:
                    if stopped is None:
                        progress(value)
                except BaseException as error:  # whatever it is, it ends the call
                    stopped = error
                    self._send("stop", number)
                continue
            if stopped is not None:
                raise stopped
            if kind == "value":
                return value
            if kind == "refusal":
                raise UserError(value)
            what, where = value
            error = WorkerError(what)
            error.add_note(where)
            raise error

    def _send(self, *message: object) -> None:
        data = io.BytesIO()
        with self._sending:
            forgotten = [self._forgotten.popleft() for _ in range(len(self._forgotten))]
            _Pickler(data, pickle.HIGHEST_PROTOCOL).dump((forgotten, *message))
            # The listener hears of the worker's end, and tells all who wait.
            with contextlib.suppress(OSError, ValueError):
                self._process.stdin.write(data.getbuffer())
                self._process.stdin.flush()

    # On the listener's thread

    def _listen(self) -> None:
        reason = ""
        try:
            while True:
                number, kind, value = _Unpickler(self._process.stdout, self).load()
                answers = self._calls.get(number)
                if answers is not None:  # of a call that an interrupt has ended there are none
                    answers.put((kind, value))
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
        """Tell all who wait, and all who will call, that the worker has ended."""
        try:
            code = self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        how = reason or _("exit code {code}").format(code=code)
        if code < 0:
            how = signal.Signals(-code).name
        if self._is_ready:
            msg = _(
                "The process that computes has ended ({how}), perhaps because the memory is full. "
                "Nothing has changed. Close other programs, or take a smaller image, and run the "
                "filter again."
            )
            self._end = msg.format(how=how)
        else:
            self._end = self._no_start(how)
        for answers in list(self._calls.values()):
            answers.put(("refusal", self._end))

    def _no_start(self, reason: str) -> str:
        msg = _(
            "The Python that computes for this filter, {python}, does not start ({reason}). "
            "Run install.sh again; install.sh --check tells more."
        )
        return msg.format(python=self._python, reason=reason)


def _widen(*ends: BinaryIO) -> None:
    """Let pipes hold more, on Linux, and where the user has not too many of them."""
    with contextlib.suppress(ImportError, AttributeError, OSError):
        import fcntl

        for end in ends:
            fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


class _Pickler(pickle.Pickler):
    """Puts a number in place of a reference."""

    def persistent_id(self, item: object) -> int | None:
        return item.number if type(item) is Reference else None


class _Unpickler(pickle.Unpickler):
    """Makes a reference of a number and facts."""

    def __init__(self, file: BinaryIO, remote: Remote) -> None:
        super().__init__(file)
        self._remote = remote

    def persistent_load(self, pid: tuple[int, dict[str, Any]]) -> Reference:
        return Reference(self._remote, *pid)
