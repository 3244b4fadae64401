"""A real GIMP that tests can call: headless, or with a window on a virtual screen."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from palette_core.choices import collect_labels

HARNESS = Path(__file__).parent
PLUGIN = Path(__file__).parents[2] / "plugin" / "quantize-kmeans"
# A Python that has GIMP's bindings and, where the tests run, no NumPy.
BARE_PYTHON = "/usr/bin/python3"
START_SECONDS = 180
CALL_SECONDS = 300


class GimpError(Exception):
    """What went wrong inside GIMP."""


class Gimp:
    """Calls the functions of `gimp_driver` in a running GIMP: ``gimp.version()``."""

    def __init__(self, stream: TextIO, log: Path) -> None:
        self._stream = stream
        self.log = log

    def __getattr__(self, name: str) -> Any:
        def call(*args: object, **options: object) -> object:
            request = json.dumps({"name": name, "args": args, "options": options})
            self._stream.write(request + "\n")
            self._stream.flush()
            line = self._stream.readline()
            if not line:
                raise GimpError(f"GIMP has gone; its last words:\n{self.log.read_text()[-3000:]}")
            answer = json.loads(line)
            if "error" in answer:
                raise GimpError(f"{name}: {answer['error']}")
            return answer["value"]

        return call


@contextlib.contextmanager
def running_gimp(command: list[str], environment: dict[str, str], folder: Path) -> Iterator[Gimp]:
    """Start a GIMP with the driver in it; end it, and what it started, when done."""
    log = folder / "gimp.log"
    # A socket's path has to be short.
    with (
        tempfile.TemporaryDirectory(prefix="gimp-") as short,
        socket.socket(socket.AF_UNIX) as door,
    ):
        door.bind(f"{short}/socket")
        door.listen()
        door.settimeout(START_SECONDS)
        batch = (
            f"import sys; sys.path.insert(0, {str(HARNESS)!r}); "
            f"import gimp_driver; gimp_driver.serve('{short}/socket')"
        )
        arguments = ["--batch-interpreter=python-fu-eval", "-b", batch, "--quit"]
        with log.open("w") as out:
            process = subprocess.Popen(
                [*command, *arguments],
                env=environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            try:
                connection, _ = door.accept()
            except TimeoutError:
                raise GimpError(f"GIMP did not start:\n{log.read_text()[-3000:]}") from None
            with connection, connection.makefile("rw") as stream:
                connection.settimeout(CALL_SECONDS)
                yield Gimp(stream, log)
                connection.shutdown(socket.SHUT_RDWR)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)  # GIMP writes its palettes and settings as it quits
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def environment_of(home: Path) -> dict[str, str]:
    """Return the environment of a user who lives in `home` and has nothing else set up."""
    return {
        "HOME": str(home),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "NO_AT_BRIDGE": "1",
    }


def profile_with_plugin(folder: Path, interpreter: str, environment: Path | None = None) -> Path:
    """Make a GIMP folder whose copy of the plug-in is run by this interpreter.

    `environment` is the Python that computes where that one cannot.
    """
    profile = folder / "profile"
    copy = profile / "plug-ins" / "quantize-kmeans"
    shutil.copytree(PLUGIN, copy)
    (copy / "choices.json").write_text(json.dumps(collect_labels()), encoding="utf-8")
    main = copy / "quantize-kmeans.py"
    main.write_text(main.read_text().replace("#!/usr/bin/env python3", f"#!{interpreter}", 1))
    if environment is not None:
        (copy / "environment").write_text(f"{environment}\n", encoding="utf-8")
    return profile


def python_of(home: Path) -> Path:
    """Return the Python of the environment that install.sh has made in a home folder."""
    return home / ".local" / "share" / "palette-core" / "venv" / "bin" / "python"


def plugin_of(home: Path) -> Path:
    """Return the plug-in that install.sh has copied into a home folder."""
    (folder,) = home.glob(".config/GIMP/*/plug-ins/quantize-kmeans")
    return folder


def workers_of(directory: str | Path) -> list[int]:
    """Return the numbers of the workers that run for the GIMP of a user's folder."""
    plugin = Path(directory) / "plug-ins" / "quantize-kmeans"
    return processes_of(plugin / "engine" / "worker_main.py")


def processes_of(argument: object) -> list[int]:
    """Return the numbers of the running processes that have an argument, such as a script."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            if str(argument).encode() in (folder / "cmdline").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def gimp_console() -> str:
    """Return the path of GIMP 3's console program."""
    found = shutil.which("gimp-console")
    if found is None:
        raise GimpError("there is no gimp-console; tests/run.sh says how to get GIMP 3")
    return found


def encode(pixels: NDArray[np.uint8]) -> str:
    """Return pixels as the driver takes them."""
    return base64.b64encode(np.ascontiguousarray(pixels).tobytes()).decode()


def decode(pixels: dict[str, Any]) -> NDArray[np.uint8]:
    """Return pixels that the driver sent: (height, width, bytes a pixel)."""
    data = np.frombuffer(base64.b64decode(pixels["data"]), np.uint8)
    return data.reshape(pixels["height"], pixels["width"], -1)
