"""Images for e-paper panels: matched to measured colours, written in nominal ones."""

from .panels import PANELS, Panel
from .rendering import EpaperImage, quantize_for_epaper

__all__ = ["PANELS", "EpaperImage", "Panel", "quantize_for_epaper"]
