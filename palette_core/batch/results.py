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
    """The result of an image file."""

    data: bytes  # the file to write; empty if none was asked for
    palette: Palette  # that of all frames, or of the first scene
    # (K,), how many opaque pixels of all frames with this palette each entry has.
    pixel_counts: NDArray[np.int64]
    metrics: Metrics  # over all frames
    bytes_in: int  # the size of the file that was read
    bytes_out: int | None  # the size of the file to write; None if none was asked for
    frames: int  # 1 for a still image
    seconds: float  # of a still image without reading and writing
    notes: list[str]  # what was changed in reading
    dither: str  # the algorithm that was used
    scenes: tuple[ScenePalette, ...] = ()  # of an animation, if they have palettes of their own
    ssimulacra2: float | None = None  # the score, if it has a floor
    shortfall: str = ""  # what is below the quality floor; "" if nothing is

    @property
    def shares(self) -> NDArray[np.float64]:
        """The share of these pixels that each entry has, in sum 1; all 0 if no pixel is opaque."""
        return shares_of(self.pixel_counts)

    @property
    def is_larger(self) -> bool:
        """Whether the output file is not smaller than the input file."""
        return self.bytes_out is not None and self.bytes_out >= self.bytes_in
