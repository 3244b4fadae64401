"""What the encoders of animations take and share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

import numpy as np

from ..pixels import Bytes, Mask

if TYPE_CHECKING:
    from PIL.Image import Image

# Left, top, right, bottom, the last two excluded.
Box: TypeAlias = tuple[int, int, int, int]


class IndexedFrame(NamedTuple):
    """A frame of an animation to write.

    Attributes
    ----------
    image : PIL.Image.Image
        Of mode "P". The palette, the size and ``info["transparency"]`` are those of the others.
    duration : float
        How long it is to be seen, in milliseconds.
    """

    image: Image
    duration: float


class Encoder(Protocol):
    """A way to write an animation."""

    def __call__(self, frames: Iterable[IndexedFrame], plays: int) -> bytes:
        """Give a file's bytes for at least one frame; 0 plays are endless.

        No frame is left out or merged with another, and none is kept longer than until the next.
        """


def changed(before: Bytes | None, after: Bytes) -> Box:
    """Give the box of what is not as before, in one pixel where all is; everything at first."""
    if before is not None:
        return box_of(before != after)
    height, width = after.shape
    return 0, 0, width, height


def box_of(mask: Mask) -> Box:
    """Give the smallest box around what is set, or one pixel."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return 0, 0, 1, 1
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
