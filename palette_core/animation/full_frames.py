"""Reading the formats whose frames are composed by Pillow's libraries: WebP and AVIF.

WebPAnimDecoder of libwebp composes the frames of a WebP file on a transparent canvas, as the
specification of the container says. Frames of an AVIF file cover the whole canvas.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..image.image_files import Source, limited, opened, to_pixels
from .base import Content, Frame, without_opaque_alpha


def read_full_frames(source: Source) -> Content:
    """Return what an animated file holds."""
    with opened(source) as image:
        frames = getattr(image, "n_frames", 1)
        plays = image.info.get("loop", 0)

    def decode_frames(notes: list[str]) -> Iterator[Frame]:
        with opened(source) as image:
            for index in range(frames):
                of_frame: list[str] = []
                with limited(source):
                    image.seek(index)
                    pixels = without_opaque_alpha(to_pixels(image, of_frame))
                notes.extend(note for note in of_frame if note not in notes)
                # Only a frame that is loaded has its duration.
                yield Frame(pixels, float(image.info.get("duration", 0)))

    return Content(frames, plays, decode_frames)
