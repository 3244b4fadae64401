"""Recolouring of RGB layers: the pixels to write, and how GIMP then shows the layer."""

from __future__ import annotations

import numpy as np

from ..api import map_pixels
from ..arrays import Bytes, Mask
from ..color.spaces import linear_to_srgb, srgb_to_linear
from ..result import Quantized
from .image_pyramid import to_rgba
from .settings import PreviewSettings


def recolor(
    pixels: Bytes, mask: Mask | None, quantized: Quantized, settings: PreviewSettings
) -> Bytes:
    """Return a layer, (H, W, 3 or 4), in the colours of its result: a copy, (H, W, 4).

    Pixels outside the mask stay as they are. The layer keeps its alpha, so that half-transparent
    pixels get a colour too; where alpha becomes binary, pixels are opaque or transparent.
    """
    selected = np.ones(pixels.shape[:2], np.bool_) if mask is None else mask
    recolored = to_rgba(pixels).copy()
    layers = [quantized]
    if not settings.makes_alpha_binary:
        everything = {**settings.mapping, "alpha_threshold": 1}
        layers.insert(0, map_pixels(pixels, quantized.palette, **everything))
    for layer in layers:
        where = selected if layer.opaque is None else selected & layer.opaque
        np.copyto(recolored[..., :3], layer.to_array()[..., :3], where=where[..., np.newaxis])
    if settings.makes_alpha_binary:
        opaque = 255 if quantized.opaque is None else np.where(quantized.opaque, 255, 0)
        np.copyto(recolored[..., 3], opaque, where=selected, casting="unsafe")
    return recolored


def blend_selection(before: Bytes, after: Bytes, selection: Bytes | None) -> Bytes:
    """Return the pixels, (H, W, 4), that GIMP makes if some replace others within a selection.

    Where a pixel is selected in part GIMP mixes both in linear light, weighted by their alpha.
    """
    if selection is None:
        return after
    blended = np.where(selection[..., np.newaxis] == 0, before, after)
    is_soft = (selection > 0) & (selection < 255)
    if is_soft.any():
        blended[is_soft] = _mix(before[is_soft], after[is_soft], selection[is_soft])
    return blended


def apply_layer_mask(pixels: Bytes, mask: Bytes) -> Bytes:
    """Return pixels with their alpha multiplied by a layer mask, (H, W)."""
    masked = to_rgba(pixels).copy()
    product = masked[..., 3].astype(np.uint16) * mask
    masked[..., 3] = (product + 127) // 255
    return masked


def _mix(before: Bytes, after: Bytes, selection: Bytes) -> Bytes:
    """Return the mixture of (N, 4) pixels by how much they are selected, (N,)."""
    share = selection[:, np.newaxis] / 255
    old_alpha, new_alpha = before[:, 3:] / 255, after[:, 3:] / 255
    alpha = old_alpha + (new_alpha - old_alpha) * share
    weight = np.divide(share * new_alpha, alpha, out=np.zeros_like(alpha), where=alpha > 0)
    old, new = srgb_to_linear(before[:, :3]), srgb_to_linear(after[:, :3])
    mixed = np.hstack([linear_to_srgb(old + (new - old) * weight), alpha * 255])
    return np.rint(mixed).astype(np.uint8)
