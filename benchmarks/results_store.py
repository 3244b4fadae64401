"""What was measured, one JSON object a line, and the machine that it was measured on."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import shutil
import statistics
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]

RESULTS = Path("build/benchmarks.jsonl")
_PACKAGES = ("palette-core", "numpy", "pillow", "scikit-learn", "scikit-image")


class ResultsStore:
    """A file of records, to which an interrupted run adds what is missing when it is repeated.

    Parameters
    ----------
    path : Path
        Created if it is missing. An incomplete last line is dropped.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.records: list[Record] = []
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            complete, newline, _ = path.read_bytes().rpartition(b"\n")
            self.records = [json.loads(line) for line in complete.splitlines()]
            os.truncate(path, len(complete) + len(newline))

    def find(self, **values: object) -> list[Record]:
        """Return the records that have all of these values, in the order they were added."""
        return [record for record in self.records if values.items() <= record.items()]

    def add(self, **values: object) -> None:
        """Append a record."""
        line = json.dumps(values, ensure_ascii=False) + "\n"
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line)
        self.records.append(json.loads(line))

    def add_machine(self) -> None:
        """Append a record of the machine and of all versions, unless the last one is the same."""
        record = _describe_machine()
        if self.find(kind="machine")[-1:] != [record]:
            self.add(**record)


def mse(record: Record) -> float:
    """Return the mean squared error over pixels and channels."""
    return float(record["mse"])


def seconds(record: Record) -> float:
    """Return the median time."""
    return float(statistics.median(record["seconds"]))


def _describe_machine() -> Record:
    return {
        "kind": "machine",
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {platform.machine()}",
        "Python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
        "libimagequant": _libimagequant(),
        "pngquant": _pngquant(),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


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
