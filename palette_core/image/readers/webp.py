"""WebP animations with opaque frames that do not cover the canvas."""

from __future__ import annotations

_FLAGS = 20  # the offset of the flags in the chunk VP8X
_ANIMATED, _ALPHA = 0x02, 0x10


def with_canvas_alpha(data: bytes) -> bytes:
    """Return the bytes of an image file, with the alpha flag set for an animated WebP.

    The canvas is transparent where no frame has been drawn, but the flag is only about frames.
    Without it, Pillow drops the alpha of the canvas that libwebp returns.
    """
    is_extended_webp = data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X" and len(data) > _FLAGS
    if not is_extended_webp or not data[_FLAGS] & _ANIMATED or data[_FLAGS] & _ALPHA:
        return data
    return data[:_FLAGS] + bytes([data[_FLAGS] | _ALPHA]) + data[_FLAGS + 1 :]
