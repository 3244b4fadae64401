"""Background jobs: work on a thread of its own, of which only the newest counts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

from gi.repository import GLib

# What a job yields for the main thread, and a job, which gets a progress callback.
Steps: TypeAlias = Iterable[Callable[[], object]]
Work: TypeAlias = Callable[[Callable[[float], object]], Steps]


class OvertakenError(Exception):
    """Raised by the progress callback of a job that a newer one replaces, or that was stopped."""


class BackgroundJob:
    """Runs jobs one at a time on a thread of its own; a newer job stops and replaces an older one.

    All methods and callbacks are for the main thread. Once a job is overtaken none of its steps are
    called any more, not even those on their way. `on_error` gets the exception that ended a job,
    `on_busy` whether there is work.
    """

    def __init__(
        self,
        on_error: Callable[[Exception], object],
        on_busy: Callable[[bool], object] = lambda _is_busy: None,
    ) -> None:
        self._on_error, self._on_busy = on_error, on_busy
        self._numbers = itertools.count(1)
        self._newest = 0  # the number of the job whose steps are wanted; 0 for none
        self._thread: ThreadPoolExecutor | None = ThreadPoolExecutor(1)

    @property
    def is_busy(self) -> bool:
        """Whether there is work."""
        return self._newest > 0

    def start(self, work: Work) -> None:
        """Start a job in place of any other.

        It gets a progress callback as functions of palette_core do, and yields steps for the main
        thread: callables without arguments. It must not catch what the callback raises.
        """
        if self._thread is None:
            return
        was_busy = self.is_busy
        self._newest = next(self._numbers)
        self._thread.submit(self._run, self._newest, work)
        if not was_busy:
            self._on_busy(True)

    def stop(self) -> None:
        """Stop the job, if there is one."""
        was_busy = self.is_busy
        self._newest = 0
        if was_busy:
            self._on_busy(False)

    def close(self) -> None:
        """Stop for good, and wait for the thread; no callback is called any more."""
        self._newest = 0
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    # On the job's thread

    def _run(self, number: int, work: Work) -> None:
        try:
            self._check(number)
            for step in work(lambda _fraction: self._check(number)):
                self._send(number, step)
                self._check(number)
            self._send(number, self.stop)
        except OvertakenError:
            pass
        except Exception as error:  # the user has to see it
            self._send(number, self._fail, error)

    def _check(self, number: int) -> None:
        if number != self._newest:
            raise OvertakenError

    def _send(self, number: int, step: Callable[..., object], *arguments: object) -> None:
        # In the order sent; before redrawing, so that a busy screen does not hold steps back.
        GLib.idle_add(self._call, number, step, *arguments, priority=GLib.PRIORITY_DEFAULT)

    # On the main thread

    def _call(self, number: int, step: Callable[..., object], *arguments: object) -> bool:
        if number == self._newest:
            try:
                step(*arguments)
            except Exception as error:  # GLib would only print it
                self._fail(error)
        return GLib.SOURCE_REMOVE

    def _fail(self, error: Exception) -> None:
        self.stop()
        self._on_error(error)
