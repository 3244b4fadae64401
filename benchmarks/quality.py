"""Quality and time side by side: our efforts, the book's script, libimagequant, Pillow.

    python benchmarks/quality.py FOLDER [--colors 16 64 256] [--runs 3] [--against book]

For every number of colours it prints the ratios of each way's mean squared error and time to those
of the way that `--against` names: geometric means over the folder's pictures and the two that
scikit-learn ships, and the worst picture. All ways run in turn in this process, without dithering,
from an array to a palette and an index map; times are medians. Needs the extra `benchmark`.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from imagequant._libimagequant import ffi, lib
from PIL import Image
from sklearn.datasets import load_sample_images

import palette_core as pc
from palette_core.design import EFFORTS
from palette_core.pixels import Bytes


class Picture(NamedTuple):
    """A picture as each way takes it, so that no conversion is timed."""

    name: str
    rgb: Bytes
    rgba: bytes
    image: Image.Image

    @classmethod
    def of(cls, name: str, image: Image.Image) -> Picture:
        """Prepare a picture."""
        rgb = image.convert("RGB")
        return cls(name, np.asarray(rgb), rgb.convert("RGBA").tobytes(), rgb)


Way = Callable[[Picture, int], tuple[Bytes, Bytes]]  # a palette and an index map


def ours(method: str, effort: str = "balanced") -> Way:
    """Give a method of this package."""

    def run(picture: Picture, colors: int) -> tuple[Bytes, Bytes]:
        quantized = pc.quantize(picture.rgb, colors, method=method, effort=effort)
        return quantized.palette.colors, quantized.indices

    return run


def libimagequant(speed: int, dithering: float = 0.0) -> Way:
    """Give libimagequant at a speed, which its Python package leaves out, and a dithering level."""

    def run(picture: Picture, colors: int) -> tuple[Bytes, Bytes]:
        height, width = picture.rgb.shape[:2]
        settings = ffi.gc(lib.liq_attr_create(), lib.liq_attr_destroy)
        lib.liq_set_max_colors(settings, colors)
        lib.liq_set_speed(settings, speed)
        source = lib.liq_image_create_rgba(settings, picture.rgba, width, height, 0)
        source = ffi.gc(source, lib.liq_image_destroy)
        place = ffi.new("liq_result**")
        if lib.liq_image_quantize(source, settings, place) != lib.LIQ_OK:
            raise RuntimeError(f"libimagequant cannot quantize {picture.name}")
        result = ffi.gc(place[0], lib.liq_result_destroy)
        lib.liq_set_dithering_level(result, dithering)
        indices = np.empty((height, width), np.uint8)
        buffer = ffi.from_buffer(indices)
        lib.liq_write_remapped_image(result, source, buffer, indices.size)
        palette = lib.liq_get_palette(result)
        entries = [palette.entries[entry] for entry in range(palette.count)]
        return np.array([(e.r, e.g, e.b) for e in entries], np.uint8), indices

    return run


def pillow_median_cut(picture: Picture, colors: int) -> tuple[Bytes, Bytes]:
    """Run Pillow's median cut."""
    found = picture.image.quantize(colors, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return np.array(found.getpalette(), np.uint8).reshape(-1, 3), np.asarray(found)


WAYS: dict[str, Way] = {
    **{effort: ours("kmeans", effort) for effort in EFFORTS},
    "variance-cut": ours("variance-cut"),
    "book": ours("sklearn-kmeans"),
    "liq 4": libimagequant(4),
    "liq 10": libimagequant(10),
    "median cut": pillow_median_cut,
}


def measure(picture: Picture, colors: int, names: list[str], runs: int) -> dict[str, list[float]]:
    """Give each way's mean squared error and median time in seconds."""
    errors, times = {}, {name: [] for name in names}
    for _ in range(runs):
        for name in names:
            start = time.perf_counter()
            palette, indices = WAYS[name](picture, colors)
            times[name].append(time.perf_counter() - start)
            errors[name] = pc.compare(picture.rgb, palette[indices]).mse
    return {name: [errors[name], statistics.median(times[name])] for name in names}


def print_table(measured: dict[str, dict[str, list[float]]], colors: int, against: str) -> None:
    """Print one line for each way."""
    print(f"\nK {colors}, {len(measured)} pictures, ratios to {against}")
    print(f"{'':14}{'MSE':>8}{'worst':>8}  {'picture':22}{'time':>8}{'median ms':>11}")
    for name in next(iter(measured.values())):
        ratios = {
            picture: [mine / peer for mine, peer in zip(ways[name], ways[against], strict=True)]
            for picture, ways in measured.items()
        }
        error, seconds = (
            math.exp(statistics.fmean(math.log(pair[which]) for pair in ratios.values()))
            for which in (0, 1)
        )
        worst = max(ratios, key=lambda picture: ratios[picture][0])
        median = 1000 * statistics.median(ways[name][1] for ways in measured.values())
        print(
            f"{name:14}{error:8.4f}{ratios[worst][0]:8.4f}  {worst[:20]:22}{seconds:8.4f}"
            f"{median:11.1f}",
            flush=True,
        )


def main() -> None:
    """Read the arguments and the pictures, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="pictures, PNG or JPEG")
    parser.add_argument("--colors", type=int, nargs="+", default=[16, 64, 256])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--against", nargs="+", choices=WAYS, default=["book"])
    chosen = parser.parse_args()
    samples = load_sample_images()
    pictures = [
        Picture.of(Path(name).name, Image.fromarray(pixels))
        for name, pixels in zip(samples.filenames, samples.images, strict=True)
    ]
    for path in sorted(chosen.folder.iterdir()):
        if path.suffix.lower() in {".png", ".jpg", ".jpeg"}:
            with Image.open(path) as image:
                pictures.append(Picture.of(path.name, image))
    names = list(dict.fromkeys([*chosen.ways, *chosen.against]))
    for colors in chosen.colors:
        measured = {
            picture.name: measure(picture, colors, names, chosen.runs) for picture in pictures
        }
        for against in chosen.against:
            print_table(measured, colors, against)


if __name__ == "__main__":
    main()
