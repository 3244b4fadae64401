"""Reading animated PNG (PNG specification, third edition).

Each frame becomes a PNG file of its own, with the chunks that define its colours, and is decoded as
any other image. `compositing` lays the frames over each other.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..image.exif import Exif
from ..image.image_files import TURNED, EncodedImage, decode
from ..image.png_chunks import Chunk, join_chunks, read_chunks
from ..image.rasters import turn_upright
from .base import Content, Frame, parsing
from .compositing import Blend, Disposal, Patch, compose

# Chunks that a frame's samples need to be colours. Metadata belongs to the whole canvas.
_COLOR_CHUNKS = frozenset(
    [b"PLTE", b"tRNS", b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"sBIT", b"mDCV", b"cLLI"]
)
_BLENDS = (Blend.SOURCE, Blend.OVER)
_DISPOSALS = (Disposal.KEEP, Disposal.BACKGROUND, Disposal.PREVIOUS)


class _StoredFrame(NamedTuple):
    """The position of a frame on the canvas, and the chunks of its data."""

    width: int
    height: int
    left: int
    top: int
    blend: Blend
    disposal: Disposal
    duration: float
    data: list[bytes | memoryview]


class _Apng(NamedTuple):
    """The chunks of a file."""

    header: bytes  # the content of IHDR
    colors: list[Chunk]  # those of `_COLOR_CHUNKS` that are there
    frames: list[_StoredFrame]
    plays: int
    orientation: int  # as in EXIF; 1 is upright


def read_apng(encoded: EncodedImage) -> Content:
    """Return the content of an animated PNG file, without a default image that is no frame."""
    with parsing(encoded):
        apng = _parse(encoded.data)

    def decode_frames(notes: list[str]) -> Iterator[Frame]:
        if apng.orientation in range(2, 9):
            notes.append(TURNED)
        width, height = struct.unpack_from(">II", apng.header)
        patches = (_decode(encoded, apng, frame, notes) for frame in apng.frames)
        for pixels, duration in compose(width, height, patches):
            yield Frame(turn_upright(pixels, apng.orientation), duration)

    return Content(len(apng.frames), apng.plays, decode_frames)


def _parse(data: bytes) -> _Apng:
    header, colors, orientation = b"", [], 1
    count, plays = 0, 0
    frames: list[_StoredFrame] = []
    sequence = 0
    is_before_data = True
    for name, content in read_chunks(data):
        if name in (b"fcTL", b"fdAT"):
            _check_sequence(content, sequence)
            sequence += 1
        if name == b"IHDR":
            header = bytes(content)
        elif name == b"acTL" and is_before_data:
            count, plays = struct.unpack_from(">II", content)
        elif name == b"fcTL":
            frames.append(_control(content, header))
        elif name == b"IDAT":
            if is_before_data and frames:
                _check_covers_canvas(frames[0], header)
            is_before_data = False
            if frames:  # else it is the default image and no frame
                frames[0].data.append(content)
        elif name == b"fdAT" and frames:
            frames[-1].data.append(content[4:])
        elif name == b"eXIf":
            with contextlib.suppress(ValueError, struct.error):  # it is broken
                orientation = Exif(bytes(content)).orientation or 1
        elif name in _COLOR_CHUNKS and is_before_data:
            colors.append((name, content))
    _check_frames(frames, count)
    return _Apng(header, colors, frames[:count], plays, orientation)


def _check_sequence(content: bytes | memoryview, expected: int) -> None:
    if len(content) < 4 or struct.unpack_from(">I", content)[0] != expected:
        raise ValueError("the frames of the APNG file are out of sequence; save it again")


def _check_covers_canvas(frame: _StoredFrame, header: bytes) -> None:
    """Check a frame that is also the image for programs that know no animated PNG."""
    size = struct.unpack_from(">II", header)
    if (frame.left, frame.top) != (0, 0) or (frame.width, frame.height) != size:
        raise ValueError(
            "the first frame of the APNG file does not cover its canvas; save it again"
        )


def _check_frames(frames: list[_StoredFrame], count: int) -> None:
    if len(frames) < count:
        raise ValueError(
            f"the APNG file has {len(frames)} of the {count} frames that it announces; get a "
            "complete copy of it"
        )
    for number, frame in enumerate(frames, 1):
        if not frame.data:
            raise ValueError(f"frame {number} of the APNG file has no data; save it again")


def _control(content: bytes | memoryview, header: bytes) -> _StoredFrame:
    """Return a frame, still without data, from its fcTL chunk."""
    _, width, height, left, top, delay, unit, disposal, blend = struct.unpack(">5I2H2B", content)
    canvas_width, canvas_height = struct.unpack_from(">II", header)
    is_inside = left + width <= canvas_width and top + height <= canvas_height
    if not (width and height and is_inside):
        raise ValueError(
            f"a frame of {width} x {height} pixels at {left}, {top} does not fit on the "
            f"canvas of {canvas_width} x {canvas_height} of the APNG file; save it again"
        )
    if disposal >= len(_DISPOSALS) or blend >= len(_BLENDS):
        raise ValueError(
            f"a frame of the APNG file has the disposal {disposal} and the blending {blend}, "
            "which do not exist; save it again"
        )
    duration = delay / (unit or 100) * 1000
    return _StoredFrame(
        width, height, left, top, _BLENDS[blend], _DISPOSALS[disposal], duration, []
    )


def _decode(encoded: EncodedImage, apng: _Apng, frame: _StoredFrame, notes: list[str]) -> Patch:
    """Return the pixels of a frame, and note what was changed in them."""
    header = struct.pack(">II", frame.width, frame.height) + apng.header[8:]
    data: Iterable[Chunk] = ((b"IDAT", part) for part in frame.data)
    alone = join_chunks([(b"IHDR", header), *apng.colors, *data, (b"IEND", b"")])
    picture = decode(encoded._replace(data=alone))
    notes.extend(note for note in picture.notes if note not in notes)
    return Patch(picture.pixels, frame.left, frame.top, frame.blend, frame.disposal, frame.duration)
