"""What `benchmarks.appearance` measured, one JSON object a line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]

RESULTS = Path("build/benchmarks.jsonl")


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
