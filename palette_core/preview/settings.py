"""Settings of a preview, made from the plain values of a dialog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ..arrays import Bytes, Mask
from ..common_options import ALPHA_OPTIONS, CommonOptions
from ..image.pixels import Pixels
from ..palette import Palette

Colors: TypeAlias = int | Literal["auto"]

# In place of the name of a palette of the library: the one that fits best.
BEST = "best"


@dataclass(frozen=True)
class PreviewSettings:
    """How a preview is quantized.

    Attributes
    ----------
    colors : int or "auto"
        As for `quantize`.
    design : mapping
        Options of `quantize` that say how the palette is found; `start` as "#rrggbb" strings.
    mapping : mapping
        Options of `map_pixels`, but for `strict`.
    palette : sequence of str, or None
        The colours of a given palette, "#rrggbb" each; None to find a palette.
    library : str, or None
        The name of a palette of the library, or "best", which is used in place of `palette`.
    tiles : str, or None
        The name of a preset of `quantize_tiles`: every tile gets one of several palettes.
    strict : bool
        Whether pixels of other colours than the given palette's are refused.
    selection_weight : float
        How many times selected pixels count, where a selection is used as a weight.
    recolors : bool
        Whether the result is an RGB layer: it keeps its alpha unless alpha becomes binary, and
        pixels that are selected in part are blended.
    reserves_transparent : bool
        Whether of 256 colours the last is left out if there are transparent pixels: an indexed
        image with transparency has 255 at most.
    is_cropped : bool
        Whether the result has the size of its layer, so that the canvas around it does not count
        as transparent.
    """

    colors: Colors
    design: Mapping[str, Any]
    mapping: Mapping[str, Any]
    palette: tuple[str, ...] | None = None
    library: str | None = None
    tiles: str | None = None
    strict: bool = False
    selection_weight: float = 1.0
    recolors: bool = False
    reserves_transparent: bool = False
    is_cropped: bool = False

    def prepare_image(self, pixels: Bytes, mask: Mask | None = None) -> Pixels:
        """Return pixels with binary alpha, blended with the matte; outside the mask transparent."""
        return CommonOptions(**self.mapping).prepare_image(pixels, mask)

    @property
    def design_options(self) -> dict[str, Any]:
        """The options of `quantize` for finding the palette."""
        start = self.design.get("start")
        return {**self.design, "start": None if start is None else Palette(start)}

    @property
    def alpha_options(self) -> tuple[Any, ...]:
        """The values of `ALPHA_OPTIONS`."""
        return tuple(self.mapping.get(name) for name in ALPHA_OPTIONS)

    @property
    def makes_alpha_binary(self) -> bool:
        """Whether half-transparent pixels of an RGB layer become opaque or transparent."""
        return self.mapping.get("alpha") == "dither" or self.mapping.get("matte") is not None
