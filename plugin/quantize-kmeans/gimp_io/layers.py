"""From GIMP: which layer is meant, and the pixels of layers, masks and selections."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import gi

gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from gi.repository import Gegl, Gimp

import engine
from errors import UserError
from i18n import _

if TYPE_CHECKING:
    from engine.plane import Plane

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


class Part(NamedTuple):
    """What is read of a layer, or of the visible image.

    Attributes
    ----------
    layer : Gimp.Layer or None
        None for the visible image.
    x, y, width, height : int
        Its place in the image's coordinates.
    pixels : Plane
        As the user sees the layer, its filters included, but not its mask.
    mask : Plane or None
        How much its layer mask shows; None where it has none, or one that is switched off.
    selected : Plane or None
        How much the pixels are selected; None where the selection does not cut anything off.
    """

    layer: Gimp.Layer | None
    x: int
    y: int
    width: int
    height: int
    pixels: Plane
    mask: Plane | None = None
    selected: Plane | None = None

    @property
    def is_visible(self) -> bool:
        """Whether the layer is visible."""
        return self.layer is None or self.layer.get_visible()

    def with_mask(self) -> Part:
        """Return the part with the layer mask as transparency."""
        if self.mask is None:
            return self
        return self._replace(pixels=self.pixels.masked(self.mask), mask=None)

    def cut(self, image: Gimp.Image) -> Part:
        """Return what the selection leaves of the part, or refuse where that is nothing."""
        bounds = list(Gimp.Selection.bounds(image))[2:]
        left, top = max(self.x, bounds[0]), max(self.y, bounds[1])
        right = min(self.x + self.width, bounds[2])
        bottom = min(self.y + self.height, bounds[3])
        if left >= right or top >= bottom:
            msg = _("The selection misses the layer. Select a part of the layer, or nothing.")
            raise UserError(msg)
        size = right - left, bottom - top
        selected = read_selection(image, left, top, *size)
        if not selected.selects()[0]:
            msg = _("No pixel of the layer is selected by half or more. Select more, or nothing.")
            raise UserError(msg)
        area = left - self.x, top - self.y, *size
        mask = None if self.mask is None else self.mask.part(*area)
        return Part(self.layer, left, top, *size, self.pixels.part(*area), mask, selected)


def check_drawables(drawables: list[Gimp.Drawable]) -> Gimp.Layer | None:
    """Return the one layer that is selected, None if there are several, or refuse.

    A layer mask stands for its layer: a click on it in the Layers dialog selects it.
    """
    layers = []
    for drawable in drawables:
        layer = drawable
        if isinstance(drawable, Gimp.LayerMask):
            layer = Gimp.Layer.from_mask(drawable)
        if not isinstance(layer, Gimp.Layer):
            msg = _("“{name}” is a channel. Select a layer in the Layers dialog.")
            raise UserError(msg.format(name=drawable.get_name()))
        if layer not in layers:
            layers.append(layer)
    if not layers:
        raise UserError(_("There is no layer. Select the layer to quantize."))
    return layers[0] if len(layers) == 1 else None


def check_there(image: Gimp.Image, layer: Gimp.Layer | None) -> None:
    """Refuse where the user has closed the image, or deleted the layer, meanwhile."""
    if not image.is_valid() or (layer is not None and not layer.is_valid()):
        raise gone()


def gone() -> UserError:
    """Give the refusal of what is no longer there."""
    return UserError(_("The image or its layer is no longer there. Open it and begin anew."))


def read_selection(image: Gimp.Image, x: int, y: int, width: int, height: int) -> Plane:
    """Read how much the pixels of a rectangle of the image are selected, 0 to 255."""
    return _read(image.get_selection(), x, y, width, height, MASK)


def read_visible(image: Gimp.Image) -> Part:
    """Read what an image shows, of all its visible layers."""
    elsewhere = _empty_copy(image, takes_any_color=True)
    try:
        visible = Gimp.Layer.new_from_visible(image, elsewhere, "visible")
        return read_layer(visible)._replace(layer=None)
    finally:
        elsewhere.delete()


def read_side_by_side(image: Gimp.Image) -> Part:
    """Read what an image shows if each layer counts as it is, without opacity and mode."""
    copy = image.duplicate()
    try:
        for layer in copy.get_layers():
            layer.set_opacity(100)
            layer.set_mode(Gimp.LayerMode.NORMAL)
        return read_visible(copy)
    finally:
        copy.delete()


def read_layer(layer: Gimp.Layer) -> Part:
    """Read a layer, or what is seen of a layer group, with its filters."""
    with _merged(layer) as seen:
        left, top = list(seen.get_offsets())[1:]
        # Without alpha it is read as it is: GEGL would make one slowly.
        babl_format = RGBA if seen.has_alpha() else RGB
        width, height = seen.get_width(), seen.get_height()
        pixels = _read(seen, 0, 0, width, height, babl_format)
        mask = layer.get_mask()
        if mask is not None and layer.get_apply_mask():
            offsets = list(layer.get_offsets())[1:]
            place = left - offsets[0], top - offsets[1]
            mask = _read(mask, *place, width, height, MASK)
        else:
            mask = None
        return Part(layer, left, top, width, height, pixels, mask)


def read_alpha(part: Part) -> Plane | None:
    """Read the alpha of a part as exactly as the layer has it; None where it has none."""
    with _merged(part.layer) as seen:
        if not seen.has_alpha():
            return None
        left, top = list(seen.get_offsets())[1:]
        return _read(seen, part.x - left, part.y - top, part.width, part.height, ALPHA)


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


def _empty_copy(image: Gimp.Image, *, takes_any_color: bool = False) -> Gimp.Image:
    """Make an image of the same kind without any layers, or an RGB image of an indexed one."""
    kind = image.get_base_type()
    if takes_any_color and kind == Gimp.ImageBaseType.INDEXED:
        kind = Gimp.ImageBaseType.RGB
    elsewhere = Gimp.Image.new_with_precision(
        image.get_width(), image.get_height(), kind, image.get_precision()
    )
    if kind == Gimp.ImageBaseType.INDEXED:
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
