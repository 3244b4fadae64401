"""The chapter's figures 2.5 and 2.6 redrawn, for the document.

python -m benchmarks.figures
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sklearn.datasets import load_sample_image

import palette_core as pc

from .sheet import Sheet
from .start import CUT, CUT_AND_COUNT
from .store import RESULTS, Store
from .summary import Summary, seconds

IMAGES = Path("docs/images")
PALETTE = "benchmark-palette.png"
START = "benchmark-start.png"


def main() -> None:
    """Draw both."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--images", type=Path, default=IMAGES)
    arguments = parser.parse_args()
    draw_palette(arguments.images / PALETTE)
    draw_start(Summary(Store(arguments.results).records), arguments.images / START)


def draw_palette(path: Path) -> None:
    """Draw a photo, what the chapter's script makes of it in 16 colours, and these."""
    photo = load_sample_image("china.jpg")
    quantized = pc.quantize(photo, 16, method="sklearn-kmeans")
    height, width = photo.shape[:2]
    swatches = sorted(quantized.palette, key=sum)
    sheet = Sheet(2 * width + 200, height + 32, "#ffffff")
    sheet.paste(0, 32, photo)
    sheet.paste(width + 12, 32, quantized.to_array())
    for place, color in enumerate(swatches):
        row, column = divmod(place, 2)
        tall = height / 8
        sheet.box(2 * width + 24 + 88 * column, 32 + tall * row, 88, tall, color)
    labels = "Original", "k-means++ and Lloyd's algorithm, 16 colours", "Palette"
    for x, label in zip((2, width + 14, 2 * width + 26), labels, strict=True):
        sheet.text(x, 6, label, 17, "#222222")
    sheet.picture().save(path, optimize=True)


def draw_start(summary: Summary, path: Path) -> None:
    """Draw the time of each start against the number of colours, for both sizes."""
    from matplotlib.figure import Figure

    records = summary.of_kind("start")
    pictures = list(dict.fromkeys(record["picture"] for record in records))
    figure = Figure(figsize=(11, 4.6), layout="constrained")
    for picture, axes in zip(
        pictures,
        np.atleast_1d(figure.subplots(1, max(len(pictures), 1), sharey=True)),
        strict=False,
    ):
        of_picture = [record for record in records if record["picture"] == picture]
        for way in dict.fromkeys(record["way"] for record in of_picture):
            of_way = sorted(
                (r for r in of_picture if r["way"] == way), key=lambda record: record["colors"]
            )
            axes.loglog(
                [record["colors"] for record in of_way],
                [1000 * seconds(record) for record in of_way],
                marker="o",
                markersize=4,
                linestyle="-" if way in {CUT, CUT_AND_COUNT} else "--",
                label=way,
            )
        axes.set_title(picture)
        axes.set_xlabel("colours")
        axes.set_xticks(colors := sorted({record["colors"] for record in of_picture}), colors)
        axes.yaxis.set_major_formatter("{x:g}")
        axes.minorticks_off()
        axes.grid(color="#dddddd")
    figure.axes[0].set_ylabel("time of the initialization, milliseconds")
    figure.axes[0].legend(fontsize=9)
    figure.savefig(path, dpi=100, metadata={"Software": None})


if __name__ == "__main__":
    main()
