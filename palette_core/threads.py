"""Threads for blocks of work that NumPy does without holding Python's lock.

They pay if one call of NumPy takes long for a block, as a look-up does. The search for nearest
entries makes many short calls, which would wait for the lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from .progress import Progress, no_progress, with_progress

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

_MAX_THREADS = 8


def for_each_block(
    function: Callable[[slice], object], size: int, block: int, progress: Progress = no_progress
) -> None:
    """Call `function` with slices of at most `block` items that cover `size` items.

    The slices depend only on `size` and `block`, and each is processed by one thread. The result
    does not depend on the number of threads if `function` writes to its own slice, or if all
    threads write the same value.

    Parameters
    ----------
    function : callable
        Gets a slice. Its exceptions are raised here.
    size : int
        The number of items, 0 or more.
    block : int
        The number of items in a slice, for about 0.3 ms of work, which is worth starting a thread.
    progress : callable, optional
        Gets fractions from 0 to 1. If it raises an exception, the remaining blocks are skipped.

    Raises
    ------
    MemoryError
        If there is not enough memory for threads.
    """
    slices = [slice(start, min(start + block, size)) for start in range(0, size, block)]
    threads = min(os.cpu_count() or 1, _MAX_THREADS)
    if threads <= 1 or len(slices) <= 1:
        for item_slice in with_progress(slices, len(slices), progress):
            function(item_slice)
        return
    try:
        futures = [_pool(threads).submit(function, item_slice) for item_slice in slices]
    except RuntimeError as error:  # "can't start new thread", because of the memory for its stack
        raise MemoryError(str(error)) from error
    try:
        for future in with_progress(futures, len(futures), progress):
            future.result()  # raises the exception of the function
    finally:
        for future in futures:
            future.cancel()


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    """Return threads that are started once, since starting them takes longer than the work."""
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(threads, "palette-core")


if hasattr(os, "register_at_fork"):  # not on Windows, which forks no processes
    # Threads do not exist in a forked process, which has to start its own.
    os.register_at_fork(after_in_child=_pool.cache_clear)
