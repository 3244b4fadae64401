"""Worker: one way on one picture in a process of its own, whose memory nothing else has used.

The peak is that of the resident memory while the way runs, above what was resident before: the
picture in the way's own form, and all that it loads, which a tiny picture made it do. Linux alone
tells and resets this peak (``VmHWM``, ``clear_refs``).
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from palette_core.arrays import Bytes

from .pictures import Picture, tiny
from .stages import profile
from .ways import DITHERED, WAYS

_PROCESS = Path("/proc/self")


def ask(rgb: Bytes, way: str, colors: int, *, runs: int = 0) -> dict[str, Any]:
    """Let a fresh process quantize a picture.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8
    way : str
        One of `WAYS` that is measurable, or of `DITHERED`.
    colors : int
    runs : int, default 0
        How many runs to time, after the one whose memory is measured, and how many to profile.

    Returns
    -------
    dict
        `bytes`: the peak; `seconds`: of every run; `stages`: seconds of each stage in the profiled
        run of median length.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.npy"
        np.save(path, rgb)
        command = [sys.executable, "-m", "benchmarks.worker", str(path), way]
        command += [str(colors), str(runs)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main() -> None:
    """Do what `ask` wants, and print the answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("picture", type=Path)
    ways = WAYS | DITHERED
    parser.add_argument("way", choices=ways)
    parser.add_argument("colors", type=int)
    parser.add_argument("runs", type=int)
    arguments = parser.parse_args()
    way, colors = ways[arguments.way], arguments.colors
    picture = Picture("picture", np.load(arguments.picture))
    getattr(picture, way.form)
    way(tiny(), colors)
    gc.collect()
    (_PROCESS / "clear_refs").write_text("5")  # the peak is now what is resident
    before = resident("VmRSS")
    way(picture, colors)
    peak = resident("VmHWM") - before
    seconds, profiles = [], []
    for _ in range(arguments.runs):
        start = time.perf_counter()
        way(picture, colors)
        seconds.append(time.perf_counter() - start)
        profiles.append(profile(lambda: way(picture, colors)))
    profiles.sort(key=lambda stages: sum(stages.values()))
    stages = profiles[len(profiles) // 2] if profiles else {}
    print(json.dumps({"bytes": peak, "seconds": seconds, "stages": stages}))


def resident(field: str) -> int:
    """Read this process's resident memory or its peak, in bytes."""
    for line in (_PROCESS / "status").read_text().splitlines():
        if line.startswith(field):
            return 1024 * int(line.split()[1])
    raise OSError(f"{_PROCESS}/status has no {field}; memory can be measured on Linux alone")


if __name__ == "__main__":
    main()
