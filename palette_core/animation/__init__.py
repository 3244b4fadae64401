"""Animations: their frames one at a time, in from GIF, APNG and WebP, out to GIF and APNG."""

from __future__ import annotations

from . import apng, gif
from .base import Encoder, IndexedFrame
from .reading import Animation, open_animation

__all__ = ["ENCODERS", "Animation", "Encoder", "IndexedFrame", "open_animation"]

# By the suffix of the file.
ENCODERS: dict[str, Encoder] = {".png": apng.encode, ".gif": gif.encode}
