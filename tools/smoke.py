"""Use an installed palette_core, as a user has it: its doctests, and one image in two ways."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import numpy as np
from PIL import Image

import palette_core as pc

PACKAGES = ("numpy", "pillow", "deflate", "scikit-learn", "joblib", "tqdm")


def main() -> None:
    """Try it in the current folder, and say with which packages."""
    tests = run_doctests()
    y, x = np.mgrid[0:60, 0:80]
    pixels = np.stack([3 * x, 4 * y, 255 - 2 * x], axis=-1).astype(np.uint8)
    pixels[(y - 30) ** 2 + (x - 40) ** 2 < 200] = (250, 210, 40)
    for method in ("kmeans", "sklearn-kmeans"):
        compare_ways(pixels, method)
    with_versions = ", ".join(f"{name} {metadata.version(name)}" for name in PACKAGES)
    print(f"palette_core {pc.__version__}, Python {platform.python_version()}, {with_versions}:")
    print(f"  {tests} doctests; command line and Python give the same")


def run_doctests() -> int:
    """Run the examples of all modules, and count them."""
    tests = 0
    for module in pkgutil.walk_packages(pc.__path__, "palette_core."):
        if not module.name.endswith("__main__"):
            result = doctest.testmod(importlib.import_module(module.name))
            tests += result.attempted
            if result.failed:
                sys.exit(f"doctests of {module.name} failed")
    if not tests:
        sys.exit("there are no doctests")
    return tests


def compare_ways(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], method: str) -> None:
    """Quantize on the command line and in Python, and compare pixels and palettes."""
    Image.fromarray(pixels).save("in.png")
    command = Path(sys.executable).with_name("palette-core")
    options = ["-k", "7", "--method", method, "--dither", "burkes"]
    outputs = ["-o", "out.png", "--palette-out", "out.gpl", "--force"]
    subprocess.run(
        [command, "quantize", "in.png", *options, *outputs], stdout=subprocess.DEVNULL, check=True
    )
    expected = pc.quantize(pixels, 7, method=method, dither="burkes")
    with Image.open("out.png") as image:
        same = np.array_equal(np.asarray(image.convert("RGB")), expected.to_array())
    if not same or list(pc.Palette.load("out.gpl")) != list(expected.palette):
        sys.exit(f"the command line gives another picture with {method}")


if __name__ == "__main__":
    main()
