"""Reading GIF (GIF87a, GIF89a). Pillow decompresses the indices; `compositing` combines the frames.

The background is transparent for a frame with a transparent index, and the colour that the file
names for any other frame, as FFmpeg and ImageMagick have it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..arrays import Bytes
from ..image.image_files import DecodedImage, EncodedImage, open_with_pillow, pixel_limit
from .base import Content, Frame, parsing
from .compositing import TRANSPARENT, Blend, Color, Disposal, Patch, compose

# Specifications disagree about the third one, so browsers accept both numbers.
_DISPOSALS = {2: Disposal.BACKGROUND, 3: Disposal.PREVIOUS, 4: Disposal.PREVIOUS}
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # applications with the same extension


class _StoredFrame(NamedTuple):
    """The position of a frame on the canvas and in the file."""

    left: int
    top: int
    width: int
    height: int
    is_interlaced: bool
    colors: Bytes  # (n, 3)
    data: tuple[int, int]  # where compressed indices begin and end
    transparent: int | None
    disposal: Disposal
    duration: float

    def background_on(self, gif: _Gif) -> Color:
        """Return the background colour: of cleared areas, and around a smaller first frame."""
        return gif.background if self.transparent is None else TRANSPARENT


class _GraphicControl(NamedTuple):
    transparent: int | None = None
    disposal: Disposal = Disposal.KEEP
    duration: float = 0.0


class _Gif(NamedTuple):
    width: int
    height: int
    background: Color
    plays: int
    frames: list[_StoredFrame]


def read_gif(encoded: EncodedImage) -> Content:
    """Return the content of a GIF file."""
    gif = _open(encoded)

    def decode(notes: list[str]) -> Iterator[Frame]:
        del notes
        patches = (_decode(encoded, gif, frame) for frame in gif.frames)
        return compose(gif.width, gif.height, patches, gif.frames[0].background_on(gif))

    return Content(len(gif.frames), gif.plays, decode)


def decode_first(encoded: EncodedImage) -> DecodedImage:
    """Return the first frame of a GIF file.

    The canvas of a file with one frame is enlarged to hold all of that frame.
    """
    gif = _open(encoded)
    first, notes = gif.frames[0], []
    width, height = gif.width, gif.height
    if len(gif.frames) > 1:
        notes.append(f"only the first of {len(gif.frames)} frames is used")
    else:
        width, height = max(width, first.left + first.width), max(height, first.top + first.height)
    patches = [_decode(encoded, gif, first)]
    frame = next(compose(width, height, patches, first.background_on(gif)))
    return DecodedImage(frame.pixels, notes)


def _open(encoded: EncodedImage) -> _Gif:
    with open_with_pillow(encoded):
        pass  # Pillow refuses a file that is too large
    with parsing(encoded):
        return _parse(encoded.data)


class _Cursor:
    """A position in a file."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        taken = self.data[self.place : self.place + size]
        if len(taken) < size:
            raise ValueError("the GIF file ends too early; get a complete copy of it")
        self.place += size
        return taken

    def skip_blocks(self) -> None:
        """Skip the next data sub-blocks, or go to the end of the file."""
        while self.place < len(self.data):
            size = self.data[self.place]
            self.place += 1 + size
            if not size:
                break

    def take_block(self) -> bytes:
        """Return the next data sub-block."""
        return self.take(self.take(1)[0])


def _parse(data: bytes) -> _Gif:
    """Find the frames of a file. A file that ends without its last byte is accepted."""
    cursor = _Cursor(data)
    cursor.take(6)
    width, height, flags, background_index, _ = struct.unpack("<HHBBB", cursor.take(7))
    colors = _take_colors(cursor, flags)
    background = TRANSPARENT
    if colors is not None and background_index < len(colors):
        background = (*colors[background_index].tolist(), 255)
    plays = 1
    frames: list[_StoredFrame] = []
    control = _GraphicControl()
    while cursor.place < len(data):
        kind = cursor.take(1)
        if kind == b";":
            break
        if kind == b",":
            frames.append(_take_frame(cursor, colors, control))
            control = _GraphicControl()
        elif kind == b"!":
            label = cursor.take(1)
            if label == b"\xf9":
                control = _take_control(cursor)
            elif label == b"\xff":
                plays = _take_plays(cursor, plays)
            cursor.skip_blocks()
    if not frames:
        raise ValueError("the GIF file has no frame; get a complete copy of it")
    if not width * height:  # viewers use the size of the first frame then
        width, height = frames[0].left + frames[0].width, frames[0].top + frames[0].height
        if not frames[0].width * frames[0].height:
            raise ValueError("the GIF file has no pixels; save it again")
    return _Gif(width, height, background, plays, frames)


def _take_colors(cursor: _Cursor, flags: int) -> Bytes | None:
    """Return the colour table, if the flags announce one."""
    if not flags & 0x80:
        return None
    return np.frombuffer(cursor.take(3 << (flags & 7) + 1), np.uint8).reshape(-1, 3)


def _take_control(cursor: _Cursor) -> _GraphicControl:
    flags, delay, transparent = struct.unpack("<BHB", cursor.take_block().ljust(4, b"\0")[:4])
    return _GraphicControl(
        transparent if flags & 1 else None,
        _DISPOSALS.get(flags >> 2 & 7, Disposal.KEEP),
        delay * 10.0,
    )


def _take_plays(cursor: _Cursor, plays: int) -> int:
    """Return the number of plays in an application extension: one more than its repeats."""
    if cursor.take_block() in _LOOPS:
        block = cursor.take_block()
        if block[:1] == b"\x01" and len(block) >= 3:
            (repeats,) = struct.unpack_from("<H", block, 1)
            plays = repeats and repeats + 1
        if not block:
            cursor.place -= 1  # it ended the extension
    return plays


def _take_frame(
    cursor: _Cursor, global_colors: Bytes | None, control: _GraphicControl
) -> _StoredFrame:
    left, top, width, height, flags = struct.unpack("<4HB", cursor.take(9))
    colors = _take_colors(cursor, flags)
    if colors is None:
        colors = global_colors
    if colors is None:
        colors = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    start = cursor.place
    cursor.take(1)  # the size of codes
    cursor.skip_blocks()
    end = min(cursor.place, len(cursor.data))
    return _StoredFrame(
        left, top, width, height, bool(flags & 0x40), colors, (start, end), *control
    )


def _decode(encoded: EncodedImage, gif: _Gif, frame: _StoredFrame) -> Patch:
    lookup = np.zeros((256, 4), np.uint8)
    lookup[: len(frame.colors), :3] = frame.colors
    lookup[: len(frame.colors), 3] = 255
    if frame.transparent is not None:
        lookup[frame.transparent] = 0
    # A pixel is looked up as one word of four bytes, which is several times as fast.
    words = np.take(lookup.view(np.uint32)[:, 0], _indices(encoded, frame))
    return Patch(
        words.view(np.uint8).reshape(frame.height, frame.width, 4),
        frame.left,
        frame.top,
        Blend.OVER,
        frame.disposal,
        frame.duration,
        frame.background_on(gif),
    )


def _indices(encoded: EncodedImage, frame: _StoredFrame) -> Bytes:
    """Return the indices of a frame, decompressed by Pillow as a GIF of its own."""
    if not frame.width * frame.height:
        return np.zeros((frame.height, frame.width), np.uint8)
    start, end = frame.data
    sides = struct.pack("<HH", frame.width, frame.height)
    alone = b"".join(
        [
            b"GIF89a" + sides + b"\0\0\0",
            b"," + b"\0\0\0\0" + sides + bytes([0x40 * frame.is_interlaced]),
            encoded.data[start:end],
        ]
    )
    with open_with_pillow(encoded._replace(data=alone)) as image, pixel_limit(encoded):
        return np.asarray(image)
