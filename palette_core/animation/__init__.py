"""Animations: GIF, APNG, WebP and AVIF read frame by frame, GIF and APNG written."""

from __future__ import annotations

from . import apng, gif
from .base import Encoder, Frame, IndexedFrame
from .reading import Animation, decode_first, open_animation, read_frames

__all__ = [
    "ENCODERS",
    "Animation",
    "Encoder",
    "Frame",
    "IndexedFrame",
    "decode_first",
    "open_animation",
    "read_frames",
]

# By the suffix of the file.
ENCODERS: dict[str, Encoder] = {".png": apng.encode, ".gif": gif.encode}
