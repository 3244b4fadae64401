"""The worker: computes for a plug-in whose own Python cannot. `worker_client.py` is the other end.

It is started by that, by a Python that has NumPy and palette_core, and ends as soon as the other
end closes its standard input, in the midst of computing too.
"""

from __future__ import annotations

import io
import itertools
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

sys.path[0] = str(Path(__file__).parents[1])  # run as a script, this is in the folder `engine`

from engine.kept import Kept
from errors import NO_MEMORY, UserError

# So many calls are worked on side by side: drawing never waits for a search.
_THREADS = 16
# So often progress is told.
_REPORT_SECONDS = 0.02
# What GIMP's side could not read.
_FOREIGN = ("numpy", "palette_core", "PIL")


class StoppedError(Exception):
    """Raised by the progress callback of a call that is not wanted any more."""


class Report:
    """The progress callback of a call.

    Parameters
    ----------
    tell : callable
        Gets a fraction now and then.
    """

    def __init__(self, tell: Callable[[float], object]) -> None:
        self._tell, self._told = tell, 0.0
        self.is_stopped = False

    def __call__(self, fraction: float) -> None:
        """Take a fraction, or raise where the call is to stop."""
        if self.is_stopped:
            raise StoppedError
        now = time.monotonic()
        if now - self._told >= _REPORT_SECONDS:
            self._told = now
            self._tell(float(fraction))


class Worker:
    """Answers calls.

    Parameters
    ----------
    calls, answers : binary file
        Where calls come from, and where answers go.
    root : object
        What is there from the beginning, as number 0.
    """

    def __init__(self, calls: BinaryIO, answers: BinaryIO, root: object) -> None:
        self._calls, self._answers = calls, answers
        self._answering = threading.Lock()
        self._kept: dict[int, object] = {0: root}
        self._numbers = itertools.count(1)
        self._reports: dict[int, Report] = {}
        self._threads = ThreadPoolExecutor(_THREADS)

    def serve(self) -> None:
        """Answer until there is nobody more who calls."""
        self._answer(0, "ready", None)
        while True:
            try:
                forgotten, kind, number, *call = _Unpickler(self._calls, self._kept).load()
            except (EOFError, pickle.UnpicklingError):  # in the midst of a call, too
                return
            for gone in forgotten:
                del self._kept[gone]
            if kind == "call":
                report = Report(lambda part, number=number: self._answer(number, "progress", part))
                self._reports[number] = report
                self._threads.submit(self._work, number, report, *call)
            elif (stopped := self._reports.get(number)) is not None:  # it may be over by now
                stopped.is_stopped = True

    def keep(self, item: Kept) -> tuple[int, dict[str, Any]]:
        """Keep an object until it is forgotten; give its number, and its facts."""
        number = next(self._numbers)
        self._kept[number] = item
        return number, {name: getattr(item, name) for name in item.facts}

    def _work(
        self,
        number: int,
        report: Report,
        target: object,
        name: str,
        given: list[Any],
        reports: bool,
    ) -> None:
        try:
            value = getattr(target, name)(*given, *([report] if reports else []))
            self._answer(number, "value", value)
        except StoppedError:
            self._answer(number, "stopped", None)
        except UserError as refusal:
            self._answer(number, "refusal", str(refusal))
        except MemoryError:
            self._answer(number, "refusal", NO_MEMORY)
        except BaseException as error:  # the user has to hear of it
            self._answer(number, "error", (repr(error), traceback.format_exc()))
        finally:
            del self._reports[number]

    def _answer(self, number: int, kind: str, value: object) -> None:
        data = io.BytesIO()
        _Pickler(data, self).dump((number, kind, value))
        try:
            with self._answering:
                self._answers.write(data.getbuffer())
                self._answers.flush()
        except OSError:  # nobody is there who would read it
            os._exit(1)


class _Pickler(pickle.Pickler):
    """Keeps what is `Kept`, and refuses what GIMP's side could not read."""

    def __init__(self, file: BinaryIO, worker: Worker) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._worker = worker

    def persistent_id(self, item: object) -> tuple[int, dict[str, Any]] | None:
        return self._worker.keep(item) if isinstance(item, Kept) else None

    def reducer_override(self, item: object) -> object:
        if type(item).__module__.partition(".")[0] in _FOREIGN:
            raise TypeError(f"a {type(item).__name__} stays on the pixels' side")
        return NotImplemented


class _Unpickler(pickle.Unpickler):
    """Puts the object in place of its number."""

    def __init__(self, file: BinaryIO, kept: dict[int, object]) -> None:
        super().__init__(file)
        self._kept = kept

    def persistent_load(self, pid: int) -> object:
        return self._kept[pid]


def main() -> None:
    """Work for the process that started this one."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever is printed is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other end decides
    try:
        from engine import compute
    except Exception as error:  # whatever it is, it is said
        pickle.dump((0, "lack", f"{type(error).__name__}: {error}"), answers)
        answers.close()
        sys.exit(1)
    code = 1
    try:
        Worker(sys.stdin.buffer, answers, compute).serve()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)  # at once, whatever the threads are at


if __name__ == "__main__":
    main()
