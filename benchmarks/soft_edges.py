"""Print how images with soft edges look on backgrounds: ours, and pngquant's on PATH.

    python -m benchmarks.soft_edges --write docs/appearance.md

Every image is composed over white, black, grey and a photo, before and after. The figures are means
over images and backgrounds. All have the same number of entries, the transparent one included.
"""

from __future__ import annotations

import argparse
import io
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes

from .markdown import format_table, publish
from .quality import run_libjxl
from .soft_images import HELD_OUT_IMAGES, SOFT_IMAGES, backgrounds

COLORS = (16, 64, 256)
# The defaults of the command line.
_EYE: dict[str, Any] = {"space": "oklab", "dither": "floyd-steinberg"}

# From an image with alpha and a number of entries to the image that a browser would show.
SoftQuantizer: TypeAlias = Callable[[Bytes, int], Bytes]


def _ours(**options: Any) -> SoftQuantizer:  # noqa: ANN401 - of any type
    def run(rgba: Bytes, entries: int) -> Bytes:
        has_transparent = bool((rgba[..., 3] == 0).any())
        image = pc.quantize(rgba, entries - has_transparent, **options).to_image()
        return np.asarray(image.convert("RGBA"))

    return run


def _pngquant(*options: str) -> SoftQuantizer:
    def run(rgba: Bytes, entries: int) -> Bytes:
        file = io.BytesIO()
        Image.fromarray(rgba).save(file, "png")
        command = ["pngquant", *options, str(entries), "-"]
        done = subprocess.run(command, input=file.getvalue(), capture_output=True, check=True)
        with Image.open(io.BytesIO(done.stdout)) as image:
            return np.asarray(image.convert("RGBA"))

    return run


QUANTIZERS: dict[str, SoftQuantizer] = {
    "`--alpha palette`": _ours(alpha="palette", **_EYE),
    "`--alpha palette --dither none`": _ours(alpha="palette", space="oklab"),
    "`--alpha palette --space srgb`": _ours(alpha="palette", **_EYE | {"space": "srgb"}),
    "`--alpha dither`": _ours(alpha="dither", **_EYE),
    "`--alpha threshold`": _ours(**_EYE),
    "pngquant, speed 1": _pngquant("--speed", "1"),
    "pngquant, speed 1, no dithering": _pngquant("--speed", "1", "--nofs"),
}


def main() -> None:
    """Measure all images, and print the tables or write them to a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, metavar="PAGE")
    page = parser.parse_args().write
    parts = {
        "soft-edges": soft_edges_table(SOFT_IMAGES.values()),
        "soft-edges-held-out": soft_edges_table(HELD_OUT_IMAGES.values()),
    }
    publish(parts, page)


def soft_edges_table(images: Iterable[Callable[[], Bytes]]) -> str:
    """Return the table of some images in Markdown."""
    drawn = [draw() for draw in images]
    rows = []
    for name, quantize in QUANTIZERS.items():
        cells = []
        for entries in COLORS:
            found = [_measure(rgba, quantize(rgba, entries)) for rgba in drawn]
            score, mse = np.mean(found, axis=0)
            cells += [f"{score:.1f}", f"{mse:.1f}"]
        rows.append([name, *cells])
    heads = [f"{what}, {entries}" for entries in COLORS for what in ("SSIMULACRA 2", "MSE")]
    return format_table(["", *heads], rows)


def _measure(before: Bytes, after: Bytes) -> tuple[float, float]:
    """Return the mean SSIMULACRA 2 and the mean squared error over all backgrounds."""
    found = []
    for background in backgrounds().values():
        one, other = (_compose(rgba, background) for rgba in (before, after))
        mse = np.square(one.astype(np.float64) - other).mean()
        found.append((run_libjxl(one, other, ["ssimulacra2"])["ssimulacra2"], mse))
    score, mse = np.mean(found, axis=0)
    return float(score), float(mse)


def _compose(rgba: Bytes, background: Bytes) -> Bytes:
    """Return an image over a background, blended in sRGB values as browsers do."""
    share = rgba[..., 3:] / 255
    return np.rint(share * rgba[..., :3] + (1 - share) * background).astype(np.uint8)


if __name__ == "__main__":
    main()
