"""Store: what was measured, one JSON object a line, written as soon as it is known."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]

RESULTS = Path("build/benchmarks.jsonl")


class Store:
    """A file of records, to which a run that was interrupted adds what is missing.

    Parameters
    ----------
    path : Path
        Made if it is missing. A last line that was cut off while it was written is dropped.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.records: list[Record] = []
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = 0
        for line in path.read_bytes().splitlines(keepends=True) if path.exists() else []:
            if line.endswith(b"\n"):
                whole += len(line)
                self.records.append(json.loads(line))
        if path.exists():
            os.truncate(path, whole)

    def find(self, **values: object) -> list[Record]:
        """Give the records that have all of these values, in the order they were added."""
        return [
            record
            for record in self.records
            if all(record.get(key) == value for key, value in values.items())
        ]

    def add(self, **values: object) -> None:
        """Add a record."""
        line = json.dumps(values, ensure_ascii=False) + "\n"
        with self._path.open("ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
        self.records.append(json.loads(line))
