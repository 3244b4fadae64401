"""Frames of animations, as they are read and written, and helpers of the encoders."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

import numpy as np

from ..arrays import Bytes, Mask
from ..errors import ImageFileError
from ..image.image_files import EncodedImage
from ..image.metadata import Metadata

if TYPE_CHECKING:
    from PIL.Image import Image

# Left, top, right, bottom, the last two excluded.
Box: TypeAlias = tuple[int, int, int, int]


class Frame(NamedTuple):
    """A frame of an animation as a viewer shows it, composed with the frames before it."""

    pixels: Bytes  # (H, W, 3) or (H, W, 4), sRGB, straight alpha
    duration: float  # milliseconds


class Content(NamedTuple):
    """The properties of an animated file, known before a frame is decoded."""

    frames: int
    plays: int  # 0 is endless
    # Returns an iterator that decodes one frame after the other, from the first one on, and appends
    # to the list that it is called with what was changed in them.
    decode: Callable[[list[str]], Iterator[Frame]]


class IndexedFrame(NamedTuple):
    """A frame of an animation to write."""

    # Of mode "P". The palette, the size and ``info["transparency"]`` are those of the others.
    image: Image
    duration: float  # milliseconds


class Encoder(Protocol):
    """A way to write an animation."""

    def __call__(
        self, frames: Iterable[IndexedFrame], plays: int, metadata: Metadata | None = None
    ) -> bytes:
        """Return the bytes of a file with at least one frame; 0 plays mean an endless loop.

        No frame is left out or merged with another, and none is kept longer than until the next.
        """


@contextlib.contextmanager
def parsing(encoded: EncodedImage) -> Iterator[None]:
    """Raise an `ImageFileError` for every `ValueError` and every error of `struct`."""
    try:
        yield
    except (ValueError, struct.error) as error:
        raise ImageFileError(f"cannot read {encoded.name}: {error}") from error


def without_opaque_alpha(pixels: Bytes) -> Bytes:
    """Return a copy of the pixels, without alpha where all of them are opaque."""
    if pixels.shape[2] == 4 and pixels[..., 3].min() == 255:
        # One channel after the other is copied ten times as fast as three of four at once.
        return np.stack([pixels[..., channel] for channel in range(3)], axis=2)
    return pixels.copy()


def changed(before: Bytes | None, after: Bytes) -> Box:
    """Return the box of the changed pixels: at least one pixel, and all of the first frame."""
    if before is not None:
        return box_of(before != after)
    height, width = after.shape
    return 0, 0, width, height


def box_of(mask: Mask) -> Box:
    """Return the smallest box around the pixels that are set, or the first pixel if none is."""
    from PIL import Image

    return Image.fromarray(mask).getbbox() or (0, 0, 1, 1)
