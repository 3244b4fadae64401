"""Reading animations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ..pictures import Source, limited, opened, to_pixels
from ..pixels import Bytes

# In other formats pictures of one file are pages, layers or sizes.
_FORMATS = ("GIF", "PNG", "WEBP")


class Frame(NamedTuple):
    """A frame as it is seen: laid over those before it.

    Attributes
    ----------
    pixels : (H, W, 3) or (H, W, 4) ndarray of uint8
        sRGB, straight alpha.
    duration : float
        Milliseconds.
    """

    pixels: Bytes
    duration: float


@dataclass(frozen=True)
class Animation:
    """An animated file. To iterate over it decodes one frame after the other, each time anew.

    Attributes
    ----------
    source : Source
    first : int
        Which of the file's pictures is the first frame.
    frames : int
        How many there are.
    plays : int
        How often it is to be played; 0 is endless.
    notes : list of str
        What was changed in frames, complete after the last one.
    """

    source: Source
    first: int
    frames: int
    plays: int
    notes: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        """Count the frames."""
        return self.frames

    def __iter__(self) -> Iterator[Frame]:
        """Decode the frames.

        Raises
        ------
        PictureFileError
            If the file is broken.
        """
        with opened(self.source) as image:
            for index in range(self.first, self.first + self.frames):
                notes: list[str] = []
                with limited(self.source):
                    image.seek(index)
                    pixels = to_pixels(image, notes)
                # Only a frame that is loaded tells how long it is seen.
                yield Frame(pixels, float(image.info.get("duration", 0)))
                self.notes.extend(note for note in notes if note not in self.notes)


def open_animation(source: Source) -> Animation | None:
    """Open an animated GIF, PNG or WebP file; give None for every other picture.

    Raises
    ------
    PictureFileError
        If it is no picture that Pillow knows, or is broken.
    """
    with opened(source) as image, limited(source):
        # An APNG may begin with a picture for viewers that know no animations.
        first = int(bool(image.info.get("default_image")))
        frames = getattr(image, "n_frames", 1) - first
        if image.format not in _FORMATS or frames < 2:
            return None
        plays = image.info.get("loop")
        if image.format == "GIF":
            # A GIF tells how often it is repeated, if at all; the others how often it is played.
            plays = 1 if plays is None else plays and plays + 1
        return Animation(source, first, frames, plays or 0)
