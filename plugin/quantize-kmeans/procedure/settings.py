"""Settings: what the arguments say, in plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Settings:
    """The arguments, read once.

    Attributes
    ----------
    output, selection, sample, apply_to : str
        The words of the arguments.
    crop : bool
        Whether a new image is as large as its layer, not as the canvas.
    selection_weight : float
    keep_palette : bool
        Whether the palette is to be among GIMP's own.
    palette_name : str
    colors : int or "auto"
        How many are asked for.
    design, mapping : dict
        Options of palette_core that say how colours are found, and how pixels get them; palettes
        are tuples of "#rrggbb".
    given : tuple of str, or None
        The colours, "#rrggbb" each, that alone are to be used, as they are.
    strict : bool
        Whether pixels of other colours are refused.
    """

    output: str
    selection: str
    sample: str
    apply_to: str
    crop: bool
    selection_weight: float
    keep_palette: bool
    palette_name: str
    colors: int | str
    design: dict[str, Any]
    mapping: dict[str, Any]
    given: tuple[str, ...] | None
    strict: bool

    @property
    def settles_alpha(self) -> bool:
        """Tell whether half-transparent pixels are to be no more, in an RGB layer too."""
        return self.mapping["alpha_dither"] or self.mapping["matte"] is not None

    @property
    def scope(self) -> str:
        """What is put into the palette: "layer", "visible" or "all-layers".

        The first is the selected layer, the second what is visible of the image as one layer, the
        third every layer. A palette alone is shown with what it is made from.
        """
        if self.output == "convert":
            return "all-layers"
        if self.output == "new-image":
            return self.apply_to
        if self.output == "palette" and self.sample != "automatic":
            return self.sample
        return "layer"
