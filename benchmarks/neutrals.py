"""Greys on well-known small palettes: how many of them get a hue, and what CIEDE2000 would do.

    python -m benchmarks.neutrals

"before" is the plain distance in Oklab. Dithered is a ramp of all greys, by Floyd and Steinberg's
kernel and by blue noise; there the part of the pixels that have a hue is counted.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES, ColorSpace
from palette_core.dither import dithered
from palette_core.mapping.nearest_entry import NearestEntryFinder
from palette_core.progress import no_progress
from tools.harness.small_palettes import (
    GREYS,
    PALETTES,
    entries_of,
    has_hue,
    nearest_by_ciede2000,
)

from .tables import table

# Of the ramp: rows, and pixels a grey.
_HEIGHT, _WIDTH = 32, 2


def neutrals_table() -> str:
    """Return the table of all palettes in Markdown."""
    oklab = SPACES["oklab"]
    plain = dataclasses.replace(oklab, needs_neutral_protection=False)
    rows = []
    for name in PALETTES:
        palette = entries_of(name)
        hue = has_hue(palette)
        best = hue[nearest_by_ciede2000(GREYS, palette)].sum()
        before, now = ([str(_with_hue(palette, space)), *_dithered(palette, space)]
                       for space in (plain, oklab))  # fmt: skip
        pairs = [f"{old} → {new}" for old, new in zip(before, now, strict=True)]
        rows.append([name, str(best), *pairs])
    kinds = ["none", "Floyd and Steinberg", "blue noise"]
    return table(["palette", "CIEDE2000", *kinds], rows)


def _with_hue(palette: Bytes, space: ColorSpace) -> int:
    """Return how many of 256 greys are mapped to an entry with a hue."""
    return int(has_hue(palette)[NearestEntryFinder(palette, space).nearest(GREYS)].sum())


def _dithered(palette: Bytes, space: ColorSpace) -> list[str]:
    """Return the part of a dithered ramp that has a hue, for each dithering."""
    ramp = np.tile(GREYS.repeat(_WIDTH, axis=0), (_HEIGHT, 1, 1))
    found = []
    for name in ("floyd-steinberg", "blue-noise"):
        indices = dithered(
            ramp,
            NearestEntryFinder(palette, space),
            name,
            strength=0.75,
            adaptive=False,
            opaque=None,
            unique_colors=None,
            progress=no_progress,
        )
        found.append(f"{has_hue(palette)[indices].mean():.0%}")
    return found


if __name__ == "__main__":
    print(neutrals_table())
