"""The options for all images of a batch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from .. import metrics
from ..animation import ENCODERS
from ..arrays import Bytes
from ..errors import OptionError
from ..image.alpha import has_soft_edges
from ..image.image_files import EncodedImage
from ..image.metadata import Metadata, read_metadata
from ..image.pixels import Pixels
from ..metrics import Metrics
from ..options import QuantizeOptions
from ..palette import MAX_COLORS, Palette
from ..pipeline import run_map
from ..progress import Progress, no_progress
from ..result import Quantized
from .quality_floor import QualityFloor

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = tuple(ENCODERS)
PNG, GIF = ".png", ".gif"


@dataclass(frozen=True)
class JobOptions:
    """The options for all images of a batch."""

    # How a palette is found, and how pixels are mapped to it.
    quantize: QuantizeOptions = field(default_factory=QuantizeOptions)
    palette: Palette | None = None  # the given palette; None if one is found for the image
    transparent_index: str | None = None  # "first" or "last", as for `Quantized.to_image`
    strict: bool = False  # whether images with other colours than `palette` are refused
    drop_unused: bool = False  # whether entries are left out that no pixel of an image has
    # Whether every image has an entry for transparent pixels, even if it has no such pixel.
    transparent_entry: bool = False
    strip: bool = False  # whether metadata is left out: resolution, EXIF, XMP and texts
    # Whether still images with semi-transparent pixels get a palette with alpha where they are
    # written as PNG.
    keep_soft_edges: bool = False
    # The option that excludes a palette with alpha although nobody asked for hard edges, for a note
    # on images with soft edges.
    alpha_obstacle: str = ""
    # Whether scenes of an animation have palettes of their own, in GIF files alone.
    frame_palettes: bool = False
    # The least quality of results that are written.
    floor: QualityFloor = field(default_factory=QualityFloor)
    delta_e: bool = True  # whether the mean colour difference is measured, which takes longest

    def __post_init__(self) -> None:
        """Reserve an entry for transparent pixels."""
        if self.transparent_entry and self.quantize.colors == MAX_COLORS:
            object.__setattr__(self, "quantize", replace(self.quantize, colors=MAX_COLORS - 1))

    def map(self, image: Pixels, palette: Palette, progress: Progress = no_progress) -> Quantized:
        """Map an image or a frame to a palette, which is empty if no image has an opaque pixel."""
        if not len(palette):
            return Quantized(palette, np.zeros(image.shape, np.uint8), image.opaque)
        return run_map(image, palette, self.quantize, progress, strict=self.strict)

    def for_still(self, pixels: Bytes, suffix: str | None) -> JobOptions:
        """Return the options for a still image: with alpha in the palette where soft edges stay."""
        if self.quantize.keeps_alpha and suffix not in (None, PNG):
            raise OptionError(
                f"`alpha='palette'` needs a PNG file; {suffix} files have one transparent entry: "
                "use `alpha='threshold'` or `alpha='dither'`"
            )
        if not (self.keep_soft_edges and suffix == PNG and is_soft(pixels)):
            return self
        return replace(self, quantize=replace(self.quantize, alpha="palette"))

    def note_hard_edges(self, cause: str) -> list[str]:
        """Return a note that soft edges become hard; none if that was asked for."""
        if self.alpha_obstacle:
            cause = f"{self.alpha_obstacle} allows no entries with alpha"
        elif not self.keep_soft_edges:
            return []
        advice = "to dither them add `alpha='dither'`, or `alpha='threshold'` if they should"
        return [f"soft edges become hard, because {cause}; {advice}"]

    def metadata(self, encoded: EncodedImage, notes: list[str]) -> Metadata:
        """Return the metadata to write."""
        return Metadata() if self.strip else read_metadata(encoded, notes)

    def measure(self, image: Pixels, quantized: Quantized) -> Metrics:
        """Measure the error where the image is opaque; with alpha over black and over white."""
        arrays = image.to_array(), quantized.to_array()
        if image.alpha is not None:
            return metrics.compare_over_black_and_white(*arrays, delta_e=self.delta_e)
        return metrics.compare(*arrays, delta_e=self.delta_e)

    def image(self, quantized: Quantized) -> Image:
        """Return a result as a Pillow image to write."""
        return quantized.to_image(
            transparent_index=self.transparent_index, transparent_entry=self.transparent_entry
        )


def is_soft(pixels: Bytes) -> bool:
    """Return whether an image has semi-transparent pixels."""
    return pixels.shape[-1] == 4 and has_soft_edges(pixels[..., 3])
