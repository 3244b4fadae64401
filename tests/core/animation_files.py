"""Animations written byte by byte, by the specifications alone: GIF, APNG and WebP."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from palette_core.animation import Animation, open_animation
from palette_core.arrays import Bytes
from palette_core.image.image_files import EncodedImage

from .png_files import RGBA, chunk, compressed
from .reference_metrics import encode_image

NONE, BACKGROUND, PREVIOUS = 0, 1, 2  # of an APNG's disposal
SOURCE, OVER = 0, 1  # of its blending


def opened(data: bytes) -> Animation:
    """Open a file, which must be an animation."""
    animation = open_animation(EncodedImage("it", data))
    assert animation is not None
    return animation


# APNG


@dataclass
class PngFrame:
    """A frame of an APNG: samples of (h, w) or (h, w, channels) integers, and where they go."""

    samples: np.ndarray
    left: int = 0
    top: int = 0
    disposal: int = NONE
    blend: int = SOURCE
    delay: tuple[int, int] = (1, 10)


def apng(
    size: tuple[int, int],
    frames: Sequence[PngFrame],
    *,
    depth: int = 8,
    color_type: int = RGBA,
    chunks: Sequence[tuple[bytes, bytes]] = (),
    default: np.ndarray | None = None,
    interlaced: bool = False,
    plays: int = 0,
    parts: int = 1,
) -> bytes:
    """Write an APNG of (width, height); `chunks` come before the first frame.

    `default` is an image for viewers that know no animations, and no frame of this one. The
    data of each frame is cut into so many `parts`.
    """
    number = 0
    out = [
        b"\x89PNG\r\n\x1a\n",
        chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, color_type, 0, 0, interlaced)),
        *(chunk(name, content) for name, content in chunks),
        chunk(b"acTL", struct.pack(">II", len(frames), plays)),
    ]
    if default is not None:
        out.append(chunk(b"IDAT", compressed(default, depth, interlaced=interlaced)))
    for index, frame in enumerate(frames):
        height, width = frame.samples.shape[:2]
        where = width, height, frame.left, frame.top
        how = *frame.delay, frame.disposal, frame.blend
        out.append(chunk(b"fcTL", struct.pack(">5I2H2B", number, *where, *how)))
        number += 1
        data = compressed(frame.samples, depth, interlaced=interlaced)
        step = -(-len(data) // parts)
        for start in range(0, len(data), step):
            part = data[start : start + step]
            if index == 0 and default is None:
                out.append(chunk(b"IDAT", part))
            else:
                out.append(chunk(b"fdAT", struct.pack(">I", number) + part))
                number += 1
    return b"".join([*out, chunk(b"IEND", b"")])


# GIF


@dataclass
class GifFrame:
    """A frame of a GIF: (h, w) indices, and where they go."""

    indices: Bytes
    left: int = 0
    top: int = 0
    disposal: int = 0
    transparent: int | None = None
    palette: Bytes | None = None  # a local one, of 2, 4, … or 256 entries
    interlaced: bool = False
    delay: int = 10


def lzw(indices: Bytes) -> bytes:
    """Write indices as codes of 9 bits; the table is cleared before they would become longer."""
    codes = []
    for number, index in enumerate(indices.ravel().tolist()):
        if number % 200 == 0:
            codes.append(256)
        codes.append(index)
    codes.append(257)
    bits = (np.array(codes)[:, None] >> np.arange(9)) & 1
    data = np.packbits(bits.astype(np.uint8).ravel(), bitorder="little").tobytes()
    blocks = (data[start : start + 255] for start in range(0, len(data), 255))
    return b"\x08" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"


def gif_table(palette: Bytes | None) -> tuple[int, bytes]:
    """Return the flags that announce a colour table, and the table."""
    if palette is None:
        return 0, b""
    return 0x80 | (len(palette).bit_length() - 2), palette.astype(np.uint8).tobytes()


def gif_image(frame: GifFrame) -> bytes:
    indices = frame.indices
    height, width = indices.shape
    flags, table = gif_table(frame.palette)
    if frame.interlaced:
        indices = np.concatenate([indices[0::8], indices[4::8], indices[2::4], indices[1::2]])
        flags |= 0x40
    where = struct.pack("<4H", frame.left, frame.top, width, height)
    return b"," + where + bytes([flags]) + table + lzw(indices)


def gif(
    size: tuple[int, int],
    frames: Sequence[GifFrame],
    palette: Bytes | None,
    *,
    background: int = 0,
    loop: int | None = 0,
) -> bytes:
    """Write a GIF of (width, height), with a global palette of 2, 4, … or 256 entries."""
    flags, table = gif_table(palette)
    out = [b"GIF89a", struct.pack("<HHBBB", *size, flags, background, 0), table]
    if loop is not None:
        out.append(b"!\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<HB", loop, 0))
    for frame in frames:
        flags = frame.disposal << 2 | (frame.transparent is not None)
        control = struct.pack("<BHBB", flags, frame.delay, frame.transparent or 0, 0)
        out += [b"!\xf9\x04" + control, gif_image(frame)]
    return b"".join([*out, b";"])


# WebP


@dataclass
class WebPFrame:
    """A frame of a WebP: (h, w, 3) or (h, w, 4) pixels, and where they go, at even places."""

    pixels: Bytes
    left: int = 0
    top: int = 0
    clear: bool = False  # dispose to background
    blend: bool = True
    duration: int = 100


def riff_chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def webp_bitstream(pixels: Bytes) -> bytes:
    """Return the chunk of a lossless image, compressed by Pillow."""
    data = encode_image(Image.fromarray(pixels), "WEBP", lossless=True, exact=True)
    start = data.index(b"VP8L")
    (length,) = struct.unpack_from("<I", data, start + 4)
    return riff_chunk(b"VP8L", data[start + 8 : start + 8 + length])


def three_bytes(value: int) -> bytes:
    return struct.pack("<I", value)[:3]


def webp(
    size: tuple[int, int],
    frames: Sequence[WebPFrame],
    *,
    background: tuple[int, int, int, int] = (0, 0, 0, 0),
    alpha: bool | None = None,
    plays: int = 0,
) -> bytes:
    """Write an animated WebP of (width, height); `background` is blue, green, red, alpha.

    `alpha` is the flag of the file that says whether any frame has alpha; by default it is true.
    """
    if alpha is None:
        alpha = any(frame.pixels.shape[2] == 4 for frame in frames)
    flags = 0x02 | 0x10 * alpha
    sides = b"".join(three_bytes(side - 1) for side in size)
    chunks = [
        riff_chunk(b"VP8X", struct.pack("<I", flags) + sides),
        riff_chunk(b"ANIM", bytes(background) + struct.pack("<H", plays)),
    ]
    for frame in frames:
        height, width = frame.pixels.shape[:2]
        fields = frame.left // 2, frame.top // 2, width - 1, height - 1, frame.duration
        how = (not frame.blend) << 1 | frame.clear
        head = b"".join(map(three_bytes, fields)) + bytes([how])
        chunks.append(riff_chunk(b"ANMF", head + webp_bitstream(frame.pixels)))
    return riff_chunk(b"RIFF", b"WEBP" + b"".join(chunks))
