"""Threads: blocks of work that NumPy does without holding Python's lock.

They pay where one call of NumPy works on a block for long, as a look-up does. The many short
calls of the search for the nearest entries would rather wait for the lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from .progress import Progress, no_progress, with_progress

_MOST = 8


def for_each_block(
    work: Callable[[slice], object], size: int, block: int, progress: Progress = no_progress
) -> None:
    """Call `work` with slices of at most `block` items that cover `size` items.

    The slices depend on `size` and `block` alone and each is done by one thread, so that the
    result is the same on any number of threads as long as it does not depend on which of them
    writes first: `work` writes to its own slice, or the same value as the others.

    Parameters
    ----------
    work : callable
        Gets a slice. What it raises is raised here.
    size : int
        How many items there are; 0 is none.
    block : int
        How many items a slice holds, enough that a thread is worth its wake-up: about 0.3 ms of
        work.
    progress : callable, optional
        Gets fractions from 0 to 1. If it raises, blocks that are not begun are left out.

    Raises
    ------
    MemoryError
        If there is no room for threads.
    """
    slices = [slice(start, min(start + block, size)) for start in range(0, size, block)]
    threads = min(os.cpu_count() or 1, _MOST)
    if threads <= 1 or len(slices) <= 1:
        for piece in with_progress(slices, len(slices), progress):
            work(piece)
        return
    try:
        waiting = [_pool(threads).submit(work, piece) for piece in slices]
    except RuntimeError as error:  # "can't start new thread": there is no room for its stack
        raise MemoryError(str(error)) from error
    try:
        for done in with_progress(waiting, len(waiting), progress):
            done.result()  # raises what the work raised
    finally:
        for left in waiting:
            left.cancel()


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Start threads once: to start them for every call would take longer than the work."""
    return ThreadPoolExecutor(threads, "palette-core")


if hasattr(os, "register_at_fork"):  # not on Windows, which forks no processes
    # Threads do not live on in a forked process: it starts its own.
    os.register_at_fork(after_in_child=_pool.cache_clear)
