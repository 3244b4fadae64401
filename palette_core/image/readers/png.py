"""PNG: all depths, transparent colours and cICP chunks (PNG specification, third edition).

Pillow decodes the pixels, but it returns one byte of each 16-bit sample, does not scale the
transparent level of grey with 2 and 4 bits, and ignores cICP chunks.
"""

from __future__ import annotations

import dataclasses
import io
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..png_chunks import read_chunks
from ..rasters import Raster, alpha_from_key, read_color_description, read_raster, to_bytes

if TYPE_CHECKING:
    from PIL.Image import Image

_GREY, _RGB, _INDEXED, _GREY_ALPHA, _RGBA = 0, 2, 3, 4, 6


def read(image: Image, data: bytes) -> Raster:
    """Return the raster of a PNG file, which Pillow has opened as `image` and not loaded yet."""
    chunks = _read_chunks(data)
    depth, color_type = chunks[b"IHDR"][8:10]
    key = None
    if color_type in (_GREY, _RGB) and b"tRNS" in chunks:
        key = _read_color_key(chunks[b"tRNS"], depth, 1 if color_type == _GREY else 3)
    if depth == 16 and color_type != _GREY:
        raster = _read_16_bits(image, data, color_type)
        raster.color = read_color_description(image)
    else:
        image.load()
        if color_type != _INDEXED:
            image.info.pop("transparency", None)  # the key is not scaled with the samples
        raster = read_raster(image)
        if depth < 8 and key is not None:
            key = [level * 255 // (2**depth - 1) for level in key]
    if key is not None:
        raster.alpha = alpha_from_key(raster.samples, key)
    if len(chunks.get(b"cICP", b"")) == 4:
        primaries, transfer, matrix, full_range = chunks[b"cICP"]
        raster.color = dataclasses.replace(
            raster.color, cicp=(primaries, transfer, matrix, full_range)
        )
    return raster


def _read_chunks(data: bytes) -> dict[bytes, bytes]:
    """Return the data of the chunks before the pixels by their names, of equal names the first."""
    found: dict[bytes, bytes] = {}
    for name, content in read_chunks(data):
        if name == b"IDAT":
            break
        found.setdefault(name, bytes(content))
    return found


def _read_color_key(transparent: bytes, depth: int, channels: int) -> list[int] | None:
    """Return the samples of the transparent colour; None if the chunk is broken.

    Only the low bits of each 16-bit number count, as many as the depth.
    """
    if len(transparent) < 2 * channels:
        return None
    return [level & (2**depth - 1) for level in struct.unpack_from(f">{channels}H", transparent)]


def _read_16_bits(image: Image, data: bytes, color_type: int) -> Raster:
    """Return the 16-bit samples of grey with alpha, RGB or RGBA."""
    if color_type == _GREY_ALPHA:  # has as many bytes a pixel as 8-bit RGBA
        pairs = _decode_as(image, "RGBA").astype(np.uint16)
        samples = (pairs[..., 0::2] << 8 | pairs[..., 1::2]).astype(np.uint16)
    else:
        samples = _read_both_bytes(image, data, "RGB" if color_type == _RGB else "RGBA")
    if color_type == _RGB:
        return Raster(samples, "RGB", 0xFFFF)
    model = "grey" if color_type == _GREY_ALPHA else "RGB"
    return Raster(samples[..., :-1], model, 0xFFFF, to_bytes(samples[..., -1], 0xFFFF))


def _read_both_bytes(image: Image, data: bytes, mode: str) -> NDArray[np.uint16]:
    """Return 16-bit samples by decoding the high bytes and then the low bytes."""
    from PIL import Image as PILImage

    samples = _decode_as(image, f"{mode};16B").astype(np.uint16)
    samples <<= 8
    with PILImage.open(io.BytesIO(data)) as second:
        samples |= _decode_as(second, f"{mode};16L")
    return samples


def _decode_as(image: Image, raw_mode: str) -> NDArray[Any]:
    """Return the pixels of an image, decoded as if they were stored in a raw mode."""
    image.tile = [tile._replace(args=raw_mode) for tile in image.tile]  # type: ignore[attr-defined] # Pillow declares it in subclasses only
    return np.asarray(image)
