"""Reading the formats whose frames are composed by Pillow's libraries: WebP and AVIF.

WebPAnimDecoder of libwebp composes the frames of a WebP file on a transparent canvas, as the
specification of the container says. Frames of an AVIF file cover the whole canvas.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..image.image_files import EncodedImage, convert_to_pixels, open_with_pillow, pixel_limit
from .base import Content, Frame, without_opaque_alpha


def read_full_frames(encoded: EncodedImage) -> Content:
    """Return the content of an animated file."""
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
