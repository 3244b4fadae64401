"""The engine: what computes, in this Python if it can, else in a worker.

GIMP's own Python has no NumPy in Flatpak, AppImage and elsewhere. Then a process of the Python in
palette_core's environment computes, which install.sh has named in the file `environment`.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from types import ModuleType

from engine.worker_client import Reference, Remote
from errors import UserError
from i18n import _

ENVIRONMENT = Path(__file__).parents[1] / "environment"
_WORKER = Path(__file__).parent / "worker.py"


@functools.cache
def load() -> ModuleType | Reference:
    """Give the module `compute`, or what stands in for that of a worker."""
    try:
        from engine import compute
    except ImportError as error:
        return _start_worker(error)
    return compute


def named_python() -> Path:
    """Give the Python that the file names."""
    return Path(ENVIRONMENT.read_text(encoding="utf-8").strip())


def _start_worker(lack: ImportError) -> Reference:
    try:
        python = named_python()
    except (OSError, ValueError) as error:
        msg = _(
            "The Python that runs this filter, {python}, lacks something ({lack}), and {file} "
            "names no other. Run install.sh again; install.sh --check tells more."
        )
        values = {"python": sys.executable, "lack": lack, "file": ENVIRONMENT}
        raise UserError(msg.format(**values)) from error
    return Remote([str(python), "-sE", str(_WORKER)]).compute
