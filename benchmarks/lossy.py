"""Print how much smaller `lossy` makes files, and how they look; gifsicle's too if it is on PATH.

    python -m benchmarks.lossy IMAGES --write docs/appearance.md

The sizes are relative to those of the same image without loss. gifsicle gets our GIF without loss.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

import palette_core as pc
from palette_core.animation import ENCODERS, IndexedFrame
from palette_core.arrays import Bytes
from palette_core.image import indexed_png

from .images import BenchmarkImage, argument_parser, select_images
from .markdown import MISSING, format_table, publish
from .quality import run_libjxl

DITHERS = ("none", "floyd-steinberg")
LOSSY = (0, 20, 40)
# Values of gifsicle's option with about the same range of sizes.
GIFSICLE = (20, 40)


def main() -> None:
    """Measure the images, and print the tables or write them to a page."""
    parser = argument_parser(__doc__, colors=(64, 256))
    parser.add_argument("--write", type=Path, metavar="PAGE")
    arguments = parser.parse_args()
    images = list(select_images(arguments))
    drawings = [image for image in images if image.name.startswith("drawn/")]
    photos = [image for image in images if image not in drawings]
    parts = {
        "lossy-photos": lossy_table(photos, arguments.colors),
        "lossy-drawings": lossy_table(drawings, arguments.colors),
    }
    publish(parts, arguments.write)


def lossy_table(images: Sequence[BenchmarkImage], counts: Sequence[int]) -> str:
    """Return the table of some images in Markdown, with means over the images."""
    rows = []
    for count in counts:
        for dither in DITHERS:
            found = [dict(_measure(image.rgb, count, dither)) for image in images]
            for name in found[0] if found else ():
                png, gif, score, distance = np.mean([one[name] for one in found], axis=0)
                sizes = [MISSING if np.isnan(x) else f"{100 * x:.0f} %" for x in (png, gif)]
                rows.append([name, str(count), dither, *sizes, f"{score:.1f}", f"{distance:.2f}"])
    heads = ["", "colours", "`--dither`", "PNG", "GIF", "SSIMULACRA 2", "Butteraugli"]
    return format_table(heads, rows, words=(2,))


def _measure(
    rgb: Bytes, count: int, dither: str
) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Yield the relative sizes of PNG and GIF, and the scores, of each way to lose something."""
    results = [pc.quantize(rgb, count, space="oklab", dither=dither, lossy=x) for x in LOSSY]
    images = [result.to_image() for result in results]
    gifs = [ENCODERS[".gif"]([IndexedFrame(image, 0.0)], 1) for image in images]
    pngs = [indexed_png.encode(image) for image in images]
    for lossy, result, png, gif in zip(LOSSY, results, pngs, gifs, strict=True):
        scores = run_libjxl(rgb, result.to_array()).values()
        yield f"`--lossy {lossy}`", (len(png) / len(pngs[0]), len(gif) / len(gifs[0]), *scores)
    for loss in GIFSICLE if shutil.which("gifsicle") else ():
        command = ["gifsicle", "-O1", f"--lossy={loss}"]
        gif = subprocess.run(command, input=gifs[0], capture_output=True, check=True).stdout
        with Image.open(io.BytesIO(gif)) as image:
            scores = run_libjxl(rgb, np.asarray(image.convert("RGB"))).values()
        yield f"gifsicle `--lossy={loss}`", (np.nan, len(gif) / len(gifs[0]), *scores)


if __name__ == "__main__":
    main()
