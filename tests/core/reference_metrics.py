"""Reference metrics, plain and slow, and image files in memory."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import palette_core as pc
from palette_core.arrays import Bytes
from palette_core.color.spaces import SPACES, ColorSpace
from palette_core.files import read_file
from palette_core.image.histogram import ColorHistogram
from palette_core.image.image_files import DecodedImage, EncodedImage, decode


def brute_force(rgb: Bytes, palette: Bytes) -> NDArray[np.intp]:
    """Compare with every entry in integers; argmin returns the lowest index of ties."""
    rows = rgb.reshape(-1, 3).astype(np.int64)
    blocks = [
        np.square(rows[start : start + 8192, np.newaxis] - palette).sum(axis=-1).argmin(axis=1)
        for start in range(0, len(rows), 8192)
    ]
    return np.concatenate(blocks).reshape(rgb.shape[:-1])


def weighted_histogram(rgb: Bytes, seed: int) -> ColorHistogram:
    """Return colours with uneven weights, from one pixel to millions."""
    weights = np.exp2(np.random.default_rng(seed).integers(0, 22, len(rgb)))
    return ColorHistogram.unique(rgb, weights)


def undithered_space(name: str) -> ColorSpace:
    """Return the space in which pixels are compared without dithering."""
    return SPACES[name].with_lightness_weight(1.25 if name == "oklab" else 1.0)


def palette_error(
    histogram: ColorHistogram, palette: Bytes, space: ColorSpace = SPACES["srgb"]
) -> float:
    """Return the weighted sum of the squared distances of all colours to their nearest entries."""
    if not space.is_srgb:
        places, entries = (
            space.from_srgb(rgb).astype(np.float64) for rgb in (histogram.colors, palette)
        )
        apart = np.square(places[:, np.newaxis] - entries).sum(axis=-1).min(axis=1)
        return float((apart * histogram.weights).sum())
    squares = np.square(histogram.colors[:, np.newaxis].astype(np.int64) - palette).sum(axis=-1)
    return float((squares.min(axis=1) * histogram.weights).sum())


def oklab(rgb: Bytes) -> NDArray[np.float64]:
    """Return Oklab coordinates with L from 0 to 1; other tests check the formula."""
    return SPACES["oklab"].from_srgb(rgb).astype(np.float64) / SPACES["oklab"].scale


def image_error(rgb: Bytes, palette: Bytes, space: str = "srgb") -> float:
    """Return the `error` of a picture, or of loose colours."""
    histogram = ColorHistogram.unique(rgb.reshape(-1, 3))
    return palette_error(histogram, palette, undithered_space(space))


def are_same(one: pc.Quantized, other: pc.Quantized) -> bool:
    """Return whether two results have the same palette, indices and pixels."""
    return (
        one.palette == other.palette
        and np.array_equal(one.indices, other.indices)
        and np.array_equal(one.to_array(), other.to_array())
    )


def read_image(path: str | os.PathLike[str]) -> DecodedImage:
    return decode(EncodedImage(os.fspath(path), read_file(path)))


def decoded(data: bytes) -> DecodedImage:
    return decode(EncodedImage("it", data))


def encode_image(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return an image file that Pillow writes."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def encode_frames(images: Sequence[Image.Image], kind: str, **options: Any) -> bytes:
    """Return an animation that Pillow writes."""
    return encode_image(images[0], kind, save_all=True, append_images=images[1:], **options)
