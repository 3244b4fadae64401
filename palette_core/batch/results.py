"""What the processing of an image file returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..metrics import Metrics
from ..palette import Palette
from ..result import shares_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ScenePalette(NamedTuple):
    """A palette of an animation, and the number of the first frame that has it, from 0."""

    first_frame: int
    palette: Palette


class ProcessedImage(NamedTuple):
    """The result of an image file.

    Attributes
    ----------
    data : bytes
        The file to write; empty if none was asked for.
    palette : Palette
        That of all frames, or of the first scene.
    pixel_counts : (K,) ndarray of int64
        The number of opaque pixels of all frames with this palette that each entry has.
    metrics : Metrics
        Over all frames.
    bytes_in : int
        The size of the file that was read.
    bytes_out : int or None
        The size of the file to write; None if none was asked for.
    frames : int
        1 for a still image.
    seconds : float
        How long a still image took without reading and writing; all of it for an animation.
    notes : list of str
        What was changed in reading.
    dither : str
        The dithering algorithm that was used.
    scenes : tuple of ScenePalette, default ()
        The palettes of an animation whose scenes have palettes of their own.
    ssimulacra2 : float, optional
        The score, where it has a floor.
    shortfall : str
        What is below the quality floor; "" if nothing is.
    """

    data: bytes
    palette: Palette
    pixel_counts: NDArray[np.int64]
    metrics: Metrics
    bytes_in: int
    bytes_out: int | None
    frames: int
    seconds: float
    notes: list[str]
    dither: str
    scenes: tuple[ScenePalette, ...] = ()
    ssimulacra2: float | None = None
    shortfall: str = ""

    @property
    def shares(self) -> NDArray[np.float64]:
        """The share of these pixels that each entry has, in sum 1; all 0 if no pixel is opaque."""
        return shares_of(self.pixel_counts)

    @property
    def is_larger(self) -> bool:
        """Whether the output file is not smaller than the input file."""
        return self.bytes_out is not None and self.bytes_out >= self.bytes_in
