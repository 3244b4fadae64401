"""Drawn pixel art, enlarged as programs do it, for tests, benchmarks and images of the guide."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Pixels = NDArray[np.uint8]

_PAPER, _OUTLINE = (250, 250, 245), (25, 20, 35)
_COLORS = 8


def draw_sprite(side: int, seed: int) -> Pixels:
    """Return a symmetric creature with an outline, bands and spots: (side, side, 3)."""
    random = np.random.default_rng(seed)
    palette = np.vstack([[_PAPER, _OUTLINE], random.integers(30, 256, (_COLORS - 2, 3))])
    y, x = np.mgrid[:side, : side // 2]
    half = np.zeros((side, side // 2), bool)
    for _ in range(5):
        row, column = (
            random.integers(side // 5, side - side // 5),
            random.integers(side // 6, side // 2),
        )
        height, width = random.integers(2, side // 4 + 2, 2)
        half |= ((y - row) / height) ** 2 + ((x - column) / width) ** 2 < 1
    body = np.concatenate([half, half[:, ::-1]], axis=1)
    y, x = np.mgrid[:side, :side]
    bands = (y // max(2, side // 8) + x // max(3, side // 6)) % (_COLORS - 2) + 2
    spots = random.integers(2, _COLORS, (side, side))
    fill = np.where(random.random((side, side)) < 0.08, spots, bands)
    inner = np.zeros_like(body)
    inner[1:-1, 1:-1] = body[:-2, 1:-1] & body[2:, 1:-1] & body[1:-1, :-2] & body[1:-1, 2:]
    entries = np.where(body, np.where(inner, fill, 1), 0)
    sprite: Pixels = palette[entries].astype(np.uint8)
    return sprite


def enlarge(pixels: Pixels, across: float, down: float | None = None) -> Pixels:
    """Return pixels enlarged by any factors, each new one in the colour of the nearest."""
    rows, columns = (
        np.minimum((np.arange(round(length * factor)) + 0.5) / factor, length - 1).astype(int)
        for length, factor in zip(pixels.shape, (down or across, across), strict=False)
    )
    return pixels[rows][:, columns]


def blur(pixels: Pixels, deviation: float) -> Pixels:
    """Return pixels blurred by a Gaussian."""
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(deviation)))


def compress(pixels: Pixels, quality: int) -> Pixels:
    """Return pixels as a JPEG file stores them."""
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "JPEG", quality=quality)
    return np.asarray(Image.open(data))


def shift(pixels: Pixels, distance: float) -> Pixels:
    """Return pixels moved up and to the left by a part of a pixel."""
    image = Image.fromarray(np.pad(pixels, ((0, 1), (0, 1), (0, 0)), mode="edge"))
    matrix = (1, 0, distance, 0, 1, distance)
    moved = image.transform(image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    return np.asarray(moved)[:-1, :-1]
