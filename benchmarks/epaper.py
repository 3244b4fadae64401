"""Compare e-paper images with those of the package epaper-dithering, on a Spectra 6 panel.

    python -m benchmarks.epaper IMAGES --peer PYTHON --write docs/appearance.md

PYTHON is an interpreter with that package. Both programs get the image in the panel's size and
match it to the same measured colours. The errors are those of `viewing.measure_mse_as_seen`: after
a blur in linear light.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import linear_to_srgb, luminance, srgb_to_linear
from palette_core.epaper.panels import PANELS, relative_colors
from palette_core.viewing import measure_mse_as_seen

from .images import argument_parser, select_images
from .markdown import format_table, publish
from .quality import run_libjxl

PANEL = PANELS["spectra-6"]
MEASURED = PANEL.measured_palette.colors
OURS = {"dbs (default)": {}, "floyd-steinberg": {"dither": "floyd-steinberg"}}
THEIRS = {
    "defaults": "{}",
    "tone, gamut": "dict(tone=1.0, gamut='auto')",
    "tone, gamut, Floyd-Steinberg": "dict(tone=1.0, gamut='auto', mode=e.DitherMode(3))",
    "tone, gamut, DBS": "dict(tone=1.0, gamut='auto', dbs=True)",
}
_SCRIPT = """
import sys, numpy as np, epaper_dithering as e
from PIL import Image
image = Image.open(sys.argv[1])
for name, options in [{}]:
    found = e.dither_image(image, e.SPECTRA_7_3_6COLOR_V2, **options)
    np.save(sys.argv[2] + "/" + name + ".npy", np.asarray(found))
"""


def main() -> None:
    """Measure the images, and print the table or write it to a page."""
    parser = argument_parser(__doc__, colors=())
    parser.add_argument("--peer", required=True, metavar="PYTHON")
    parser.add_argument("--write", type=Path, metavar="PAGE")
    arguments = parser.parse_args()
    found: dict[bool, list[dict[str, list[float]]]] = {True: [], False: []}
    for image in select_images(arguments):
        rgb = np.asarray(ImageOps.fit(image.pillow, PANEL.size or image.pillow.size))
        results = {name: _measure(rgb, indices) for name, indices in _results(rgb, arguments)}
        found[image.name.startswith("drawn/")].append(results)
    publish({"epaper": epaper_table(found[False], found[True])}, arguments.write)


def epaper_table(
    photos: Sequence[dict[str, list[float]]], drawings: Sequence[dict[str, list[float]]]
) -> str:
    """Return the table of means over photos and drawings in Markdown."""
    rows = []
    for name in photos[0]:
        means = [np.mean([one[name] for one in group], axis=0) for group in (photos, drawings)]
        pairs = zip(*means, strict=True)
        rows.append(
            [
                name,
                *(
                    f"{value:.{digits}f}"
                    for pair, digits in zip(pairs, (1, 0, 0), strict=True)
                    for value in pair
                ),
            ]
        )
    heads = [
        f"{what}, {group}"
        for what in ("SSIMULACRA 2", "error", "error of its target")
        for group in ("photos", "drawings")
    ]
    return format_table(["", *heads], rows)


def _results(rgb: Bytes, arguments: argparse.Namespace) -> Iterator[tuple[str, Bytes]]:
    """Yield the names of programs and settings, and their entries of every pixel."""
    for name, options in OURS.items():
        yield f"ours, {name}", pc.quantize_for_epaper(rgb, PANEL.name, **options).indices
    script = _SCRIPT.format(", ".join(f"({name!r}, {text})" for name, text in THEIRS.items()))
    with tempfile.TemporaryDirectory() as folder:
        Image.fromarray(rgb).save(f"{folder}/in.png")
        command = [arguments.peer, "-c", script, f"{folder}/in.png", folder]
        subprocess.run(command, check=True, env={})
        for name in THEIRS:
            yield f"epaper-dithering, {name}", np.load(f"{folder}/{name}.npy")


def _measure(rgb: Bytes, indices: Bytes) -> list[float]:
    """Return SSIMULACRA 2 and the error in relative colours, and the error of its own target."""
    relative, shown = relative_colors(MEASURED)[indices], MEASURED[indices]
    score = run_libjxl(rgb, relative, ["ssimulacra2"])["ssimulacra2"]
    seen = measure_mse_as_seen(rgb, relative, None)
    return [score, seen, measure_mse_as_seen(_scale_luminance(rgb), shown, None)]


def _scale_luminance(rgb: Bytes) -> Bytes:
    """Return an image with its luminance scaled to the panel's: the peer's target with tone 1."""
    light, levels = srgb_to_linear(rgb), luminance(rgb)[..., np.newaxis]
    black, white = luminance(MEASURED).min(), luminance(MEASURED).max()
    scaled = light / np.maximum(levels, 1e-6) * (black + levels * (white - black))
    target = np.where(levels > 1e-6, scaled, black)
    return np.rint(linear_to_srgb(target)).astype(np.uint8)


if __name__ == "__main__":
    main()
