"""The image of docs/guide/many.md."""

from __future__ import annotations

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_image

import palette_core as pc

from .page import Pixels, above_palette, page, shrunk


def frames() -> list[Pixels]:
    """Return four frames: a disc that crosses a photo and changes its colour."""
    photo = shrunk(load_sample_image("china.jpg"), 320)[20:160, 40:200]
    y, x = np.mgrid[: photo.shape[0], : photo.shape[1]]
    result = []
    for number, color in enumerate(((230, 40, 40), (230, 170, 20), (40, 160, 60), (60, 60, 210))):
        frame = photo.copy()
        disc = (x - 28 - 35 * number) ** 2 + (y - 40 - 12 * number) ** 2
        frame[disc < 22**2] = color
        result.append(frame)
    return result


def draw_shared() -> Image.Image:
    """Draw frames with a palette each, and with one for all of them."""
    pictures = frames()
    options = {"space": "oklab"}
    own = [pc.quantize(frame, 12, **options) for frame in pictures]
    shared = pc.find_shared_palette(pictures, 12, **options)
    same = [pc.map_pixels(frame, shared, **options) for frame in pictures]
    words = ("each frame with a palette of its own", "all frames with one palette")
    return page(
        *(
            [
                (text if number == 0 else "", above_palette(one.to_array(), one.palette))
                for number, one in enumerate(row)
            ]
            for text, row in zip(words, (own, same), strict=True)
        )
    )


PICTURES = {"shared": draw_shared}
