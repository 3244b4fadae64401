"""The command line, run in this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import palette_core as pc

# Defaults of the command line that differ from those of the functions.
EYE = {"space": "oklab", "dither": "auto"}
# The image tiny.png and the palette bee.gpl of the current folder.
TINY = np.array([[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 0, 0]]], np.uint8)
BEE = pc.Palette([[0, 0, 0], [255, 204, 0], [7, 80, 100]], ["Black", "Hönig", ""], "Bee", 2)


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
