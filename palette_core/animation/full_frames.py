"""Reading the formats whose frames are composed by Pillow's libraries: WebP and AVIF.

WebPAnimDecoder of libwebp composes the frames of a WebP file on a transparent canvas, as the
specification of the container says. Frames of an AVIF file cover the whole canvas.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ..pictures import Picture, Source, decode, limited, opened, to_pixels
from .base import Content, Frame, without_opaque_alpha

_ANIMATED, _ALPHA = 0x02, 0x10  # flags of the chunk VP8X


def read_full_frames(source: Source) -> Content:
    """Return what an animated file holds."""
    source = _with_canvas_alpha(source)
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


def decode_first(source: Source) -> Picture:
    """Return the first frame of a file.

    Raises
    ------
    PictureFileError
        As `decode` raises it.
    """
    return decode(_with_canvas_alpha(source))


def _with_canvas_alpha(source: Source) -> Source:
    """Return an animated WebP file with the flag that it has alpha.

    Its canvas is transparent where no frame has been yet. Without the flag, which speaks of the
    frames alone, Pillow drops the alpha of the canvas.
    """
    data = source.data
    if data[8:16] != b"WEBPVP8X" or len(data) < 21 or not data[20] & _ANIMATED:
        return source
    return source._replace(data=data[:20] + struct.pack("B", data[20] | _ALPHA) + data[21:])
