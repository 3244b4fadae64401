"""Pictures: those that are measured, in the forms that the ways take."""

from __future__ import annotations

import argparse
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_images

from palette_core.arrays import Bytes, pack

from . import drawn

_SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture, and its other forms, made when they are first asked for.

    Attributes
    ----------
    name : str
        Its folder and its file's name.
    rgb : (H, W, 3) ndarray of uint8
    """

    name: str
    rgb: Bytes

    @property
    def megapixels(self) -> float:
        """How large it is."""
        return int(self.rgb.shape[0] * self.rgb.shape[1]) / 1e6

    @cached_property
    def unique(self) -> int:
        """How many colours it has."""
        return len(np.unique(pack(self.rgb)))

    @cached_property
    def image(self) -> Image.Image:
        """The picture for Pillow."""
        return Image.fromarray(self.rgb)

    @cached_property
    def rgba(self) -> Bytes:
        """The picture for libimagequant: (H, W, 4)."""
        opaque = np.full((*self.rgb.shape[:2], 1), 255, np.uint8)
        return np.concatenate([self.rgb, opaque], axis=2)

    @cached_property
    def png(self) -> bytes:
        """The picture for pngquant."""
        file = io.BytesIO()
        self.image.save(file, "png", compress_level=1)
        return file.getvalue()


def tiny() -> Picture:
    """Give a small picture of many colours, on which a way loads all that it needs."""
    return Picture("tiny", drawn.sky()[::9, ::9].copy())


def add_choice(parser: argparse.ArgumentParser) -> None:
    """Let a command line say which pictures it means."""
    parser.add_argument(
        "folder", type=Path, nargs="?", help="more pictures: PNG, JPEG, WebP, in its folders too"
    )
    parser.add_argument("--only", nargs="+", default=[""], help="parts of the names to take")
    parser.add_argument(
        "--megapixels", type=float, nargs=2, default=(0, math.inf), metavar=("LEAST", "MOST")
    )


def chosen(arguments: argparse.Namespace) -> Iterator[Picture]:
    """Load the pictures that the command line asks for, one at a time."""
    least, most = arguments.megapixels
    for picture in everything(arguments.folder):
        wanted = any(part in picture.name for part in arguments.only)
        if wanted and least <= picture.megapixels <= most:
            yield picture


def everything(folder: Path | None) -> Iterator[Picture]:
    """Load scikit-learn's two photos, the drawn pictures and those of a folder."""
    samples = load_sample_images()
    for path, pixels in zip(samples.filenames, samples.images, strict=True):
        yield Picture(f"scikit-learn/{Path(path).name}", pixels)
    for name, draw in drawn.PICTURES.items():
        yield Picture(f"drawn/{name}", draw())
    for path in sorted(folder.rglob("*")) if folder else []:
        if path.suffix.lower() in _SUFFIXES:
            with Image.open(path) as image:
                yield Picture(f"{path.parent.name}/{path.name}", np.asarray(image.convert("RGB")))
