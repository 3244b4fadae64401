"""Measure the initialization of k-means, and draw its time (the book's figure 2.6).

python -m benchmarks.initialization
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
from PIL import Image
from sklearn.cluster import kmeans_plusplus
from sklearn.datasets import load_sample_image
from threadpoolctl import threadpool_limits

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.design.constraints import ALL_COLORS
from palette_core.design.variance_cut import cut_by_variance, reduce_for_initialization
from palette_core.image.histogram import ColorHistogram

from .images import argument_parser
from .markdown import format_number, format_table

COLORS = [2, 4, 8, 16, 32, 64, 128, 256]
CHART = Path("docs/images/benchmark-start.png")
Initialization: TypeAlias = Callable[[Bytes, ColorHistogram, int], Bytes]
# By number of colours and initialization: milliseconds and MSE.
Measured: TypeAlias = dict[int, dict[str, tuple[float, float]]]


def _plus_plus(points: Bytes, colors: int, **options: object) -> Bytes:
    with threadpool_limits(limits=1):  # its steps are too short for more
        centers, _ = kmeans_plusplus(points / 255.0, colors, random_state=0, **options)
    palette: Bytes = np.rint(centers * 255).astype(np.uint8)
    return palette


def _variance_cut(histogram: ColorHistogram, colors: int) -> Bytes:
    points = reduce_for_initialization(histogram, colors)
    return ALL_COLORS.round_to_palette(cut_by_variance(points, colors))


def _count_colors(rgb: Bytes) -> ColorHistogram:
    return ColorHistogram.unique(rgb.reshape(-1, 3))


GREEDY = "k-means++, greedy"
GREEDY_HISTOGRAM = "k-means++, greedy, on the histogram"
CUT_HISTOGRAM = "variance cut, on the histogram"
CUT = "variance cut, counting included"
INITIALIZATIONS: dict[str, Initialization] = {
    GREEDY: lambda rgb, _, k: _plus_plus(rgb.reshape(-1, 3), k),
    "k-means++, not greedy": lambda rgb, _, k: _plus_plus(rgb.reshape(-1, 3), k, n_local_trials=1),
    GREEDY_HISTOGRAM: lambda _, histogram, k: _plus_plus(
        histogram.colors, k, sample_weight=histogram.weights
    ),
    CUT: lambda rgb, _, k: _variance_cut(_count_colors(rgb), k),
    CUT_HISTOGRAM: lambda _, histogram, k: _variance_cut(histogram, k),
}


def main() -> None:
    """Measure every initialization on two sizes of a photo, draw the chart, and print tables."""
    parser = argument_parser(__doc__, colors=COLORS, has_images=False)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--chart", type=Path, default=CHART)
    arguments = parser.parse_args()
    photo = Image.fromarray(load_sample_image("china.jpg"))
    half = photo.resize((photo.width // 2, photo.height // 2), Image.Resampling.LANCZOS)
    measured = {}
    for image in (half, photo):
        name, rgb = f"china.jpg, {image.width} × {image.height}", np.asarray(image)
        for initialize in INITIALIZATIONS.values():
            initialize(rgb, _count_colors(rgb), 2)
        measured[name] = {k: _measure(rgb, k, arguments.runs) for k in arguments.colors}
        print(name, "\n", _table(measured[name]), sep="\n")
    draw_chart(measured, arguments.chart)


def _measure(rgb: Bytes, colors: int, runs: int) -> dict[str, tuple[float, float]]:
    """Measure all initializations in turn; return the milliseconds and the MSE of each."""
    histogram = _count_colors(rgb)
    times: dict[str, list[float]] = {name: [] for name in INITIALIZATIONS}
    palettes = {}
    for _ in range(runs):
        for name, initialize in INITIALIZATIONS.items():
            start = time.perf_counter()
            palettes[name] = initialize(rgb, histogram, colors)
            times[name].append(time.perf_counter() - start)
    return {
        name: (
            1000 * statistics.median(times[name]),
            pc.compare(rgb, pc.map_pixels(rgb, palette).to_array()).mse,
        )
        for name, palette in palettes.items()
    }


def _table(measured: Measured) -> str:
    rows = [
        [name, *(", ".join(map(format_number, found[name])) for found in measured.values())]
        for name in INITIALIZATIONS
    ]
    return format_table(["ms, MSE", *(f"K {colors}" for colors in measured)], rows)


def draw_chart(measured: dict[str, Measured], path: Path) -> None:
    """Draw the time of each initialization against the number of colours, for both sizes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.6), layout="constrained")
    panels = figure.subplots(1, len(measured), sharey=True)
    for axes, (image, found) in zip(panels, measured.items(), strict=True):
        for name in INITIALIZATIONS:
            milliseconds = [of_colors[name][0] for of_colors in found.values()]
            style = "-" if name in {CUT, CUT_HISTOGRAM} else "--"
            axes.loglog(list(found), milliseconds, style, marker="o", ms=4, label=name)
        axes.set_title(image)
        axes.set_xlabel("colours")
        axes.set_xticks(list(found), list(found))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.minorticks_off()
        axes.grid(color="#dddddd")
    figure.axes[0].set_ylabel("time of the initialization, milliseconds")
    figure.axes[0].legend(fontsize=9)
    figure.savefig(path, dpi=100, metadata={"Software": None})


if __name__ == "__main__":
    main()
