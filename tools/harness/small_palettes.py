"""Well-known palettes of few colours, and which colours in them have a hue."""

from __future__ import annotations

import numpy as np

from palette_core.arrays import Bytes

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
