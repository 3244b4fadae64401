"""Projections: what GIMP shows of an image whose layers are converted, found out in a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

from gimp_io.image_writer import make_8_bit_rgb, write_strips
from gimp_io.layers import RGBA, STRIP, gone, read_visible

if TYPE_CHECKING:
    from engine.index_map import IndexMap
    from engine.plane import Plane
    from gimp_io.layers import Part


def is_blended(parts: list[Part]) -> bool:
    """Return whether a layer lets others shine through, so that GIMP mixes palette colours."""
    return any(_blends(part.layer) for part in parts if part.is_visible)


def project(image: Gimp.Image, maps: list[IndexMap]) -> Plane:
    """Return what is seen of an image if each of its layers is put into these index maps."""
    if not image.is_valid():
        raise gone()
    copy = image.duplicate()
    try:
        copy.undo_disable()
        make_8_bit_rgb(copy)
        for layer, made in zip(copy.get_layers(), maps, strict=True):
            layer.set_lock_content(False)
            layer.merge_filters()
            strips = (made.pixels(top, STRIP) for top in range(0, made.height, STRIP))
            write_strips(layer, strips, RGBA)
        return read_visible(copy).pixels
    finally:
        copy.delete()


def _blends(layer: Gimp.Layer) -> bool:
    is_masked = layer.get_mask() is not None and layer.get_apply_mask()
    return is_masked or layer.get_opacity() < 100 or layer.get_mode() != Gimp.LayerMode.NORMAL
