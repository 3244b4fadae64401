"""Faults while files are written: what is lost, and what is left behind.

    python -m benchmarks.faults [--times 300]

prints the table of docs/reliability.md. Disks that are full and read-only are made in a namespace
of their own (`unshare` of util-linux), without which they are not tried.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

import palette_core as pc
from palette_core.files import write_file
from palette_core.image.image_files import encode_png

# Files that are being written, as palette_core names them.
UNFINISHED = re.compile(r"\..+\.[0-9a-f]{16}\.part")
_OLD, _NEW = b"old", bytes(range(256)) * 256


class Outcome(NamedTuple):
    """What came of a fault.

    Attributes
    ----------
    fault : str
    tried : int
        How often.
    hit : int
        How often it was in the way: it ended a process, or left one no room, or refused one.
    lost : int
        How often a file was neither the old one nor the new one, to the last byte.
    left : int
        How many unfinished files were left behind.
    """

    fault: str
    tried: int
    hit: int
    lost: int
    left: int


def killed(folder: Path, times: int) -> Outcome:
    """Kill a process that saves files over and over again, at random moments."""
    versions = _versions()
    hit = lost = left = 0
    for number in range(times):
        for name, (old, _) in versions.items():
            (folder / name).write_bytes(old)
        process = os.fork()
        if not process:
            _save_for_ever(folder, versions)
        time.sleep(random.Random(number).uniform(0.001, 0.03))  # noqa: S311 - not a secret
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        lost += sum((folder / name).read_bytes() not in both for name, both in versions.items())
        unfinished = _unfinished(folder)
        hit, left = hit + bool(unfinished), left + len(unfinished)
        lost += len(list(folder.iterdir())) != len(versions) + len(unfinished)
        for path in unfinished:
            path.unlink()
    return Outcome("SIGKILL of a process that saves files", times, hit, lost, left)


def ended(folder: Path, times: int, ending: signal.Signals) -> Outcome:
    """End the command line at random moments, by a signal."""
    _draw(folder / "in.png")
    command = [sys.executable, "-m", "palette_core", "quantize", "in.png", "-o", "out.png"]
    command += ["--palette-out", "out.gpl", "--force"]
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
        seconds.append(time.perf_counter() - start)
    whole = {name: (folder / name).read_bytes() for name in ("out.png", "out.gpl")}
    hit = lost = left = 0
    for number in range(times):
        for name in whole:
            (folder / name).write_bytes(b"old")
        with subprocess.Popen(
            command,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # A shell lets what it starts in the background ignore it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        ) as process:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(random.Random(number).uniform(0, 1.2 * max(seconds)))  # noqa: S311 - no secret
            process.send_signal(ending)
        hit += process.returncode != 0
        lost += sum((folder / name).read_bytes() not in (b"old", whole[name]) for name in whole)
        for path in _unfinished(folder):
            left += 1
            path.unlink()
    return Outcome(f"{ending.name} of `palette-core quantize`", times, hit, lost, left)


def raced(folder: Path, times: int) -> Outcome:
    """Let two processes save palettes under one name at once: the second has to be refused."""
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
        processes = [_forked_to_save(palette, path, start) for palette in palettes]
        refused = [os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) for one in processes]
        hit += 1 in refused
        lost += sorted(refused) != [0, 1] or path.read_bytes() != whole[refused.index(0)]
    left = len(_unfinished(folder))
    return Outcome("two processes that save one name at once", times, hit, lost, left)


def too_large(folder: Path, times: int) -> Outcome:
    """Save files that break off at any byte, in place of an old file and in a free place."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    path, refused, lost = folder / "out.bin", 0, 0
    try:
        for number in range(times):
            path.unlink(missing_ok=True)
            if number % 2:
                path.write_bytes(_OLD)
            room = random.Random(number).randrange(len(_NEW))  # noqa: S311 - not a secret
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
            refused += _is_refused(path)
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            lost += _contents(folder) != ({path.name: _OLD} if number % 2 else {})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    left = len(_unfinished(folder))
    return Outcome("a disk that gets full at any byte", times, refused, lost, left)


def on_a_disk(kind: str, times: int) -> Outcome | None:
    """Save on a disk of memory that is full or read-only; None where none can be made."""
    script = ["mount -t tmpfs -o size=32k none .", 'cd "$PWD"', "printf old > out.bin"]
    if kind == "read-only":
        script.append("mount -o remount,ro .")
    script.append(f'exec "$@" --on-disk {kind} --times {times}')
    command = ["unshare", "-rm", "sh", "-ec", "; ".join(script), "sh", sys.executable]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [*command, "-m", "benchmarks.faults"],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                check=True,
            )
        except (OSError, subprocess.CalledProcessError):
            return None
    return Outcome(*json.loads(done.stdout))


def _on_disk(kind: str, times: int) -> Outcome:
    """Save in the current folder, which is such a disk with one old file."""
    folder, refused, lost = Path(), 0, 0
    for number in range(times):
        refused += _is_refused(folder / ("out.bin", "new.bin")[number % 2])
        lost += _contents(folder) != {"out.bin": _OLD}
    return Outcome(f"a disk that is {kind} (tmpfs)", times, refused, lost, len(_unfinished(folder)))


def _is_refused(path: Path) -> bool:
    try:
        write_file(path, _NEW, overwrite=True)
    except pc.FileError:
        return True
    return False


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _versions() -> dict[str, tuple[bytes, bytes]]:
    """Give an old and a new version of a palette and of a picture, by name."""
    versions = []
    for seed in (0, 1):
        noise = np.random.default_rng(seed).integers(0, 256, (400, 400, 3), np.uint8)
        quantized = pc.quantize(noise, 200, effort="fast")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "kept.gpl"
            quantized.palette.save(path)
            versions.append((path.read_bytes(), encode_png(quantized.to_image())))
    old, new = versions
    return dict(zip(("kept.gpl", "kept.png"), zip(old, new, strict=True), strict=True))


def _save_for_ever(folder: Path, versions: dict[str, tuple[bytes, bytes]]) -> None:
    while True:
        for turn in (1, 0):
            for name, both in versions.items():
                write_file(folder / name, both[turn], overwrite=True)


def _forked_to_save(palette: pc.Palette, path: Path, start: float) -> int:
    """Let a process save a palette at a moment, and end with 1 if that is refused."""
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


def _unfinished(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if UNFINISHED.fullmatch(path.name)]


def _draw(path: Path) -> None:
    from PIL import Image

    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), np.uint8)
    Image.fromarray(noise).save(path)


def all_faults(times: int) -> Iterator[Outcome]:
    """Try every fault so often, and those of the command line, which takes longer, less often."""
    few = max(1, times // 4)
    endings = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
    tries: list[Callable[[Path], Outcome]] = [
        lambda folder: killed(folder, times),
        *(lambda folder, ending=ending: ended(folder, few, ending) for ending in endings),
        lambda folder: raced(folder, times),
        lambda folder: too_large(folder, times),
    ]
    for attempt in tries:
        with tempfile.TemporaryDirectory() as folder:
            yield attempt(Path(folder))
    for kind in ("full", "read-only"):
        outcome = on_a_disk(kind, times)
        if outcome is None:
            print(f"a disk that is {kind} cannot be made here", file=sys.stderr)
        else:
            yield outcome


def main() -> None:
    """Try all faults, and print what came of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=300)
    parser.add_argument("--on-disk", choices=("full", "read-only"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.on_disk:
        print(json.dumps(_on_disk(arguments.on_disk, arguments.times)))
        return
    print("| fault | tried | hit | lost | left behind |\n|---|---|---|---|---|")
    for outcome in all_faults(arguments.times):
        print(f"| {' | '.join(map(str, outcome))} |", flush=True)


if __name__ == "__main__":
    main()
