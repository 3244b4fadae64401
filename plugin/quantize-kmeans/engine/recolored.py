"""RGB layers in palette colours, as they are written and as GIMP then shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import palette_core
from engine.kept import Kept
from engine.told import told
from palette_core.color.spaces import linear_to_srgb, srgb_to_linear

if TYPE_CHECKING:
    import palette_core as pc
    from procedure.settings import Settings


class Recolored(Kept):
    """Pixels of an RGB layer, (height, width, 4) uint8, and their exact alpha, float32, or None."""

    def __init__(self, pixels: np.ndarray, alpha: np.ndarray | None) -> None:
        self._pixels, self._alpha = pixels, alpha

    @told
    def strip(self, top: int, rows: int) -> bytes:
        """Return rows from one on: as floats from 0 to 1 where there is exact alpha."""
        strip = self._pixels[top : top + rows]
        if self._alpha is not None:
            strip = strip / np.float32(255)
            strip[..., 3] = self._alpha[top : top + rows]
        return strip.tobytes()


def recolor(
    pixels: np.ndarray, selected: np.ndarray, quantized: pc.Quantized, settings: Settings
) -> np.ndarray:
    """Return the pixels in their colours, those that are not selected as they were.

    The layer keeps its alpha, so that half-transparent pixels need a colour too; where alpha
    becomes binary, pixels become opaque or transparent.
    """
    recolored = pixels.copy()
    layers = [quantized]
    if not settings.settles_alpha:
        everything = {**settings.mapping, "alpha_threshold": 1}
        layers.insert(0, palette_core.map_pixels(pixels, quantized.palette, **everything))
    for layer in layers:
        where = selected if layer.opaque is None else selected & layer.opaque
        np.copyto(recolored[..., :3], layer.to_array()[..., :3], where=where[..., np.newaxis])
    if settings.settles_alpha:
        opaque = 255 if quantized.opaque is None else np.where(quantized.opaque, 255, 0)
        np.copyto(recolored[..., 3], opaque, where=selected, casting="unsafe")
    return recolored


def blend(before: np.ndarray, after: np.ndarray, selection: np.ndarray | None) -> np.ndarray:
    """Return what GIMP makes of pixels that replace others within a selection.

    Parameters
    ----------
    before, after : (height, width, 4) ndarray of uint8
    selection : (height, width) ndarray of uint8, or None
        None where all is selected.

    Notes
    -----
    Where a pixel is selected in part GIMP mixes both in linear light, weighted by their alpha.
    """
    if selection is None:
        return after
    blended = np.where(selection[..., np.newaxis] == 0, before, after)
    soft = (selection > 0) & (selection < 255)
    if soft.any():
        blended[soft] = _mixed(before[soft], after[soft], selection[soft])
    return blended


def _mixed(before: np.ndarray, after: np.ndarray, selection: np.ndarray) -> np.ndarray:
    share = selection[:, np.newaxis] / 255
    old_alpha, new_alpha = before[:, 3:] / 255, after[:, 3:] / 255
    alpha = old_alpha + (new_alpha - old_alpha) * share
    weight = np.divide(share * new_alpha, alpha, out=np.zeros_like(alpha), where=alpha > 0)
    old, new = srgb_to_linear(before[:, :3]), srgb_to_linear(after[:, :3])
    mixed = np.hstack([linear_to_srgb(old + (new - old) * weight), alpha * 255])
    return np.rint(mixed).astype(np.uint8)
