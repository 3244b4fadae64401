"""Print the time of every stage of a call, and of a whole process, beside a limit for its work.

    python -m benchmarks.stages FOLDER --only macaws Akihabara --write docs/benchmark-details.md

The limit of a stage is the time of the one or two calls of NumPy without which it cannot do its
work. All times are those of the processor.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from palette_core.arrays import Bytes, pack
from palette_core.image.indexed_png import encode
from palette_core.image.sampling import sample_colors
from palette_core.options import QuantizeOptions
from palette_core.pipeline import run_quantize
from palette_core.stages import StageCache

from .images import BenchmarkImage, argument_parser, select_images
from .markdown import MISSING, format_number, format_table, publish

P = ParamSpec("P")
T = TypeVar("T")

VARIANTS: dict[str, dict[str, Any]] = {
    "sRGB": {"space": "srgb"},
    "Oklab, dithered": {"space": "oklab", "dither": "floyd-steinberg"},
}
STAGES = {
    "count_colors": "count the colours",
    "build_sample": "draw and count a sample",
    "measure_texture": "measure texture",
    "weigh_by_visibility": "weigh colours by texture",
    "find_areas": "find flat areas",
    "design_palette": "design the palette",
    "map_to_design": "map or dither",
}
# What a process imports.
_MODULES = {
    "Python alone": "sys",
    "NumPy and Pillow": "numpy, PIL.PngImagePlugin",
    "these, random numbers and `palette_core`": (
        "numpy.random, PIL.PngImagePlugin, palette_core.cli.quantize"
    ),
}
# Stages of less time are left out.
_LEAST_SECONDS = 0.0005
# The points and steps of Lloyd's algorithm in `balanced`: fast, the search, and the last steps.
_POINTS_PER_COLOR, _MOST_POINTS, _STEPS = 64, 8192, 35
_LAST_POINTS_PER_COLOR, _LAST_STEPS = 160, 4
# The calls of NumPy for a diagonal of error diffusion.
_CALLS_PER_DIAGONAL = 14


class _Stopwatch(StageCache):
    """A cache that adds up the seconds of every stage."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: dict[str, float] = {}

    def run(self, stage: Callable[P, T], key: object, /, *args: P.args, **kwargs: P.kwargs) -> T:
        start = time.process_time()
        result = super().run(stage, key, *args, **kwargs)
        self.seconds[stage.__name__.strip("_")] = time.process_time() - start
        return result


def main() -> None:
    """Measure the images that the command line names, and print the tables."""
    parser = argument_parser(__doc__, colors=[16, 256])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--write", type=Path, metavar="PAGE")
    arguments = parser.parse_args()
    images = sorted(select_images(arguments), key=lambda image: image.megapixels)
    tables = [_stage_table(image, arguments.colors, arguments.runs) for image in images]
    parts = {"stages": "\n\n".join(tables), "process": _process_table(images[0], arguments.runs)}
    publish(parts, arguments.write)


def _stage_table(image: BenchmarkImage, colors: list[int], runs: int) -> str:
    heads = [f"{image.megapixels:.1f} megapixels, ms"]
    rows: dict[str, list[str]] = {name: [name] for name in [*STAGES.values(), "the rest", "all"]}
    for variant, options in VARIANTS.items():
        for count in colors:
            heads += [f"{variant}, K {count}", "limit"]
            found = _time_stages(image.rgb, QuantizeOptions(colors=count, **options), runs)
            limits = _limits(image, count, runs, is_dithered="dither" in options)
            for name, cells in rows.items():
                is_used = found.get(name, 0) >= _LEAST_SECONDS
                for times in (found, limits):
                    cells.append(
                        f"{1000 * times[name]:.1f}" if is_used and name in times else MISSING
                    )
    used = [cells for cells in rows.values() if set(cells[1:]) != {MISSING}]
    return format_table(heads, used)


def _time_stages(rgb: Bytes, options: QuantizeOptions, runs: int) -> dict[str, float]:
    """Return the seconds of the stages of the fastest of some calls."""
    image = options.prepare_image(rgb)
    best: dict[str, float] = {"all": np.inf}
    with threadpool_limits(limits=1):
        for _ in range(runs + 1):
            watch = _Stopwatch()
            start = time.process_time()
            run_quantize(image, options, cache=watch)
            total = time.process_time() - start
            if total < best["all"]:
                named = watch.seconds.keys() & STAGES.keys()
                best = {STAGES[name]: watch.seconds[name] for name in named}
                best |= {"the rest": total - sum(best.values()), "all": total}
    return best


def _limits(
    image: BenchmarkImage, colors: int, runs: int, *, is_dithered: bool
) -> dict[str, float]:
    """Return the least seconds for the work of every stage, in calls of NumPy.

    Counting sorts the pixels. The design adds up weights and channels in the cubes of an octree,
    and finds the nearest centre of every point. Dithering looks up the colour of every pixel and
    its entry, and calls NumPy for every diagonal.
    """
    rgb = image.rgb
    pixels = rgb.reshape(-1, 3)
    packed, table = pack(pixels), np.zeros(1 << 24, np.uint8)
    quads, cells = np.zeros(1 << 18, np.complex128), packed >> np.uint32(6)
    half = rgb[::2, ::2, 1].reshape(-1)
    sample = sample_colors(QuantizeOptions().prepare_image(rgb), colors)
    counted = packed if sample is None else packed[:: len(packed) // int(sample.weights.sum())]
    bins = np.arange(image.unique_colors if sample is None else len(sample)) // 3
    values = np.ones(len(bins))
    design = [
        (min(_POINTS_PER_COLOR * colors, _MOST_POINTS), _STEPS),
        (max(_LAST_POINTS_PER_COLOR * colors, _MOST_POINTS), _LAST_STEPS),
    ]
    work: dict[str, Callable[[], object]] = {
        "count the colours": lambda: np.sort(counted),
        "draw and count a sample": lambda: np.sort(counted),
        "measure texture": lambda: pixels.astype(np.float32),
        "weigh colours by texture": lambda: np.bincount(half, half),
        "find flat areas": lambda: packed[1:] == packed[:-1],
        "design the palette": lambda: (
            [np.bincount(bins, values) for _ in range(5)],
            [_assign(*each, colors) for each in design],
        ),
        "map or dither": lambda: table.take(pack(pixels), mode="clip"),
    }
    if is_dithered:
        work["map or dither"] = lambda: (
            [quads.take(cells, mode="clip") for _ in range(2)],
            _walk_diagonals(*rgb.shape[:2]),
        )
    with threadpool_limits(limits=1):
        return {name: _best(call, runs) for name, call in work.items()}


def _assign(points: int, steps: int, colors: int) -> None:
    """Multiply points by centres, and find the least products, as Lloyd's algorithm does."""
    height = (1 << 16) // colors
    rows, columns = np.ones((height, 4), np.float32), np.ones((4, colors), np.float32)
    products = np.empty((height, colors), np.float32)
    for _ in range(steps * points // height):
        np.matmul(rows, columns, out=products).argmin(axis=1)


def _walk_diagonals(height: int, width: int) -> None:
    """Add as often as error diffusion calls NumPy, for each diagonal of four lanes a pixel."""
    for diagonal in range(width + 2 * height):
        count = min(diagonal, width, width + 2 * height - diagonal) // 2 + 1
        lanes = np.zeros(4 * count, np.float32)
        for _ in range(_CALLS_PER_DIAGONAL):
            np.add(lanes, lanes, lanes)


def _best(call: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def _process_table(image: BenchmarkImage, runs: int) -> str:
    """Return the table of whole processes, and of parts of them."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.png"), Path(folder, "out.png")
        source.write_bytes(image.png)
        commands: dict[str, list[Any]] = {
            name: [sys.executable, "-c", f"import {modules}"] for name, modules in _MODULES.items()
        }
        for colors in (16, 256):
            commands[f"`palette-core quantize`, K {colors}"] = [
                *(sys.executable, "-m", "palette_core", "quantize", source, "-k", str(colors)),
                *("-o", target, "--force"),
            ]
            if shutil.which("pngquant"):
                line = ["pngquant", "--force", "-o", target, str(colors), source]
                commands[f"pngquant, K {colors}"] = line
        # Modules are compiled once, as they are where the package is installed.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs + 1):
            for name, command in commands.items():
                times[name].append(_time_process(command, environment))
    found = {name: min(values) for name, values in times.items()}
    for colors in (16, 256):
        options = QuantizeOptions(colors=colors, space="oklab", dither="floyd-steinberg")
        result = run_quantize(options.prepare_image(image.rgb), options).to_image()
        found[f"compress the PNG, K {colors}"] = _best(partial(encode, result), runs)
    rows = [[name, format_number(1000 * seconds)] for name, seconds in found.items()]
    return format_table(["process", "ms"], rows)


def _time_process(command: list[Any], environment: dict[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
