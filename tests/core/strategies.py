"""What hypothesis draws: arrays of colours, and palettes."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

import palette_core as pc
from palette_core.arrays import Bytes

SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def colors(draw: st.DrawFn, smallest: int = 1, largest: int = 300) -> Bytes:
    """Loose colours, (N, 3): anywhere in the cube, or on a coarse grid where ties abound."""
    count = draw(st.integers(smallest, largest))
    step = draw(st.sampled_from([1, 16, 51, 85]))
    levels = np.random.default_rng(draw(SEEDS)).integers(0, 255 // step + 1, (count, 3))
    return (levels * step).astype(np.uint8)


@st.composite
def images(
    draw: st.DrawFn, channels: int = 3, most_colors: int | None = None, side: int = 24
) -> Bytes:
    """A picture, (H, W, channels), of at most `most_colors` colours; its alpha is 0 or 255.

    At least one of its pixels is opaque.
    """
    height, width = draw(st.integers(1, side)), draw(st.integers(1, side))
    found = draw(colors(1, most_colors or 400))
    rng = np.random.default_rng(draw(SEEDS))
    pixels = found[rng.integers(0, len(found), (height, width))]
    if channels == 4:
        alpha = rng.choice(np.array([0, 255], np.uint8), (height, width))
        alpha[rng.integers(height), rng.integers(width)] = 255
        pixels = np.dstack([pixels, alpha])
    return pixels


@st.composite
def palettes(draw: st.DrawFn, smallest: int = 1, largest: int = 256) -> pc.Palette:
    """A palette with any names, a few of which are missing."""
    rgb = draw(colors(smallest, largest))
    some = draw(st.lists(st.text(st.characters(), max_size=20), min_size=1, max_size=8))
    names = [some[index % len(some)] for index in range(len(rgb))]
    return pc.Palette(
        rgb, names, draw(st.text(st.characters(), max_size=20)), draw(st.integers(0, 256))
    )


@st.composite
def locks(draw: st.DrawFn, most: int) -> list[tuple[tuple[int, int, int], int | None]]:
    """Up to `most` locks, some of them with an index below `most`."""
    count = draw(st.integers(1, most))
    random = np.random.default_rng(draw(SEEDS))
    chosen = random.integers(0, 256, (count, 3)).tolist()
    places = random.permutation(most)[:count].tolist()
    placed = random.random(count) < draw(st.sampled_from([0, 0.5, 1]))
    return [
        ((red, green, blue), place if at else None)
        for (red, green, blue), place, at in zip(chosen, places, placed, strict=True)
    ]
