"""Reading animations, and still images of the same formats.

Everything here raises an `ImageFileError` if a file is broken, incomplete or too large.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ..arrays import Bytes
from ..image import image_files
from ..image.image_files import (
    DecodedImage,
    EncodedImage,
    convert_to_pixels,
    open_with_pillow,
    pixel_limit,
)
from ..image.png_chunks import SIGNATURE
from . import gif_reader
from .apng_reader import read_apng
from .base import Content, Frame, without_opaque_alpha


@dataclass(frozen=True)
class Animation:
    """An animated file. Each iteration decodes the frames again, one after the other.

    Attributes
    ----------
    encoded : EncodedImage
    content : Content
        What the file holds.
    notes : list of str
        What was changed in frames, complete after the last one.
    """

    encoded: EncodedImage
    content: Content
    notes: list[str] = field(default_factory=list)

    @property
    def plays(self) -> int:
        """The number of plays; 0 means an endless loop."""
        return self.content.plays

    def __len__(self) -> int:
        """Return the number of frames."""
        return self.content.frames

    def __iter__(self) -> Iterator[Frame]:
        """Decode the frames."""
        notes: list[str] = []
        for frame in self.content.decode(notes):
            self.notes.extend(note for note in notes if note not in self.notes)
            yield frame

    def first_frame(self) -> DecodedImage:
        """Decode the first frame alone."""
        frame = next(iter(self))
        return DecodedImage(frame.pixels, self.notes)


def _read_full_frames(encoded: EncodedImage) -> Content:
    """Return the content of a WebP or AVIF file, whose frames Pillow's libraries compose.

    WebPAnimDecoder of libwebp composes the frames of a WebP file on a transparent canvas, as the
    specification of the container says. Frames of an AVIF file cover the whole canvas.
    """
    with open_with_pillow(encoded) as image:
        frames = getattr(image, "n_frames", 1)
        plays = image.info.get("loop", 0)

    def decode_frames(notes: list[str]) -> Iterator[Frame]:
        with open_with_pillow(encoded) as image:
            for index in range(frames):
                of_frame: list[str] = []
                with pixel_limit(encoded):
                    image.seek(index)
                    pixels = without_opaque_alpha(convert_to_pixels(image, of_frame))
                notes.extend(note for note in of_frame if note not in notes)
                # Only a frame that is loaded has its duration.
                yield Frame(pixels, float(image.info.get("duration", 0)))

    return Content(frames, plays, decode_frames)


# In other formats, several images in a file are pages, layers or sizes.
_READERS: dict[str, Callable[[EncodedImage], Content]] = {
    "gif": gif_reader.read_gif,
    "png": read_apng,
    "webp": _read_full_frames,
    "avif": _read_full_frames,
}


def open_animation(encoded: EncodedImage) -> Animation | None:
    """Open an animated GIF, PNG, WebP or AVIF file; return None for every other image.

    An APNG whose default image is no frame is animated, even with a single frame: only the frame
    is seen.
    """
    reader = _READERS.get(_format_of(encoded.data))
    if reader is None:
        return None
    with open_with_pillow(encoded) as image, pixel_limit(encoded):
        count = getattr(image, "n_frames", 1)
    return Animation(encoded, reader(encoded)) if count > 1 else None


def read_frames(encoded: EncodedImage) -> Iterator[Bytes]:
    """Return the pixels of a still image, or of an animation's frames one by one."""
    animation = open_animation(encoded)
    if animation is None:
        yield decode_first(encoded).pixels
    else:
        yield from (frame.pixels for frame in animation)


def decode_first(encoded: EncodedImage) -> DecodedImage:
    """Decode an image as 8-bit sRGB, upright; from an animation, the first image.

    That of an APNG is its default image, as for programs that know no animated PNG.
    """
    decode = gif_reader.decode_first if _format_of(encoded.data) == "gif" else image_files.decode
    return decode(encoded)


def _format_of(data: bytes) -> str:
    """Return the format of a file that may be animated, by its first bytes."""
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data.startswith(SIGNATURE):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    is_avif_sequence = data[4:8] == b"ftyp" and b"avis" in data[8 : data[3]]
    return "avif" if is_avif_sequence else ""
