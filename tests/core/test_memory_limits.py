"""Pictures that are very long, and pictures that there is no memory for."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from PIL import Image

import palette_core as pc
from palette_core import threads
from palette_core.arrays import Bytes
from palette_core.design import METHODS

from .command_line import Outcome

LONG = 500_000
# Of address space, as `ulimit -v` counts: Python, NumPy and Pillow take half of it.
ROOM = 400 << 20


def line(length: int) -> Bytes:
    """Neighbours that are alike, in many colours: (length, 3)."""
    steps = np.random.default_rng(0).integers(-3, 4, (length, 3))
    return (np.cumsum(steps, axis=0) % 256).astype(np.uint8)


# Pictures that are a line


@pytest.mark.parametrize("method", METHODS)
def test_a_line_across_and_one_down_are_the_same(method: str) -> None:
    pixels = line(LONG)
    across = pc.quantize(pixels.reshape(1, LONG, 3), 8, method=method)
    down = pc.quantize(pixels.reshape(LONG, 1, 3), 8, method=method)
    assert across.indices.shape == (1, LONG)
    assert across.palette == down.palette
    assert np.array_equal(across.indices.T, down.indices)


# Without memory


def run_with_little(*arguments: str, room: int = ROOM) -> Outcome:
    """Run the command line in a process that gets so many bytes of address space."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (room, room))

    # OpenBLAS takes 40 MiB for each thread that it starts, on some machines that are many.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "palette_core", *arguments]
    done = subprocess.run(
        command, capture_output=True, env=environment, preexec_fn=limit, check=False
    )
    return Outcome(done.returncode, done.stdout, done.stderr.decode())


@pytest.fixture
def workdir(current_folder: Path, drawn: Bytes) -> Path:
    """The current folder, with a small picture and one of 36 megapixels."""
    Image.fromarray(drawn).save("small.png")
    Image.new("RGB", (6000, 6000), (9, 99, 200)).save("large.png", compress_level=1)
    return current_folder


@pytest.mark.parametrize("command", ["quantize", "palette", "sheet", "compare"])
def test_no_memory_is_told_in_a_line(command: str, workdir: Path) -> None:
    before = sorted(workdir.iterdir())
    more = {"quantize": "-o out.png", "palette": "-o out.gpl", "sheet": "-o out.png"}
    words = [command, *more.get(command, "small.png").split(), "large.png"]
    done = run_with_little(*words)
    assert (done.code, done.text) == (1, "")
    assert done.err == "palette-core: error: out of memory; use a smaller image\n"
    assert sorted(workdir.iterdir()) == before


@pytest.mark.usefixtures("workdir")
def test_there_is_memory_with_more_room() -> None:
    assert run_with_little("palette", "large.png", room=4 * ROOM).text == "#0963c8\n"


def test_no_memory_in_a_worker_stops_no_other(workdir: Path) -> None:
    done = run_with_little(
        "quantize", "small.png", "large.png", "-k", "4", "-o", "out/", "--jobs", "2"
    )
    lack = "palette-core: error: cannot read large.png: out of memory; use a smaller image"
    assert (done.code, done.err.splitlines()[0]) == (1, lack)
    assert len(done.err.splitlines()) == 2
    assert [path.name for path in (workdir / "out").iterdir()] == ["small.png"]


def test_no_room_for_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object) -> NoReturn:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(ThreadPoolExecutor, "submit", refused)
    with pytest.raises(MemoryError, match="can't start new thread"):
        threads.for_each_block(lambda _piece: None, 10, 1)
