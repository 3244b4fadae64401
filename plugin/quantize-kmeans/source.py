"""From GIMP to NumPy: which layer is meant, and its pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import gi

gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from gi.repository import Gegl, Gimp

from refusal import Refusal
from words import _

if TYPE_CHECKING:
    import numpy as np

# Named formats are sRGB: GIMP converts from the image's precision and profile.
RGBA = "R'G'B'A u8"
RGB = "R'G'B' u8"
# A selection is linear; "Y' u8" would bend it.
MASK = "Y u8"
# Alpha as exact as any image has it.
ALPHA = "A float"
# GEGL and Python each hold a copy of what is read at once.
STRIP = 256
# A pixel is selected from so much of its mask on.
HALF = 128


@dataclass(frozen=True)
class Source:
    """The part of a layer that is to be quantized.

    Attributes
    ----------
    layer : Gimp.Layer
    x, y, width, height : int
        The part, in the image's coordinates: the layer, or its part in the selection's bounds.
    pixels : (height, width, 4) ndarray of uint8
        sRGB with straight alpha, as the user sees the layer, its filters included.
    selected : (height, width) ndarray of bool, or None
        Which pixels are selected, at least by half; None where all are.
    whole : bool
        Whether the part is all of the layer.
    """

    layer: Gimp.Layer
    x: int
    y: int
    width: int
    height: int
    pixels: np.ndarray
    selected: np.ndarray | None
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
        raise Refusal(_("The image or its layer is no longer there. Open it and begin anew."))


def read_source(image: Gimp.Image, layer: Gimp.Layer, selection: str) -> Source:
    """Read the part of a layer that the selection leaves where it means that, or refuse."""
    import numpy as np

    x, y, pixels = read_layer(layer)
    height, width = pixels.shape[:2]
    if selection != "only" or Gimp.Selection.is_empty(image):
        return Source(layer, x, y, width, height, pixels, None, whole=True)
    bounds = list(Gimp.Selection.bounds(image))[2:]
    left, top = max(x, bounds[0]), max(y, bounds[1])
    right, bottom = min(x + width, bounds[2]), min(y + height, bounds[3])
    if left >= right or top >= bottom:
        msg = _("The selection misses the layer. Select a part of the layer, or nothing.")
        raise Refusal(msg)
    part = pixels[top - y : bottom - y, left - x : right - x]
    selected = read_selection(image, left, top, right - left, bottom - top) >= HALF
    if not selected.any():
        msg = _("No pixel of the layer is selected by half or more. Select more, or nothing.")
        raise Refusal(msg)
    everything = bool(selected.all())
    return Source(
        layer,
        left,
        top,
        right - left,
        bottom - top,
        np.ascontiguousarray(part),
        None if everything else selected,
        whole=everything and (right - left, bottom - top) == (width, height),
    )


def read_selection(image: Gimp.Image, x: int, y: int, width: int, height: int) -> np.ndarray:
    """Read how much the pixels of a rectangle of the image are selected, 0 to 255."""
    return read_pixels(image.get_selection(), x, y, width, height, MASK)[..., 0]


def read_visible(image: Gimp.Image) -> np.ndarray:
    """Read what an image shows, of all its visible layers, as `RGBA`."""
    elsewhere = _empty_copy(image)
    try:
        return read_layer(Gimp.Layer.new_from_visible(image, elsewhere, "visible"))[2]
    finally:
        elsewhere.delete()


def read_layer(layer: Gimp.Layer) -> tuple[int, int, np.ndarray]:
    """Read a layer with its filters: its place (x, y) in the image, and its pixels as `RGBA`."""
    if not layer.get_filters():
        _, x, y = layer.get_offsets()
        return x, y, read_pixels(layer, 0, 0, layer.get_width(), layer.get_height(), RGBA)
    # A buffer is what lies below the filters, so they are merged in a copy elsewhere.
    elsewhere = _empty_copy(layer.get_image())
    try:
        copy = Gimp.Layer.new_from_drawable(layer, elsewhere)
        elsewhere.insert_layer(copy, None, 0)
        copy.merge_filters()
        return read_layer(copy)
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


def read_pixels(
    drawable: Gimp.Drawable, x: int, y: int, width: int, height: int, babl_format: str
) -> np.ndarray:
    """Read a rectangle, in the drawable's coordinates, as a (height, width, channels) array.

    It is of uint8, or of float32 for `ALPHA`.
    """
    import numpy as np

    buffer = drawable.get_buffer()
    dtype = np.float32 if babl_format == ALPHA else np.uint8
    if babl_format == RGBA and not drawable.has_alpha():  # GEGL would make one slowly
        pixels = np.full((height, width, 4), 255, np.uint8)
        babl_format, read = RGB, pixels[..., :3]
    else:
        pixels = read = np.empty((height, width, 4 if babl_format == RGBA else 1), dtype)
    for top in range(0, height, STRIP):
        rows = min(STRIP, height - top)
        rectangle = Gegl.Rectangle.new(x, y + top, width, rows)
        strip = buffer.get(rectangle, 1.0, babl_format, Gegl.AbyssPolicy.NONE)
        read[top : top + rows] = np.frombuffer(strip, dtype).reshape(rows, width, -1)
    return pixels
