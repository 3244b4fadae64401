"""A quantizer in a process of its own: its peak memory, its time, and the time of each stage.

The peak is that of the resident memory during one call, less what was resident before it: the
image in the quantizer's own form, and all that it loads, which a small image made it load. Only
Linux reports and resets this peak (``VmHWM``, ``clear_refs``).
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import FrameType
from typing import Any

from palette_core.arrays import Bytes
from palette_core.design import lloyd, refine_exact, swap_search, variance_cut
from palette_core.image.histogram import ColorHistogram
from palette_core.mapping import lookup_table

from .images import BenchmarkImage, warm_up_image
from .quantizers import QUANTIZERS

# The functions that make up a stage. What they call belongs to it.
STAGES: dict[str, list[Callable[..., Any]]] = {
    "count colours": [ColorHistogram.unique],
    "cells": [ColorHistogram.reduce, lloyd.Points.from_histogram],
    "start": [variance_cut.cut_by_variance],
    "search": [swap_search.search_swaps],
    "Lloyd": [lloyd.run_lloyd],
    "polish": [refine_exact.ExactRefiner.__init__, refine_exact.ExactRefiner.refine],
    "map": [lookup_table.look_up],
}
OTHER_STAGES = "other"


def measure_in_fresh_process(
    rgb: Bytes, quantizer: str, colors: int, *, runs: int = 0
) -> dict[str, Any]:
    """Quantize an image in a new process.

    Parameters
    ----------
    rgb : (H, W, 3) ndarray of uint8
    quantizer : str
        One of `QUANTIZERS` that runs in process.
    colors : int
    runs : int, default 0
        How many runs to time, after the one whose memory is measured, and how many to profile.

    Returns
    -------
    dict
        `bytes`: the peak; `seconds`: of every run; `stages`: seconds of each stage in the profiled
        run of median length.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as executor:
        return executor.submit(_measure, rgb, quantizer, colors, runs).result()


def _measure(rgb: Bytes, name: str, colors: int, runs: int) -> dict[str, Any]:
    quantizer, image = QUANTIZERS[name], BenchmarkImage("image", rgb)
    getattr(image, quantizer.image_form)
    quantizer(warm_up_image(), colors)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak is now what is resident
    before = resident_bytes("VmRSS")
    quantizer(image, colors)
    peak = resident_bytes("VmHWM") - before
    seconds, profiles = [], []
    for _ in range(runs):
        start = time.perf_counter()
        quantizer(image, colors)
        seconds.append(time.perf_counter() - start)
        profiles.append(profile_stages(lambda: quantizer(image, colors)))
    profiles.sort(key=lambda stages: sum(stages.values()))
    return {"bytes": peak, "seconds": seconds, "stages": profiles[runs // 2] if runs else {}}


def profile_stages(work: Callable[[], object]) -> dict[str, float]:
    """Return how many seconds of a call each stage took, and all other code."""
    stage_of = {
        getattr(function, "__func__", function).__code__: stage
        for stage, functions in STAGES.items()
        for function in functions
    }
    seconds = dict.fromkeys(STAGES, 0.0)
    running: list[tuple[str, float]] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        stage = stage_of.get(frame.f_code)
        if stage is None or event not in {"call", "return"}:
            return
        if event == "call":
            running.append((stage, time.perf_counter()))
            return
        stage, start = running.pop()
        if not running:  # a stage inside another one belongs to that
            seconds[stage] += time.perf_counter() - start

    sys.setprofile(note)
    start = time.perf_counter()
    try:
        work()
    finally:
        sys.setprofile(None)
    whole = time.perf_counter() - start
    return {**seconds, OTHER_STAGES: whole - sum(seconds.values())}


def resident_bytes(field: str, process: int | str = "self") -> int:
    """Return a process's resident memory ("VmRSS") or its peak ("VmHWM")."""
    status = Path(f"/proc/{process}/status")
    for line in status.read_text().splitlines():
        if line.startswith(field):
            return 1024 * int(line.split()[1])
    raise OSError(f"{status} has no {field}: the process has ended")
