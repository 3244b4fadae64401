"""A quantization in a process of its own: its peak memory and its time.

The peak is that of the resident memory during one call, less what was resident before it: the
image, and all that a small image made it load. Only Linux reports and resets this peak (``VmHWM``,
``clear_refs``).
"""

from __future__ import annotations

import gc
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import palette_core as pc
from palette_core.arrays import Bytes

from .images import warm_up_image


def measure_in_fresh_process(
    rgb: Bytes, effort: str, colors: int, *, runs: int
) -> tuple[int, list[float]]:
    """Quantize an image in a new process.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8
    effort : str
    colors : int
    runs : int
        How many runs to time, after the one whose memory is measured.

    Returns
    -------
    (int, list of float)
        The peak in bytes, and the seconds of every run.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as executor:
        return executor.submit(_measure, rgb, effort, colors, runs).result()


def _measure(rgb: Bytes, effort: str, colors: int, runs: int) -> tuple[int, list[float]]:
    pc.quantize(warm_up_image().rgb, colors, effort=effort)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak is now what is resident
    before = resident_bytes("VmRSS")
    pc.quantize(rgb, colors, effort=effort)
    peak = resident_bytes("VmHWM") - before
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        pc.quantize(rgb, colors, effort=effort)
        seconds.append(time.perf_counter() - start)
    return peak, seconds


def resident_bytes(field: str, process: int | str = "self") -> int:
    """Return a process's resident memory ("VmRSS") or its peak ("VmHWM")."""
    status = Path(f"/proc/{process}/status")
    for line in status.read_text().splitlines():
        if line.startswith(field):
            return 1024 * int(line.split()[1])
    raise OSError(f"{status} has no {field}: the process has ended")
