"""The engine: a preview session, in this process if it has NumPy, otherwise in a worker.

GIMP's own Python has no NumPy in Flatpak, AppImage and elsewhere. Then a process of the Python in
palette_core's environment computes, which the installer has named in the file `environment`.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.worker_client import WorkerSession
from errors import NO_MEMORY, UserError, to_message
from i18n import _

if TYPE_CHECKING:
    from palette_core.preview import PreviewSession

_PLUGIN = Path(__file__).parents[1]
ENVIRONMENT = _PLUGIN / "environment"
_WORKER = Path(__file__).parent / "worker_main.py"


class LocalSession:
    """A `PreviewSession` in this process, if its Python has all it needs, with our errors."""

    def __init__(self) -> None:
        from palette_core import PaletteCoreError
        from palette_core.preview.session import PreviewSession, describe_error

        self._session, self._error = PreviewSession(), PaletteCoreError
        self._describe = describe_error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return a method of the session."""
        method = getattr(self._session, name)

        @functools.wraps(method)
        def call(*args: object, **options: object) -> object:
            try:
                return method(*args, **options)
            except self._error as error:
                raise UserError(to_message(*self._describe(error))) from error
            except MemoryError as error:
                raise UserError(NO_MEMORY) from error

        return call


def session() -> PreviewSession:
    """Return the session, or a client with the same methods if it runs in a worker."""
    return start_loading().result()


@functools.cache
def start_loading() -> Future[PreviewSession]:
    """Begin to load the session on a thread, and return its future.

    NumPy and palette_core take about as long as GTK, which can start meanwhile. The first call has
    to be on the main thread, before there are others.
    """
    executor = ThreadPoolExecutor(1)
    loading = executor.submit(_new_session)
    executor.shutdown(wait=False)
    return loading


def _new_session() -> Any:  # noqa: ANN401 - a session in this process, or a worker's client
    try:
        return LocalSession()
    except ImportError as error:
        return start_worker(_worker_python(error))


def start_worker(python: Path) -> WorkerSession:
    """Return the client of a session in a worker with this Python."""
    return WorkerSession([str(python), "-sE", str(_WORKER)])


def named_python() -> Path:
    """Return the path of the Python that the file `environment` names.

    Whoever installs by hand may have an editor that writes a byte order mark, or paste quotes.
    """
    return Path(ENVIRONMENT.read_text(encoding="utf-8-sig").strip().strip('"'))


def find_guide() -> Path | None:
    """Return the guide's page on the filter, if the guide is installed.

    Flathub's extension has the guide in the plug-in's folder, and the installer copies it beside
    palette_core's environment.
    """
    environment = Path(sys.prefix)
    with contextlib.suppress(OSError, ValueError):
        environment = named_python().parent.parent
    folders = (_PLUGIN, environment.parent)
    pages = [folder / "docs" / "guide" / "gimp.html" for folder in folders]
    return next((page for page in pages if page.is_file()), None)


def _worker_python(lack: ImportError) -> Path:
    try:
        return named_python()
    except (OSError, ValueError) as error:
        msg = _(
            "The filter is not completely installed ({lack}). Run its installer again. For "
            "details, run the installer with --check."
        )
        raise UserError(msg.format(lack=lack)) from error
