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
    def whole_image(self) -> bool:
        """Tell whether every layer is to be put into the colours."""
        return self.output == "convert" or (
            self.output == "new-image" and self.apply_to == "all-layers"
        )
