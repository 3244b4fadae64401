"""Print the error of palettes for tiles, of ours and of other programs.

    python -m benchmarks.tiles IMAGES --command NAME "COMMAND" --write docs/benchmark-details.md

The images are scaled to 256 x 224 pixels and cropped. Other programs are external commands:

    COMMAND PALETTES COLORS BITS WIDTH HEIGHT < RGB > RGB

A command reads WIDTH x HEIGHT pixels of three bytes from standard input, finds PALETTES palettes of
COLORS colours with BITS bits per channel for tiles of 8 x 8 pixels, all entries unique, and writes
the result as pixels to standard output.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

import palette_core as pc
from palette_core.arrays import Bytes

from .images import argument_parser, select_images
from .markdown import format_ratio, format_table, publish

SIZE = (256, 224)
# Palettes, colours and bits: of a Game Boy Color, a SNES, a Mega Drive and a Master System.
SETTINGS = ((8, 4, 5), (8, 16, 5), (4, 16, 3), (2, 16, 2))
# The weights of red, green and blue with which tiledpalettequant measures distances.
_WEIGHTS = (2, 4, 1)

Setting: TypeAlias = tuple[int, int, int]
Program: TypeAlias = Callable[[Bytes, Setting], Bytes]


def main() -> None:
    """Measure the images, and print the table or write it to a page."""
    parser = argument_parser(__doc__, colors=())
    parser.add_argument("--write", type=Path, metavar="PAGE")
    parser.add_argument("--command", nargs=2, action="append", default=[], metavar=("NAME", "X"))
    arguments = parser.parse_args()
    scaled = [
        np.asarray(ImageOps.fit(image.pillow, SIZE, Image.Resampling.LANCZOS))
        for image in select_images(arguments)
    ]
    programs: dict[str, Program] = {"`palette_core`": _ours}
    programs |= {name: _external(shlex.split(command)) for name, command in arguments.command}
    publish({"tiles": _make_table(scaled, programs)}, arguments.write)


def _make_table(images: Sequence[Bytes], programs: dict[str, Program]) -> str:
    """Return the errors relative to ours, as geometric means over the images."""
    rows = []
    for setting in SETTINGS:
        palettes, colors, bits = setting
        errors = {name: _measure(images, run, setting) for name, run in programs.items()}
        ours = next(iter(errors.values()))
        for name, found in errors.items():
            means = np.exp(np.log(found / ours).mean(axis=0))
            ratios = [format_ratio(float(mean)) for mean in means]
            most = format_ratio(float((found / ours)[:, 0].min()))
            rows.append([name, f"{palettes} × {colors}", str(bits), *ratios, most])
    heads = ["", "palettes", "bits", "MSE", "weighted MSE", "MSE, best image"]
    return format_table(heads, rows)


def _measure(images: Sequence[Bytes], run: Program, setting: Setting) -> NDArray[np.float64]:
    """Return the MSE of every image, and that with weighted channels: (N, 2)."""
    errors = []
    for rgb in images:
        squares = np.square(rgb.astype(float) - run(rgb, setting))
        errors.append((squares.mean(), (squares * _WEIGHTS).mean()))
    return np.array(errors)


def _ours(rgb: Bytes, setting: Setting) -> Bytes:
    palettes, colors, bits = setting
    return pc.quantize_tiles(rgb, palettes=palettes, colors=colors, grid=bits).to_array()


def _external(command: Sequence[str]) -> Program:
    def run(rgb: Bytes, setting: Setting) -> Bytes:
        height, width = rgb.shape[:2]
        words = [*command, *map(str, (*setting, width, height))]
        done = subprocess.run(words, input=rgb.tobytes(), capture_output=True, check=True)
        return np.frombuffer(done.stdout, np.uint8).reshape(rgb.shape)

    return run


if __name__ == "__main__":
    main()
