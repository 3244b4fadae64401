"""Pictures that the GIMP tests draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIZE = (37, 23)  # height, width: odd and unlike, so that a mix-up shows


def drawn(kind: str, seed: int = 0) -> NDArray[np.uint8]:
    """Draw (height, width, 4) pixels that a layer of a kind can hold exactly at 8 bits.

    With alpha, a third of the pixels is transparent, a third opaque, a third in between.
    """
    height, width = SIZE
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    ramps = np.stack([x * 255 // (width - 1), y * 255 // (height - 1), (x + y) * 4], axis=-1)
    color = np.clip(ramps + rng.integers(-20, 21, ramps.shape), 0, 255)
    if kind.startswith("gray"):
        color[:] = color.mean(axis=-1, keepdims=True).round()
    if kind.startswith("indexed"):
        color = np.array(PALETTE_BYTES)[rng.integers(0, len(PALETTE_BYTES), SIZE)]
    alpha = np.full((height, width, 1), 255)
    if kind.endswith("a"):
        alpha[: height // 3] = 0
        alpha[height // 3 : 2 * height // 3] = rng.integers(1, 255, (1, width, 1))
        if kind == "indexeda":  # an indexed layer knows no half-transparent pixels
            alpha = np.where(alpha < 128, 0, 255)
    return np.concatenate([color, alpha], axis=-1).astype(np.uint8)


def soft_edged() -> NDArray[np.uint8]:
    """Draw (height, width, 4) pixels: alpha falls from 255 in the middle to 0 in the corners."""
    height, width = SIZE
    y, x = np.mgrid[:height, :width]
    away = np.hypot((y - height / 2) / height, (x - width / 2) / width)
    pixels = drawn("rgb")
    pixels[..., 3] = np.clip((0.65 - away) / 0.5, 0, 1) * 255
    return pixels


# Of an indexed test image: 40 colours, more than most tests ask for.
PALETTE_BYTES = [(i * 6 % 256, i * 35 % 256, 255 - i * 5 % 256) for i in range(40)]
PALETTE_HEX = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in PALETTE_BYTES]
