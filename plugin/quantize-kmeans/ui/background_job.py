"""Background jobs: work on a thread of its own, of which only the newest counts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from gi.repository import GLib

if TYPE_CHECKING:
    from typing import TypeAlias

    from palette_core.progress import Progress

    Work: TypeAlias = Callable[[Progress], Iterable[object]]


class OvertakenError(Exception):
    """Raised by a job's progress callback where a newer job waits, or none is wanted any more."""


class _Job(NamedTuple):
    number: int
    work: Work


class BackgroundJob:
    """Runs jobs one at a time on a thread of its own; a newer job stops and replaces an older one.

    All methods are for the thread of the main loop, and so are the callbacks called there. Once a
    job is overtaken none of its values arrive any more, not even those on their way.

    Parameters
    ----------
    arrived : callable
        Gets each value that a job yields: a palette, then the picture in it, then its figures.
    failed : callable
        Gets the exception that ended a job.
    busy : callable
        Gets True when there is work, and False when the newest job has ended.

    Notes
    -----
    A job gets a progress callback, as functions of palette_core do, and is stopped by what that
    raises: it must not catch it.
    """

    def __init__(
        self,
        arrived: Callable[[Any], object],
        failed: Callable[[Exception], object],
        busy: Callable[[bool], object],
    ) -> None:
        self._arrived, self._failed, self._busy = arrived, failed, busy
        self._changed = threading.Condition()
        self._newest = 0  # of which job values are wanted; 0 of none
        self._started = 0
        self._waiting: _Job | None = None
        self._closed = False
        self._fraction = 0.0
        self._thread = threading.Thread(target=self._run, name="background-job", daemon=True)
        self._thread.start()

    @property
    def fraction(self) -> float:
        """How much of the newest job is done, 0 to 1."""
        return self._fraction

    @property
    def is_busy(self) -> bool:
        """Whether there is work."""
        return self._newest > 0

    def start(self, work: Work) -> None:
        """Start a job, in place of any other.

        Parameters
        ----------
        work : callable
            Gets a progress callback, and yields values.
        """
        was_busy = self.is_busy
        with self._changed:
            if self._closed:
                return
            self._started += 1
            self._newest = self._started
            self._fraction = 0.0
            self._waiting = _Job(self._newest, work)
            self._changed.notify()
        if not was_busy:
            self._busy(True)

    def stop(self) -> None:
        """Stop the job, if there is one."""
        if self._forget():
            self._busy(False)

    def close(self) -> None:
        """Stop for good, and wait for the thread; no callback is called any more."""
        self._closed = True
        self._forget()
        self._thread.join()

    def _forget(self) -> bool:
        with self._changed:
            was_busy = self.is_busy
            self._newest, self._waiting = 0, None
            self._changed.notify()
        return was_busy

    def _run(self) -> None:
        while (job := self._next()) is not None:
            try:
                for value in job.work(lambda fraction, job=job: self._report(job, fraction)):
                    self._send(job, self._arrived, value)
                    self._report(job, self._fraction)
                self._send(job, None, None)
            except OvertakenError:
                continue
            except Exception as error:  # the user has to hear of it
                self._send(job, self._failed, error)

    def _next(self) -> _Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._waiting is not None)
            job, self._waiting = self._waiting, None
            return None if self._closed else job

    def _report(self, job: _Job, fraction: float) -> None:
        if job.number != self._newest:
            raise OvertakenError
        self._fraction = fraction

    def _send(self, job: _Job, callback: Callable[[Any], object] | None, value: object) -> None:
        # In the order sent; above redrawing, so that a busy screen does not hold values back.
        GLib.idle_add(self._deliver, job.number, callback, value, priority=GLib.PRIORITY_DEFAULT)

    def _deliver(
        self, number: int, callback: Callable[[Any], object] | None, value: object
    ) -> bool:
        if number == self._newest:
            if callback is None or callback == self._failed:
                self._newest = 0
                self._busy(False)
            if callback is not None:
                callback(value)
        return GLib.SOURCE_REMOVE
