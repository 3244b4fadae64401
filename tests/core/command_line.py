"""The command line, run in this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

# Defaults of the command line that differ from those of the functions.
EYE = {"space": "oklab", "dither": "floyd-steinberg"}


class Outcome(NamedTuple):
    """What a run of the command line left behind."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        return self.out.decode()

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


Cli = Callable[..., Outcome]


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files in a folder and below."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def assert_one_line(err: str, words: Sequence[str] = ()) -> None:
    """Check that standard error is one line about an error, and has some words."""
    assert err.endswith("\n")
    (line,) = err.splitlines()
    start = "palette-core: error: "
    assert line.startswith(start)
    assert line.removeprefix(start).strip()
    assert all(word in line for word in words), line
