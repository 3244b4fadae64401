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

from .tables import table

# Of the C64 the values of Colodore, the first five are neutral; the ZX Spectrum's dark colours at
# 215 of 255.
PALETTES = {
    "6-colour e-paper": "000000 ffffff 0000ff 00ff00 ff0000 ffff00",
    "ZX Spectrum": "000000 ffffff d7d7d7 0000d7 d70000 d700d7 00d700 00d7d7 d7d700 0000ff ff0000"
    " ff00ff 00ff00 00ffff ffff00",
    "PICO-8": "000000 1d2b53 7e2553 008751 ab5236 5f574f c2c3c7 fff1e8 ff004d ffa300 ffec27 00e436"
    " 29adff 83769c ff77a8 ffccaa",
    "Commodore 64": "000000 ffffff 4a4a4a 7b7b7b b2b2b2 813338 75cec8 8e3c97 56ac4d 2e2c9b edf171"
    " 8e5029 553800 c46c71 a9ff9f 706deb",
    "EGA": "000000 0000aa 00aa00 00aaaa aa0000 aa00aa aa5500 aaaaaa 555555 5555ff 55ff55 55ffff"
    " ff5555 ff55ff ffff55 ffffff",
    "CGA, palette 1": "000000 55ffff ff55ff ffffff",
    "Windows, 16 colours": "000000 800000 008000 808000 000080 800080 008080 c0c0c0 808080 ff0000"
    " 00ff00 ffff00 0000ff ff00ff 00ffff ffffff",
    "MSX": "000000 3eb849 74d07d 5955e0 8076f1 b95e51 65dbef db6559 ff897d ccc35e ded087 3aa241"
    " b766b5 cccccc ffffff",
    "Game Boy": "0f380f 306230 8bac0f 9bbc0f",
}
# So far apart the channels of a colour are that is seen to have a hue.
_HUE = 40
# Of the ramp: rows, and pixels a grey.
_HEIGHT, _WIDTH = 32, 2

GREYS = np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 3, axis=1)


def entries_of(name: str) -> Bytes:
    """Return the entries of a palette in `PALETTES`: (K, 3)."""
    return np.array([tuple(bytes.fromhex(code)) for code in PALETTES[name].split()], np.uint8)


def has_hue(palette: Bytes) -> np.ndarray:
    """Return which entries are seen to have a hue: (K, 3) to (K,)."""
    return np.ptp(palette.astype(np.int64), axis=1) > _HUE


def nearest_by_ciede2000(colors: Bytes, palette: Bytes) -> np.ndarray:
    """Return the entries of the least CIEDE2000, by scikit-image: (N, 3) to (N,)."""
    from skimage.color import deltaE_ciede2000, rgb2lab

    labs = rgb2lab(colors[np.newaxis] / 255)[0], rgb2lab(palette[np.newaxis] / 255)[0]
    return np.stack([deltaE_ciede2000(labs[0], entry) for entry in labs[1][:, np.newaxis]]).argmin(
        axis=0
    )


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
