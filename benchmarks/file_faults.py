"""Interrupt programs that write files, and count lost and unfinished files.

    python -m benchmarks.file_faults [--times 300]

prints the table of docs/reliability.md. Disks that are full or read-only are mounted in a namespace
of their own (`unshare` of util-linux); where that is impossible they are not tried.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

import palette_core as pc
from palette_core.files import write_file

from .markdown import print_head, print_row

# Unfinished files, as palette_core names them.
_UNFINISHED = re.compile(r"\..+\.[0-9a-f]{16}\.part")
_DISKS = ("full", "read-only")
_OLD, _NEW = b"old", bytes(range(256)) * 256


class Outcome(NamedTuple):
    """A row of the table, whose numbers docs/reliability.md explains."""

    fault: str
    tried: int
    hit: int
    lost: int
    left: int


def kill_writer(folder: Path, times: int) -> Outcome:
    """Kill a process that saves files over and over again, at random moments."""
    versions = {name: (_noise(name, 0), _noise(name, 1)) for name in ("a.gpl", "a.png")}
    hit = lost = left = 0
    for number in range(times):
        for name, (old, _) in versions.items():
            (folder / name).write_bytes(old)
        process = os.fork()
        while not process:
            for turn in (1, 0):
                for name, both in versions.items():
                    write_file(folder / name, both[turn], overwrite=True)
        time.sleep(random.Random(number).uniform(0.001, 0.03))  # noqa: S311 - not a secret
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        lost += sum((folder / name).read_bytes() not in both for name, both in versions.items())
        unfinished = _remove_unfinished(folder)
        hit, left = hit + bool(unfinished), left + unfinished
        lost += len(list(folder.iterdir())) != len(versions)
    return Outcome("SIGKILL of a process that saves files", times, hit, lost, left)


def end_command(folder: Path, times: int, ending: signal.Signals) -> Outcome:
    """Send the command line a signal at random moments."""
    (folder / "in.png").write_bytes(_noise("in.png", 0))
    command = [sys.executable, "-m", "palette_core", "quantize", "in.png", "-o", "out.png"]
    command += ["--palette-out", "out.gpl", "--force"]
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    seconds = time.perf_counter() - start
    whole = {name: (folder / name).read_bytes() for name in ("out.png", "out.gpl")}
    hit = lost = left = 0
    for number in range(times):
        for name in whole:
            (folder / name).write_bytes(_OLD)
        with subprocess.Popen(
            command,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # A shell makes what it starts in the background ignore it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ) as process:
            delay = random.Random(number).uniform(0, 1.2 * seconds)  # noqa: S311 - not a secret
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(delay)
            process.send_signal(ending)
        hit += process.returncode != 0
        lost += sum((folder / name).read_bytes() not in (_OLD, whole[name]) for name in whole)
        left += _remove_unfinished(folder)
    return Outcome(f"{ending.name} of `palette-core quantize`", times, hit, lost, left)


def race_writers(folder: Path, times: int) -> Outcome:
    """Save palettes under one name in two processes at once: the second has to be refused."""
    palettes = [pc.Palette(np.full((250, 3), level, np.uint8)) for level in (0, 255)]
    path = folder / "same.gpl"
    whole = []
    for palette in palettes:
        palette.save(path, overwrite=True)
        whole.append(path.read_bytes())
    hit = lost = 0
    for _ in range(times):
        path.unlink()
        start = time.perf_counter() + 0.002
        processes = [_save_in_process(palette, path, start) for palette in palettes]
        codes = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in processes]
        hit += 1 in codes
        lost += sorted(codes) != [0, 1] or path.read_bytes() != whole[codes.index(0)]
    left = _remove_unfinished(folder)
    return Outcome("two processes that save one name at once", times, hit, lost, left)


def fill_disk(folder: Path, times: int) -> Outcome:
    """Limit the size of files at any byte, in place of an old file and in a free place."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    path, refused, lost = folder / "out.bin", 0, 0
    for number in range(times):
        path.unlink(missing_ok=True)
        if number % 2:
            path.write_bytes(_OLD)
        room = random.Random(number).randrange(len(_NEW))  # noqa: S311 - not a secret
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        refused += _is_refused(path)
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        lost += _contents(folder) != ({path.name: _OLD} if number % 2 else {})
    left = _remove_unfinished(folder)
    return Outcome("a disk that gets full at any byte", times, refused, lost, left)


def use_broken_disk(kind: str, times: int) -> None:
    """Save on a disk in memory that is full or read-only, in a process that prints the row."""
    script = ["mount -t tmpfs -o size=32k none .", 'cd "$PWD"', "printf old > out.bin"]
    if kind == "read-only":
        script.append("mount -o remount,ro .")
    script.append(f'exec "$@" --on-disk {kind} --times {times}')
    command = ["unshare", "-rm", "sh", "-ec", "; ".join(script), "sh", sys.executable]
    command += ["-m", "benchmarks.file_faults"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, cwd=folder, env=environment, check=False)
    if done.returncode:
        print(f"a disk that is {kind} cannot be mounted here", file=sys.stderr)


def _save_on_disk(kind: str, times: int) -> Outcome:
    """Save in the current folder, which is on such a disk and has one old file."""
    folder, refused, lost = Path(), 0, 0
    for number in range(times):
        refused += _is_refused(folder / ("out.bin", "new.bin")[number % 2])
        lost += _contents(folder) != {"out.bin": _OLD}
    return Outcome(f"a disk that is {kind} (tmpfs)", times, refused, lost, 0)


def _is_refused(path: Path) -> bool:
    try:
        write_file(path, _NEW, overwrite=True)
    except pc.FileError:
        return True
    return False


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _remove_unfinished(folder: Path) -> int:
    """Delete unfinished files, and return how many there were."""
    found = [path for path in folder.iterdir() if _UNFINISHED.fullmatch(path.name)]
    for path in found:
        path.unlink()
    return len(found)


def _noise(name: str, seed: int) -> bytes:
    """Return a palette or an image of random colours as a file."""
    noise = np.random.default_rng(seed).integers(0, 256, (300, 400, 3), np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        if path.suffix == ".gpl":
            pc.Palette(noise[0, :200]).save(path)
        else:
            Image.fromarray(noise).save(path)
        return path.read_bytes()


def _save_in_process(palette: pc.Palette, path: Path, start: float) -> int:
    """Fork a process that saves a palette at a moment, and exits with 1 if that is refused."""
    process = os.fork()
    if process:
        return process
    while time.perf_counter() < start:
        pass
    try:
        palette.save(path)
    except pc.OutputExistsError:
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Try all faults, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--on-disk", choices=_DISKS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.on_disk:
        print_row(*_save_on_disk(arguments.on_disk, arguments.times))
        return
    print_head("fault", "tried", "hit", "lost", "left behind")
    times = arguments.times
    for attempt in (kill_writer, race_writers, fill_disk):
        with tempfile.TemporaryDirectory() as folder:
            print_row(*attempt(Path(folder), times))
    for ending in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        with tempfile.TemporaryDirectory() as folder:
            # The command line is slow.
            print_row(*end_command(Path(folder), max(1, times // 4), ending))
    for kind in _DISKS:
        use_broken_disk(kind, times)


if __name__ == "__main__":
    main()
