"""Print how many greys get a hue on well-known small palettes, and what CIEDE2000 would do.

    python -m benchmarks.neutral_greys

"before" is the plain distance in Oklab. Dithered is a ramp of all greys, by Floyd and Steinberg's
kernel and by blue noise; there the share of the pixels that have a hue is counted.
"""

from __future__ import annotations

import dataclasses
from unittest import mock

import numpy as np

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES
from tools.harness.small_palettes import (
    GREYS,
    PALETTES,
    entries_of,
    has_hue,
    nearest_by_ciede2000,
)

from .markdown import format_table

# The height of the ramp, and the width of a grey in it.
_HEIGHT, _WIDTH = 32, 2


def neutral_greys_table() -> str:
    """Return the table of all palettes in Markdown."""
    plain = dataclasses.replace(SPACES["oklab"], needs_neutral_protection=False)
    rows = []
    for name in PALETTES:
        palette = entries_of(name)
        best = has_hue(palette)[nearest_by_ciede2000(GREYS, palette)].sum()
        with mock.patch.dict(SPACES, {"oklab": plain}):
            before = _measure(palette)
        pairs = (f"{old} → {new}" for old, new in zip(before, _measure(palette), strict=True))
        rows.append([name, str(best), *pairs])
    kinds = ["none", "Floyd and Steinberg", "blue noise"]
    return format_table(["palette", "CIEDE2000", *kinds], rows)


def _measure(palette: Bytes) -> list[str]:
    """Return how many of 256 greys get a hue, and the share of two dithered ramps that has one."""
    found = pc.map_pixels(GREYS[np.newaxis], palette, space="oklab")
    ramp = np.tile(GREYS.repeat(_WIDTH, axis=0), (_HEIGHT, 1, 1))
    results = [str(has_hue(palette)[found.indices].sum())]
    for dither in ("floyd-steinberg", "blue-noise"):
        found = pc.map_pixels(ramp, palette, space="oklab", dither=dither)
        results.append(f"{has_hue(palette)[found.indices].mean():.0%}")
    return results


if __name__ == "__main__":
    print(neutral_greys_table())
