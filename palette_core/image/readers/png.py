"""PNG: all depths, transparent colours and cICP chunks (PNG specification, third edition).

Pillow decodes the pixels. It keeps one byte of each 16-bit sample, scales grey of 2 and 4 bits but
not its transparent level, and ignores cICP chunks.
"""

from __future__ import annotations

import dataclasses
import io
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..png_chunks import read_chunks
from ..rasters import Raster, alpha_by_key, description_of, read_raster, to_bytes

if TYPE_CHECKING:
    from PIL.Image import Image

_GREY, _RGB, _INDEXED, _GREY_ALPHA, _RGBA = 0, 2, 3, 4, 6


def read(image: Image, data: bytes) -> Raster:
    """Return the raster of a PNG file that Pillow has opened, or of its first picture.

    Parameters
    ----------
    image : Image
        Of the format "PNG"; not loaded yet.
    data : bytes
        The same file.
    """
    chunks = _chunks(data)
    depth, color_type = chunks[b"IHDR"][8:10]
    key = None
    if color_type in (_GREY, _RGB) and b"tRNS" in chunks:
        key = _key(chunks[b"tRNS"], depth, 1 if color_type == _GREY else 3)
    if depth == 16 and color_type != _GREY:
        raster = _deep(image, data, color_type)
        raster.color = description_of(image)
    else:
        image.load()
        if color_type != _INDEXED:
            image.info.pop("transparency", None)  # the key, which is not scaled with the samples
        raster = read_raster(image)
        if depth < 8 and key is not None:
            key = [level * 255 // (2**depth - 1) for level in key]
    if key is not None:
        raster.alpha = alpha_by_key(raster.samples, key)
    if len(chunks.get(b"cICP", b"")) == 4:
        primaries, transfer, matrix, full_range = chunks[b"cICP"]
        raster.color = dataclasses.replace(
            raster.color, cicp=(primaries, transfer, matrix, full_range)
        )
    return raster


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """Return the data of the chunks before the pixels by their names, of equal names the first."""
    found: dict[bytes, bytes] = {}
    for name, content in read_chunks(data):
        if name == b"IDAT":
            break
        found.setdefault(name, bytes(content))
    return found


def _key(transparent: bytes, depth: int, channels: int) -> list[int] | None:
    """Return the samples of the transparent colour; None if the chunk is broken.

    Only the low bits of each 16-bit number count, as many as the depth.
    """
    if len(transparent) < 2 * channels:
        return None
    return [level & (2**depth - 1) for level in struct.unpack_from(f">{channels}H", transparent)]


def _deep(image: Image, data: bytes, color_type: int) -> Raster:
    """Return the 16-bit samples of grey with alpha, RGB or RGBA."""
    if color_type == _GREY_ALPHA:  # has as many bytes a pixel as 8-bit RGBA
        pairs = _decoded(image, "RGBA").astype(np.uint16)
        samples = (pairs[..., 0::2] << 8 | pairs[..., 1::2]).astype(np.uint16)
    else:
        samples = _big_endian(image, data, "RGB" if color_type == _RGB else "RGBA")
    if color_type == _RGB:
        return Raster(samples, "RGB", 0xFFFF)
    model = "grey" if color_type == _GREY_ALPHA else "RGB"
    return Raster(samples[..., :-1], model, 0xFFFF, to_bytes(samples[..., -1], 0xFFFF))


def _big_endian(image: Image, data: bytes, mode: str) -> NDArray[np.uint16]:
    """Return 16-bit samples, of which Pillow keeps the high or the low bytes as it is told."""
    from PIL import Image as PILImage

    samples = _decoded(image, f"{mode};16B").astype(np.uint16)
    samples <<= 8
    with PILImage.open(io.BytesIO(data)) as again:
        samples |= _decoded(again, f"{mode};16L")
    return samples


def _decoded(image: Image, raw_mode: str) -> NDArray[Any]:
    """Load an image as Pillow does if told that its pixels are stored so."""
    image.tile = [tile._replace(args=raw_mode) for tile in image.tile]  # type: ignore[attr-defined]
    return np.asarray(image)
