"""WebP animations whose frames are opaque, but do not cover the canvas."""

from __future__ import annotations

_FLAGS = 20  # the place of the flags of the chunk VP8X
_ANIMATED, _ALPHA = 0x02, 0x10


def with_canvas_alpha(data: bytes) -> bytes:
    """Return the bytes of an image file; an animated WebP with the flag that it has alpha.

    The canvas is transparent where no frame has been yet, but the flag speaks of the frames alone.
    Without it, Pillow drops the alpha that libwebp gives to the canvas.
    """
    is_extended_webp = data[:4] == b"RIFF" and data[8:16] == b"WEBPVP8X" and len(data) > _FLAGS
    if not is_extended_webp or not data[_FLAGS] & _ANIMATED or data[_FLAGS] & _ALPHA:
        return data
    return data[:_FLAGS] + bytes([data[_FLAGS] | _ALPHA]) + data[_FLAGS + 1 :]
