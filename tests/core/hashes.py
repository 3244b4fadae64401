"""Hashes of results, so that a change of any byte is noticed.

    python -m tests.core.hashes --write      after an intended change of results

Without `--write` the hashes are printed.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import threadpoolctl
from sklearn.datasets import load_sample_image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.design import EFFORTS, INITIALIZATIONS, METHODS
from palette_core.dither import DITHERS

STORED = Path(__file__).with_suffix(".json")
OKLAB: dict[str, Any] = {"space": "oklab"}
EYE: dict[str, Any] = {"space": "oklab", "dither": "floyd-steinberg"}


def drawn() -> Bytes:
    """Draw flat areas, a gradient and a transparent edge: 300 x 400 pixels with alpha."""
    y, x = np.mgrid[0:300, 0:400]
    pixels = np.stack([x // 2, y // 2, 255 - (x + y) // 4, np.clip(x, 0, 255)], axis=-1)
    pixels[(y // 40 + x // 60) % 3 == 0, :3] = (250, 210, 40)
    pixels[(y - 150) ** 2 + (x - 200) ** 2 < 60**2, :3] = (30, 90, 50)
    return pixels.astype(np.uint8)


def cases() -> Iterator[tuple[str, Bytes, dict[str, Any]]]:
    """Return names, images and options: one option at a time, and some together."""
    photo, flower = (load_sample_image(f"{name}.jpg") for name in ("china", "flower"))
    small, cutout = np.ascontiguousarray(photo[::3, ::3]), drawn()
    earlier = [[0, 0, 0], [255, 255, 255], [90, 100, 20], [200, 80, 90]]
    weights = np.linspace(0.5, 2.0, small.shape[0] * small.shape[1]).reshape(small.shape[:2])
    for name, pixels in (("photo", photo), ("flower", flower), ("drawn", cutout)):
        for colors in (16, 256):
            yield f"{name} {colors}", pixels, {"colors": colors}
            yield f"{name} {colors}, by eye", pixels, {"colors": colors, **EYE}
    large = np.concatenate([photo, 255 - photo, photo[:, ::-1]])
    yield "0.8 megapixels", large, {"colors": 64, **OKLAB}
    options: dict[str, dict[str, Any]] = {
        **{method: {"method": method} for method in METHODS},
        **{f"from {init}": {"init": init} for init in INITIALIZATIONS},
        **{effort: {"effort": effort} for effort in EFFORTS},
        **{space: {"space": space} for space in ("linear", "oklab", "cielab")},
        **{dither: {"dither": dither, **OKLAB} for dither in DITHERS},
        "in sRGB": {"dither": "floyd-steinberg", "space": "srgb"},
        "adaptive": {"dither_adaptive": True, **EYE},
        "of half strength": {"dither_strength": 0.5, **EYE},
        "lightness": {"lightness_weight": 2.0, **OKLAB},
        "locked": {"locked": earlier[:2], **OKLAB},
        "locked and dithered": {"locked": earlier[:2], **EYE},
        "on a grid": {"grid": "rgb444"},
        "on a grid and dithered": {"grid": "rgb565", **EYE},
        "from a start": {"start": earlier},
        "from a start and dithered": {"start": earlier, **EYE},
        "rare": {"rare": 0.5, **OKLAB},
        "weighted": {"weights": weights},
        "to a target": {"colors": "auto", "target_psnr": 24.0},
        "to a difference": {"colors": "auto", "target_delta_e": 4.0, **OKLAB},
    }
    for colors in (16, 64):
        for name, some in options.items():
            yield f"small {colors}, {name}", small, {"colors": colors} | some
    for order in ("luminance", "hue", "tour", "popularity", "appearance"):
        yield f"small, by {order}", small, {"order": order}
    for name, some in {
        "threshold": {"alpha_threshold": 40},
        "alpha dithered": {"alpha": "dither", **EYE},
        "matte": {"matte": "#204060"},
    }.items():
        yield f"drawn, {name}", cutout, some


@contextlib.contextmanager
def thread_count(count: int) -> Iterator[None]:
    """Make this package, BLAS and OpenMP use this many threads."""
    cores = os.cpu_count
    os.cpu_count = lambda: count
    try:
        with threadpoolctl.threadpool_limits(count):
            yield
    finally:
        os.cpu_count = cores


def hash_result(pixels: Bytes, options: dict[str, Any]) -> str:
    """Quantize, and hash palette, indices and opacity."""
    result = pc.quantize(pixels, **options)
    opaque = b"" if result.opaque is None else result.opaque.tobytes()
    parts = (result.palette.colors.tobytes(), result.indices.tobytes(), opaque)
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


def main() -> None:
    """Print or store the hashes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with thread_count(1):
        hashes = {name: hash_result(pixels, options) for name, pixels, options in cases()}
    text = f"{json.dumps(hashes, indent=1)}\n"
    if arguments.write:
        STORED.write_text(text)
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
