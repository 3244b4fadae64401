"""Background jobs: work on a thread of its own, of which only the newest counts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from gi.repository import GLib

if TYPE_CHECKING:
    from typing import TypeAlias

    from palette_core.progress import Progress

    Work: TypeAlias = Callable[[Progress], Iterable[object]]


class OvertakenError(Exception):
    """Raised by the progress callback of a job that a newer one replaces, or that was stopped."""


class BackgroundJob:
    """Runs jobs one at a time on a thread of its own; a newer job stops and replaces an older one.

    All methods are for the main thread, and the callbacks are called there. Once a job is overtaken
    none of its values arrive any more, not even those on their way.

    Parameters
    ----------
    on_value : callable
        Gets each value that a job yields.
    on_error : callable
        Gets the exception that ended a job.
    on_busy : callable
        Gets True when there is work, and False when the newest job has ended.
    """

    def __init__(
        self,
        on_value: Callable[[Any], object],
        on_error: Callable[[Exception], object],
        on_busy: Callable[[bool], object],
    ) -> None:
        self._on_value, self._on_error, self._on_busy = on_value, on_error, on_busy
        self._numbers = itertools.count(1)
        self._newest = 0  # the number of the job whose values are wanted; 0 for none
        self._thread: ThreadPoolExecutor | None = ThreadPoolExecutor(1)

    @property
    def is_busy(self) -> bool:
        """Whether there is work."""
        return self._newest > 0

    def start(self, work: Work) -> None:
        """Start a job in place of any other.

        Parameters
        ----------
        work : callable
            Gets a progress callback as functions of palette_core do, and yields values. It must not
            catch what the callback raises.
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
            for value in work(lambda _fraction: self._check(number)):
                self._send(number, self._on_value, value)
                self._check(number)
            self._send(number, None, None)
        except OvertakenError:
            pass
        except Exception as error:  # the user has to see it
            self._send(number, self._on_error, error)

    def _check(self, number: int) -> None:
        if number != self._newest:
            raise OvertakenError

    def _send(self, number: int, callback: Callable[[Any], object] | None, value: object) -> None:
        # In the order sent; before redrawing, so that a busy screen does not hold values back.
        GLib.idle_add(self._deliver, number, callback, value, priority=GLib.PRIORITY_DEFAULT)

    # On the main thread

    def _deliver(
        self, number: int, callback: Callable[[Any], object] | None, value: object
    ) -> bool:
        if number == self._newest:
            if callback is None or callback == self._on_error:
                self._newest = 0
                self._on_busy(False)
            if callback is not None:
                callback(value)
        return GLib.SOURCE_REMOVE
