"""Draw the chapter's figures 2.5 and 2.6 again, for docs/benchmarks.md.

python -m benchmarks.charts
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sklearn.datasets import load_sample_image

import palette_core as pc

from .canvas import Canvas
from .initialization import CUT, CUT_HISTOGRAM
from .quantizers import BOOK_SCRIPT
from .results_store import RESULTS, ResultsStore
from .summary import Summary, seconds

IMAGES = Path("docs/images")


def main() -> None:
    """Draw both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--images", type=Path, default=IMAGES)
    arguments = parser.parse_args()
    draw_palette(arguments.images / "benchmark-palette.png")
    summary = Summary(ResultsStore(arguments.results).records)
    draw_initialization(summary, arguments.images / "benchmark-start.png")


def draw_palette(path: Path) -> None:
    """Draw a photo, the photo in 16 colours by the chapter's script, and these colours."""
    photo = load_sample_image("china.jpg")
    quantized = pc.quantize(photo, 16, method=BOOK_SCRIPT)
    height, width = photo.shape[:2]
    canvas = Canvas(2 * width + 200, height + 32, "#ffffff")
    canvas.paste(0, 32, photo)
    canvas.paste(width + 12, 32, quantized.to_array())
    side = height / 8
    for number, color in enumerate(sorted(quantized.palette, key=sum)):
        row, column = divmod(number, 2)
        canvas.box(2 * width + 24 + 88 * column, 32 + side * row, 88, side, color)
    labels = "Original", "k-means++ and Lloyd's algorithm, 16 colours", "Palette"
    for x, label in zip((2, width + 14, 2 * width + 26), labels, strict=True):
        canvas.text(x, 6, label, 17, "#222222")
    canvas.image().save(path, optimize=True)


def draw_initialization(summary: Summary, path: Path) -> None:
    """Draw the time of each initialization against the number of colours, for both sizes."""
    from matplotlib.figure import Figure

    lines: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for record in summary.of_kind("initialization"):
        of_image = lines.setdefault(record["image"], {})
        point = (record["colors"], 1000 * seconds(record))
        of_image.setdefault(record["quantizer"], []).append(point)
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    panels = np.atleast_1d(figure.subplots(1, max(len(lines), 1), sharey=True))
    for axes, (image, of_image) in zip(panels, lines.items(), strict=True):
        for name, points in of_image.items():
            style = "-" if name in {CUT, CUT_HISTOGRAM} else "--"
            axes.loglog(*zip(*sorted(points), strict=True), style, marker="o", ms=4, label=name)
        axes.set_title(image)
        axes.set_xlabel("colours")
        colors = sorted({k for points in of_image.values() for k, _ in points})
        axes.set_xticks(colors, colors)
        axes.yaxis.set_major_formatter("{x:g}")
        axes.minorticks_off()
        axes.grid(color="#dddddd")
    figure.axes[0].set_ylabel("time of the initialization, milliseconds")
    figure.axes[0].legend(fontsize=9)
    figure.savefig(path, dpi=100, metadata={"Software": None})


if __name__ == "__main__":
    main()
