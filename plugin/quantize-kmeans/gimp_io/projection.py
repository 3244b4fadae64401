"""Projections: what GIMP shows of an image whose layers are converted, found out in a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

import engine
from gimp_io.image_writer import make_8_bit_rgb, write_pixels
from gimp_io.layers import RGBA, gone

if TYPE_CHECKING:
    from gimp_io.layers import Part, PixelReader


def is_blended(parts: list[Part]) -> bool:
    """Return whether a layer lets others shine through, so that GIMP mixes palette colours."""
    return any(_blends(part.layer) for part in parts if part.is_visible)


def project(image: Gimp.Image, pixels: PixelReader) -> None:
    """Read what is seen of an image with the result in its layers; prepare it to be shown."""
    if not image.is_valid():
        raise gone()
    session, copy = engine.load(), image.duplicate()
    try:
        copy.undo_disable()
        make_8_bit_rgb(copy)
        for number, layer in enumerate(copy.get_layers()):
            layer.set_lock_content(False)
            layer.merge_filters()
            write_pixels(layer, session.recolored(number), RGBA)
        pixels.read_projection(copy)
        session.prepare("projection")
    finally:
        copy.delete()


def _blends(layer: Gimp.Layer) -> bool:
    is_masked = layer.get_mask() is not None and layer.get_apply_mask()
    return is_masked or layer.get_opacity() < 100 or layer.get_mode() != Gimp.LayerMode.NORMAL
