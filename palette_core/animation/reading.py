"""Reading animations, and still images of the same formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ..image import image_files
from ..image.image_files import DecodedImage, EncodedImage, open_with_pillow, pixel_limit
from ..image.png_chunks import SIGNATURE
from . import full_frames, gif_reader
from .apng_reader import read_apng
from .base import Content, Frame

# In other formats, several images in a file are pages, layers or sizes.
_READERS: dict[str, Callable[[EncodedImage], Content]] = {
    "gif": gif_reader.read_gif,
    "png": read_apng,
    "webp": full_frames.read_full_frames,
    "avif": full_frames.read_full_frames,
}


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
        """Decode the frames.

        Raises
        ------
        ImageFileError
            If the file is broken.
        """
        notes: list[str] = []
        for frame in self.content.decode(notes):
            self.notes.extend(note for note in notes if note not in self.notes)
            yield frame

    def first_frame(self) -> DecodedImage:
        """Decode the first frame alone.

        Raises
        ------
        ImageFileError
            If the file is broken.
        """
        frame = next(iter(self))
        return DecodedImage(frame.pixels, self.notes)


def open_animation(encoded: EncodedImage) -> Animation | None:
    """Open an animated GIF, PNG, WebP or AVIF file; return None for every other image.

    An APNG whose default image is no frame is animated, even with a single frame: only the frame
    is seen.

    Raises
    ------
    ImageFileError
        If it is broken or too large.
    """
    reader = _READERS.get(_format_of(encoded.data))
    if reader is None or _count_images(encoded) < 2:
        return None
    return Animation(encoded, reader(encoded))


def decode_first(encoded: EncodedImage) -> DecodedImage:
    """Decode an image as 8-bit sRGB, upright; from an animation, the first image.

    That of an APNG is its default image, as for programs that know no animated PNG.

    Raises
    ------
    ImageFileError
        As `image_files.decode` raises it.
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


def _count_images(encoded: EncodedImage) -> int:
    """Return how many images Pillow finds in a file."""
    with open_with_pillow(encoded) as image, pixel_limit(encoded):
        return getattr(image, "n_frames", 1)
