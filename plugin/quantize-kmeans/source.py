"""From GIMP: which layer is meant, and its pixels."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gi

gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from gi.repository import Gegl, Gimp

import engine
from refusal import Refusal
from words import _

if TYPE_CHECKING:
    from plane import Plane

# Named formats are sRGB: GIMP converts from the image's precision and profile.
RGBA = "R'G'B'A u8"
RGBA_EXACT = "R'G'B'A float"
RGB = "R'G'B' u8"
# A selection is linear; "Y' u8" would bend it.
MASK = "Y u8"
# Alpha as exact as any image has it.
ALPHA = "A float"
# GEGL and Python each hold a copy of what is read at once.
STRIP = 256
_KINDS = {RGBA: "rgba", RGB: "rgb", MASK: "mask", ALPHA: "alpha"}


@dataclass(frozen=True)
class Source:
    """The part of a layer that is to be quantized.

    Attributes
    ----------
    layer : Gimp.Layer
    x, y, width, height : int
        The part, in the image's coordinates: the layer, or its part in the selection's bounds.
    pixels : Plane
        As the user sees the layer, its filters included.
    selected : Plane or None
        How much the pixels are selected; None where all are at least by half.
    whole : bool
        Whether the part is all of the layer.
    """

    layer: Gimp.Layer
    x: int
    y: int
    width: int
    height: int
    pixels: Plane
    selected: Plane | None
    whole: bool


def check_drawables(drawables: list[Gimp.Drawable]) -> Gimp.Layer:
    """Give the one layer that is meant, or refuse."""
    if len(drawables) != 1:
        msg = _("{layers} layers are selected. Select the one layer to quantize.")
        if not drawables:
            msg = _("There is no layer. Select the layer to quantize.")
        raise Refusal(msg.format(layers=len(drawables)))
    (layer,) = drawables
    if not isinstance(layer, Gimp.Layer):
        msg = _("“{name}” is not a layer, but a mask or channel. Select the layer itself.")
        raise Refusal(msg.format(name=layer.get_name()))
    if layer.is_group():
        msg = _("“{layer}” is a layer group. Select one layer, or merge the group first.")
        raise Refusal(msg.format(layer=layer.get_name()))
    return layer


def check_there(image: Gimp.Image, layer: Gimp.Layer) -> None:
    """Refuse where the user has closed the image, or deleted the layer, meanwhile."""
    if not image.is_valid() or not layer.is_valid():
        raise gone()


def gone() -> Refusal:
    """Give the refusal of what is no longer there."""
    return Refusal(_("The image or its layer is no longer there. Open it and begin anew."))


def read_source(image: Gimp.Image, layer: Gimp.Layer, selection: str) -> Source:
    """Read the part of a layer that the selection leaves where it means that, or refuse."""
    x, y, pixels = read_layer(layer)
    width, height = pixels.width, pixels.height
    if selection != "only" or Gimp.Selection.is_empty(image):
        return Source(layer, x, y, width, height, pixels, None, whole=True)
    bounds = list(Gimp.Selection.bounds(image))[2:]
    left, top = max(x, bounds[0]), max(y, bounds[1])
    right, bottom = min(x + width, bounds[2]), min(y + height, bounds[3])
    if left >= right or top >= bottom:
        msg = _("The selection misses the layer. Select a part of the layer, or nothing.")
        raise Refusal(msg)
    size = right - left, bottom - top
    selected = read_selection(image, left, top, *size)
    any_is, all_are = selected.selects()
    if not any_is:
        msg = _("No pixel of the layer is selected by half or more. Select more, or nothing.")
        raise Refusal(msg)
    return Source(
        layer,
        left,
        top,
        *size,
        pixels.part(left - x, top - y, *size),
        None if all_are else selected,
        whole=all_are and size == (width, height),
    )


def read_selection(image: Gimp.Image, x: int, y: int, width: int, height: int) -> Plane:
    """Read how much the pixels of a rectangle of the image are selected, 0 to 255."""
    return _read(image.get_selection(), x, y, width, height, MASK)


def read_visible(image: Gimp.Image) -> Plane:
    """Read what an image shows, of all its visible layers."""
    elsewhere = _empty_copy(image)
    try:
        return read_layer(Gimp.Layer.new_from_visible(image, elsewhere, "visible"))[2]
    finally:
        elsewhere.delete()


def read_layer(layer: Gimp.Layer) -> tuple[int, int, Plane]:
    """Read a layer with its filters: its place (x, y) in the image, and its pixels."""
    with _merged(layer) as seen:
        left, top = list(seen.get_offsets())[1:]
        # Without alpha it is read as it is: GEGL would make one slowly.
        babl_format = RGBA if seen.has_alpha() else RGB
        pixels = _read(seen, 0, 0, seen.get_width(), seen.get_height(), babl_format)
        return left, top, pixels


def read_alpha(source: Source) -> Plane | None:
    """Read the alpha of a part as exactly as the layer has it; None where it has none."""
    with _merged(source.layer) as seen:
        if not seen.has_alpha():
            return None
        left, top = list(seen.get_offsets())[1:]
        part = source.x - left, source.y - top, source.width, source.height
        return _read(seen, *part, ALPHA)


@contextlib.contextmanager
def _merged(layer: Gimp.Layer) -> Iterator[Gimp.Layer]:
    """Give a layer whose buffer holds what is seen of this one."""
    if not layer.get_filters():
        yield layer
        return
    # A buffer is what lies below the filters, so they are merged in a copy elsewhere.
    elsewhere = _empty_copy(layer.get_image())
    try:
        copy = Gimp.Layer.new_from_drawable(layer, elsewhere)
        elsewhere.insert_layer(copy, None, 0)
        copy.merge_filters()
        yield copy
    finally:
        elsewhere.delete()


def _empty_copy(image: Gimp.Image) -> Gimp.Image:
    """Make an image of the same kind without any layers."""
    elsewhere = Gimp.Image.new_with_precision(
        image.get_width(), image.get_height(), image.get_base_type(), image.get_precision()
    )
    if image.get_base_type() == Gimp.ImageBaseType.INDEXED:
        elsewhere.set_palette(image.get_palette())
    elsewhere.set_color_profile(image.get_effective_color_profile())
    return elsewhere


def _read(
    drawable: Gimp.Drawable, x: int, y: int, width: int, height: int, babl_format: str
) -> Plane:
    """Read a rectangle, in the drawable's coordinates."""
    buffer, plane = drawable.get_buffer(), engine.load().plane(width, height, _KINDS[babl_format])
    for top in range(0, height, STRIP):
        rows = min(STRIP, height - top)
        rectangle = Gegl.Rectangle.new(x, y + top, width, rows)
        plane.put(top, rows, buffer.get(rectangle, 1.0, babl_format, Gegl.AbyssPolicy.NONE))
    return plane
