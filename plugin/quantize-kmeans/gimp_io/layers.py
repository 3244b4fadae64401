"""Layers of GIMP: the selected one, and the pixels of layers, masks and selections."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from gi.repository import Gegl, Gimp, Gio

import engine
from errors import UserError
from i18n import _

Area: TypeAlias = tuple[int, int, int, int]  # x, y, width and height
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
    """The data that is read from a layer, or from the visible image, by the keys of buffers."""

    layer: Gimp.Layer | None  # None for the visible image
    area: Area
    pixels: str  # as the user sees the layer: with its filters, without its mask
    mask: str | None = None  # also None for a layer mask that is switched off
    selection: str | None = None  # None where it does not matter
    use: str = "only"  # what the selection is for, or "more"

    @property
    def is_visible(self) -> bool:
        """Whether the layer is visible."""
        return self.layer is None or self.layer.get_visible()

    def describe(self, *, is_masked: bool = True) -> dict[str, Any]:
        """Return the part as `PreviewSession.open` takes it, with its layer mask or without."""
        description = self._asdict()
        del description["layer"]
        return description if is_masked else description | {"mask": None}


def check_drawables(drawables: list[Gimp.Drawable]) -> Gimp.Layer | None:
    """Return the only selected layer, None if there are several; raise a `UserError` if none.

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
        raise UserError(_("No layer is selected. Select one in the Layers dialog."))
    return layers[0] if len(layers) == 1 else None


def area_within(drawable: Gimp.Drawable, area: Area) -> Area:
    """Return an area of the image in the coordinates of a drawable."""
    left, top = list(drawable.get_offsets())[1:]
    x, y, width, height = area
    return x - left, y - top, width, height


def files_of(image: Gimp.Image) -> list[Gio.File]:
    """Return the files that an image was saved in, opened from or exported to, as far as known."""
    files = (image.get_file(), image.get_imported_file(), image.get_exported_file())
    return [file for file in files if file is not None]


def check_exists(image: Gimp.Image, layer: Gimp.Layer | None) -> None:
    """Raise a `UserError` if the user has closed the image or deleted the layer."""
    if not image.is_valid() or (layer is not None and not layer.is_valid()):
        raise missing_image_error()


def missing_image_error() -> UserError:
    """Return the error for an image or a layer that was closed or deleted."""
    msg = _("The image was closed or its layer deleted. Reopen the image and run the filter again.")
    return UserError(msg)


class PixelReader:
    """Reads pixels of an image into buffers of the session.

    What has been read stays there. When it is read again, a buffer is replaced only if its pixels
    have changed, so that all that is known about the others stays known.
    """

    def __init__(self, image: Gimp.Image) -> None:
        self._image = image
        self._buffers: dict[str, tuple[Area, str, memoryview]] = {}

    def read_selection(self, area: Area) -> str:
        """Read how much the pixels of an area of the image are selected, 0 to 255."""
        return self._read("selection", self._image.get_selection(), area, MASK)

    def read_visible(self, image: Gimp.Image, key: str) -> Part:
        """Read the visible pixels of the image, or of a copy of it."""
        elsewhere = _empty_copy(image, takes_any_color=True)
        try:
            return self._read_pixels(key, Gimp.Layer.new_from_visible(image, elsewhere, "visible"))
        finally:
            elsewhere.delete()

    def read_side_by_side(self) -> Part:
        """Read what the image shows if each layer counts as it is, without opacity and mode."""
        copy = self._image.duplicate()
        try:
            for layer in copy.get_layers():
                layer.set_opacity(100)
                layer.set_mode(Gimp.LayerMode.NORMAL)
            return self.read_visible(copy, "side-by-side")
        finally:
            copy.delete()

    def read_layer(self, layer: Gimp.Layer) -> Part:
        """Read a layer, or what is seen of a layer group, with its filters."""
        with _merged(layer) as seen:
            part = self._read_pixels(f"layer-{layer.get_id()}", seen)._replace(layer=layer)
            mask = layer.get_mask()
            if mask is None or not layer.get_apply_mask():
                return part
            key = self._read(f"mask-{layer.get_id()}", mask, part.area, MASK)
            return part._replace(mask=key)

    def read_alpha(self, part: Part) -> str | None:
        """Read the alpha of a part as exactly as its layer has it; None where it has none."""
        with _merged(part.layer) as seen:
            if not seen.has_alpha():
                return None
            return self._read("alpha", seen, part.area, ALPHA)

    def _read_pixels(self, key: str, layer: Gimp.Layer) -> Part:
        left, top = list(layer.get_offsets())[1:]
        area = left, top, layer.get_width(), layer.get_height()
        # Without alpha it is read as it is: GEGL would make one slowly.
        babl_format = RGBA if layer.has_alpha() else RGB
        return Part(None, area, self._read(key, layer, area, babl_format))

    def _read(self, key: str, drawable: Gimp.Drawable, area: Area, babl_format: str) -> str:
        """Read an area of the image from a drawable, and return the key."""
        known_area, known_format, memory = self._buffers.get(key, (None, None, None))
        is_known = (known_area, known_format) == (area, babl_format)
        if not is_known:
            memory = engine.session().allocate(key, area, _KINDS[babl_format])
        source, start = drawable.get_buffer(), 0
        x, y, width, height = area_within(drawable, area)
        for top in range(0, height, STRIP):
            rectangle = Gegl.Rectangle.new(x, y + top, width, min(STRIP, height - top))
            strip = source.get(rectangle, 1.0, babl_format, Gegl.AbyssPolicy.NONE)
            end = start + len(strip)
            if is_known and bytes(memory[start:end]) != strip:
                before, memory = memory, engine.session().allocate(key, area, _KINDS[babl_format])
                memory[:start] = before[:start]
                is_known = False
            if not is_known:
                memory[start:end] = strip
            start = end
        self._buffers[key] = area, babl_format, memory
        return key


@contextlib.contextmanager
def _merged(layer: Gimp.Layer) -> Iterator[Gimp.Layer]:
    """Provide a layer whose buffer holds what is seen of this one."""
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
