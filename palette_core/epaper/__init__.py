"""Images for e-paper panels: matched to measured colours, written in nominal ones."""

from .panels import PANELS
from .rendering import EpaperImage, quantize_for_epaper

__all__ = ["PANELS", "EpaperImage", "quantize_for_epaper"]
