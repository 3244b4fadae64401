"""The images that are measured, in the forms that the quantizers take."""

from __future__ import annotations

import argparse
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_images

from palette_core.arrays import Bytes, pack

from .results_store import RESULTS

_DRAWINGS = Path(__file__).parent / "drawings"
_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}


@dataclass(frozen=True, eq=False)
class BenchmarkImage:
    """An image, and its other forms, which are made when they are first used.

    Attributes
    ----------
    name : str
        Its folder and its file's name.
    rgb : (H, W, 3) ndarray of uint8
    """

    name: str
    rgb: Bytes

    @property
    def file_stem(self) -> str:
        """Its name as part of a file's."""
        return self.name.replace("/", "+").removesuffix(".png")

    @property
    def megapixels(self) -> float:
        """Its size."""
        return int(self.rgb.shape[0] * self.rgb.shape[1]) / 1e6

    @cached_property
    def unique_colors(self) -> int:
        """The number of its colours."""
        return len(np.unique(pack(self.rgb)))

    @cached_property
    def pillow(self) -> Image.Image:
        """The image for Pillow."""
        return Image.fromarray(self.rgb)

    @cached_property
    def rgba(self) -> Bytes:
        """The image with alpha, for libimagequant: (H, W, 4)."""
        opaque = np.full((*self.rgb.shape[:2], 1), 255, np.uint8)
        return np.concatenate([self.rgb, opaque], axis=2)

    @cached_property
    def ppm(self) -> bytes:
        """The image as a file without compression."""
        file = io.BytesIO()
        self.pillow.save(file, "ppm")
        return file.getvalue()

    @cached_property
    def png(self) -> bytes:
        """The image for pngquant."""
        file = io.BytesIO()
        self.pillow.save(file, "png", compress_level=1)
        return file.getvalue()


def warm_up_image() -> BenchmarkImage:
    """Return a small image of many colours, on which a quantizer loads all that it needs."""
    # Not one of the files: what decoding one leaves to the allocator would hide memory.
    noise = np.random.default_rng(0).integers(0, 256, (67, 100, 3), np.uint8)
    return BenchmarkImage("warm-up", noise)


def argument_parser(
    description: str | None, *, colors: Sequence[int], has_images: bool = True
) -> argparse.ArgumentParser:
    """Return a parser of the arguments that the measuring scripts share."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    if has_images:
        parser.add_argument(
            "folder", type=Path, nargs="?", help="more images: PNG, JPEG, WebP, also in subfolders"
        )
        parser.add_argument("--only", nargs="+", default=[""], help="parts of the names to take")
        parser.add_argument(
            "--megapixels", type=float, nargs=2, default=(0, math.inf), metavar=("LEAST", "MOST")
        )
    parser.add_argument("--colors", type=int, nargs="+", default=list(colors))
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser


def select_images(arguments: argparse.Namespace) -> Iterator[BenchmarkImage]:
    """Load the images that the command line names, one at a time."""
    least, most = arguments.megapixels
    for image in load_images(arguments.folder):
        is_named = any(part in image.name for part in arguments.only)
        if is_named and least <= image.megapixels <= most:
            yield image


def load_images(folder: Path | None) -> Iterator[BenchmarkImage]:
    """Load scikit-learn's two photos, the drawings and the images of a folder."""
    samples = load_sample_images()
    for path, pixels in zip(samples.filenames, samples.images, strict=True):
        yield BenchmarkImage(f"scikit-learn/{Path(path).name}", pixels)
    for path in sorted(_DRAWINGS.iterdir()):
        yield BenchmarkImage(f"drawn/{path.stem.replace('-', ' ')}", load_drawing(path.stem))
    for path in sorted(folder.rglob("*")) if folder else []:
        if path.suffix.lower() in _SUFFIXES:
            yield BenchmarkImage(f"{path.parent.name}/{path.name}", _load(path))


def load_drawing(name: str) -> Bytes:
    """Return a drawing of `benchmarks/drawings`: (H, W, 3)."""
    return _load(_DRAWINGS / f"{name}.webp")


def _load(path: Path) -> Bytes:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))
