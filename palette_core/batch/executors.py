"""Call a function for many items in parallel, in processes or on a Dask cluster."""

from __future__ import annotations

import contextlib
import signal
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

import palette_core as pc

from ..errors import MissingPackageError, OptionError, PaletteCoreError, WorkerError

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")
R = TypeVar("R")

_DISTRIBUTION = "palette-core"


@contextlib.contextmanager
def worker_pool(jobs: int, scheduler: str | None = None, timeout: int = 10) -> Iterator[None]:
    """Provide workers for `run_parallel`: processes here, or those of a Dask cluster.

    Parameters
    ----------
    jobs : int
        How many processes; 1 is this one, -1 as many as there are cores. A cluster has its own.
    scheduler : str, optional
        The address of a Dask scheduler, such as "tcp://host:8786".
    timeout : int, default 10
        How many seconds to wait for the scheduler, and then for its first worker.

    Raises
    ------
    WorkerError
        If there is no such scheduler, or it has no workers, or they die.
    MissingPackageError
        If Dask is not installed here, or this version of palette_core is not where the workers are.
    """
    from concurrent.futures import BrokenExecutor

    from joblib import parallel_config

    if scheduler is None:
        try:
            # Arrays are sent as they are, not by files for all workers to share.
            with parallel_config(backend="loky", n_jobs=jobs, max_nbytes=None):
                yield
        except BrokenExecutor as error:
            raise WorkerError(
                f"a worker process ended unexpectedly ({_first_line(error)}); use fewer jobs, so "
                "that each has more memory"
            ) from error
        return
    with (
        _connected(scheduler, timeout) as client,
        parallel_config(backend="dask", n_jobs=-1, client=client, wait_for_workers_timeout=timeout),
    ):
        yield


@contextlib.contextmanager
def run_parallel(
    work: Callable[[T], R], items: Iterable[T], *, ordered: bool = True
) -> Iterator[Iterator[R]]:
    """Return the results of `work` one by one, in the order of the items or as they finish.

    An item is taken when a worker is free. Leaving the context stops the work.
    """
    from joblib import Parallel, delayed

    parallel = Parallel(return_as="generator" if ordered else "generator_unordered")
    with _ignore_interrupts():
        results = parallel(delayed(work)(item) for item in items)
    try:
        yield results
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joblib warns of unfinished work
            results.close()


@contextlib.contextmanager
def _ignore_interrupts() -> Iterator[None]:
    """Start processes that ignore Ctrl-C, because this process ends them.

    For a tenth of a second this process ignores it too.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _connected(scheduler: str, timeout: int) -> Iterator[Client]:
    """Connect to a cluster, and raise its errors as `WorkerError`."""
    try:
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port
    except ImportError as error:
        raise MissingPackageError(
            f"`scheduler` needs Dask, which could not be loaded ({error}); install it with: "
            "pip install distributed"
        ) from error
    try:
        get_address_host_port(scheduler)
    except ValueError as error:
        raise OptionError(
            f"`scheduler` cannot be {scheduler!r} ({error}); use an address such as tcp://host:8786"
        ) from error
    try:
        with Client(scheduler, timeout=timeout, set_as_default=False) as client:
            client.wait_for_workers(1, timeout=timeout)
            _check_workers(client, scheduler)
            yield client
    except PaletteCoreError:
        raise
    except Exception as error:  # of the network, the scheduler and the workers, of many classes
        raise WorkerError(
            f"the Dask cluster at {scheduler} does not work ({_first_line(error)}); check "
            "the address, and that its workers run"
        ) from error


def _check_workers(client: Client, scheduler: str) -> None:
    """Refuse workers that would fail each time, or return other results."""
    from importlib import metadata

    wanted = f"{_DISTRIBUTION} {pc.__version__}"
    try:
        found = set(client.run(metadata.version, _DISTRIBUTION).values())
    except metadata.PackageNotFoundError as error:
        raise MissingPackageError(
            f"a worker of {scheduler} lacks {wanted}; install it there"
        ) from error
    if others := found - {pc.__version__}:
        raise MissingPackageError(
            f"a worker of {scheduler} has version {others.pop()}; install {wanted} there"
        )


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
