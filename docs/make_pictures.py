"""Make the pictures of the README: a photo, the photo in 16 colours, and the palette."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_image

import palette_core as pc

IMAGES = Path(__file__).parent / "images"
GAP = 8
SWATCHES = 40


def main() -> None:
    """Write docs/images/quantized.png."""
    photo = load_sample_image("china.jpg")
    quantized = pc.quantize(photo, 16)
    height, width = photo.shape[:2]
    sheet = np.full((height + GAP + SWATCHES, 2 * width + GAP, 3), 255, np.uint8)
    sheet[:height, :width] = photo
    sheet[:height, width + GAP :] = quantized.to_array()
    edges = np.linspace(0, sheet.shape[1], len(quantized.palette) + 1).astype(int)
    for left, right, color in zip(edges, edges[1:], quantized.palette, strict=False):
        sheet[height + GAP :, left:right] = color
    Image.fromarray(sheet).save(IMAGES / "quantized.png", optimize=True)


if __name__ == "__main__":
    main()
