"""The machine: what the numbers depend on beside the code."""

from __future__ import annotations

import datetime as dt
import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

from .store import Record, Store


def note_machine(store: Store) -> None:
    """Add a record of the machine and of every version, unless the last one is the same."""
    record = machine()
    if store.find(kind="machine")[-1:] != [record]:
        store.add(**record)


def machine() -> Record:
    """Describe the machine."""
    return {
        "kind": "machine",
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": _system(),
        "Python": platform.python_version(),
        **{
            name: version(name)
            for name in ("palette-core", "numpy", "pillow", "scikit-learn", "scikit-image")
        },
        "libimagequant": _libimagequant(),
        "pngquant": _pngquant(),
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # not on Linux
    return platform.processor() or platform.machine()


def _system() -> str:
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {platform.machine()}"
    except OSError:
        return platform.platform()


def _libimagequant() -> str:
    from imagequant._libimagequant import lib

    number = lib.liq_version()
    parts = number // 10000, number // 100 % 100, number % 100
    return f"{'.'.join(map(str, parts))} (imagequant {version('imagequant')})"


def _pngquant() -> str | None:
    command = shutil.which("pngquant")
    if command is None:
        return None
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    return done.stdout.split()[0]
