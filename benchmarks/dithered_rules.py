"""What rules leave of a palette that is made for dithering.

    python -m benchmarks.dithered_rules [PICTURE ...] [--colors 16 64] [--space oklab]

Two tables on scikit-learn's photos and a drawing, or on other pictures. What locked colours and
grids leave of the gain of entries that are moved for dithering: SSIMULACRA 2, and the squared error
of means over blocks of 8 x 8 pixels. And how many entries move after an edit from an earlier
palette, beside a new one.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from palette_core.palette import Palette

from .perception import perceive
from .rules import edits, moved, pictures

_DITHER = "floyd-steinberg"
_RULES = {
    "none": {},
    "two locked": {"locked": ["#000000", "#e02020"]},
    "four locked": {"locked": ["#000000", "#ffffff", "#e02020", "#1040c0"]},
    "rgb444": {"grid": "rgb444"},
    "rgb565": {"grid": "rgb565"},
}


def seen(rgb: Bytes, palette: Palette, space: str) -> list[float]:
    """Dither a picture, and give its SSIMULACRA 2 and its cast."""
    quantized = pc.map_pixels(rgb, palette, space=space, dither=_DITHER)
    measured = perceive(rgb, (palette.colors, quantized.indices))
    return [measured["ssimulacra2"], measured["cast"]]


def main() -> None:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", type=Path, nargs="*", metavar="PICTURE")
    parser.add_argument("--colors", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--space", choices=SPACES, default="oklab")
    chosen = parser.parse_args()
    given = {path.stem: np.asarray(Image.open(path).convert("RGB")) for path in chosen.pictures}
    found = given or pictures()
    space = chosen.space

    print(
        "rule           K  picture            SSIMULACRA 2: as it is  moved   cast: as it is  moved"
    )
    for name, rules in _RULES.items():
        for colors in chosen.colors:
            rows = []
            for picture, rgb in found.items():
                plain = pc.find_palette(rgb, colors, space=space, **rules)
                made = pc.find_palette(rgb, colors, space=space, dither=_DITHER, **rules)
                rows.append([*seen(rgb, plain, space), *seen(rgb, made, space)])
                _print_row(name, colors, picture, rows[-1])
            _print_row(name, colors, "mean", np.mean(rows, axis=0).tolist())

    print("\nedit                K  picture            moved  anew")
    options = {"space": space, "dither": _DITHER}
    others = dict(zip(found, [*list(found.values())[1:], next(iter(found.values()))], strict=True))
    for colors in chosen.colors:
        for picture, rgb in found.items():
            before = pc.find_palette(rgb, colors, **options)
            for edit, edited in edits(rgb, others[picture]):
                kept = pc.find_palette(edited, colors, start=before, **options).colors
                anew = pc.find_palette(edited, colors, **options).colors
                counts = f"{moved(kept, before.colors):6}{moved(anew, before.colors):6}"
                print(f"{edit:16}{colors:5}  {picture:18}{counts}")


def _print_row(rule: str, colors: int, picture: str, row: list[float]) -> None:
    score, cast, score_moved, cast_moved = row
    print(
        f"{rule:12}{colors:4}  {picture:18}{score:24.1f}{score_moved:7.1f}"
        f"{cast:17.1f}{cast_moved:7.1f}"
    )


if __name__ == "__main__":
    main()
