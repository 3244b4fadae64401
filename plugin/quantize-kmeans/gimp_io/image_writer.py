"""Images written to GIMP: a new image, the converted image, or a recoloured layer.

Palettes and pixels are ready before: GIMP's Cancel button kills the process at once, so an undo
group or an unfinished image exists no longer than writing takes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gi.repository import Babl, Gegl, Gimp, GLib

import engine
from errors import UserError
from gimp_io.layers import RGB, RGBA, STRIP, area_within, files_of, missing_image_error
from i18n import _

if TYPE_CHECKING:
    from gimp_io.layers import Area, Part, PixelReader

_QUICK_MASK = "Quick Mask"  # the same in all languages
# In the names of the parasites by which GIMP attaches the values of a run to an image.
_PROCEDURE = "plug-in-quantize-kmeans"
# A new image has the ID of its source in this parasite, which is not saved: IDs are of one session.
_SOURCE = f"{_PROCEDURE}-source"


class LayerMap(NamedTuple):
    """The index map of a layer: a byte for each pixel, and alpha unless all are opaque."""

    layer: Gimp.Layer | None  # None is the visible image
    area: Area
    indices: memoryview
    alpha: memoryview | None


def prepare_indexed() -> None:
    """Make babl find its conversions for indexed layers, which takes 0.2 seconds once.

    It would do so at the first use of an indexed layer, while the image is unfinished.
    """
    color = Gegl.Color()
    for source, target in ((RGB, RGBA), (RGB, "RGBA double"), (RGBA, "RGBA double")):
        color.set_bytes(Babl.format(source), GLib.Bytes.new(bytes(4 if source == RGBA else 3)))
        color.get_bytes(Babl.format(target))


def new_image(
    original: Gimp.Image, maps: Sequence[LayerMap], palette: Gimp.Palette, *, crop: bool
) -> Gimp.Image:
    """Return an indexed image with these layers; everything else is as in the original.

    That is the canvas (unless it is cropped to the only layer), the resolution, guides, channels,
    metadata and comment.
    """
    image = original.duplicate()
    try:
        image.undo_disable()  # none of this is the user's doing
        for name in image.get_parasite_list():
            if _PROCEDURE in name:  # it belongs to the original
                image.detach_parasite(name)
        for layer in image.get_layers():
            is_done = image.remove_layer(layer)
            _check(is_done, _("GIMP could not convert the image to indexed colors"))
        quick_mask = image.get_channel_by_name(_QUICK_MASK)
        if quick_mask is not None:
            image.remove_channel(quick_mask)
        Gimp.Selection.none(image)
        _make_indexed(image, palette)
        for position, layer_map in enumerate(maps):
            # A hidden frame stays hidden, but a single layer is there to be seen.
            is_visible = len(maps) == 1 or layer_map.layer.get_visible()
            _insert_layer(image, position, layer_map, is_visible)
        if crop:
            x, y, width, height = maps[0].area
            _check(image.resize(width, height, -x, -y), _("GIMP could not crop the new image"))
        _propose_name(image, original, palette.get_color_count())
        image.attach_parasite(Gimp.Parasite.new(_SOURCE, 0, str(original.get_id()).encode()))
        image.undo_enable()
    except BaseException:
        image.delete()
        raise
    return image


def _insert_layer(image: Gimp.Image, position: int, layer_map: LayerMap, is_visible: bool) -> None:
    is_opaque = layer_map.alpha is None
    kind = Gimp.ImageType.INDEXED_IMAGE if is_opaque else Gimp.ImageType.INDEXEDA_IMAGE
    name = _("Visible") if layer_map.layer is None else layer_map.layer.get_name()
    x, y, width, height = layer_map.area
    layer = Gimp.Layer.new(image, name, width, height, kind, 100.0, Gimp.LayerMode.NORMAL)
    is_done = image.insert_layer(layer, None, position)
    _check(is_done, _("GIMP could not add a layer to the new image"))
    layer.set_offsets(x, y)
    layer.set_visible(is_visible)
    _write_indices(layer, layer_map)


def _propose_name(image: Gimp.Image, original: Gimp.Image, colors: int) -> None:
    """Make Export propose the original's folder and name, with the number of colours.

    GIMP takes both from the XCF file that an image is said to be saved in, and Save writes to that
    without asking. So it is a name that no file has, and no open image.
    """
    source = next(iter(files_of(original)), None)
    if source is None or not source.is_native():
        return
    stem = f"{Path(source.get_basename()).stem}-{colors}"
    open_files = [other.get_xcf_file() for other in Gimp.get_images()]
    for suffix in ("", *(f"-{number}" for number in range(2, 100))):
        file = source.get_parent().get_child(f"{stem}{suffix}.xcf")
        is_open = any(other is not None and other.equal(file) for other in open_files)
        if not is_open and not file.query_exists():
            image.set_file(file)
            return


def is_result(image: Gimp.Image) -> bool:
    """Return whether an image is one that `new_image` has made, and still is indexed."""
    is_indexed = image.get_base_type() == Gimp.ImageBaseType.INDEXED
    return is_indexed and image.get_parasite(_SOURCE) is not None


def find_source(image: Gimp.Image) -> Gimp.Image | None:
    """Return the image that a result was made from; None if it is closed, or this is no result."""
    if not is_result(image):
        return None
    number = int(bytes(image.get_parasite(_SOURCE).get_data()))
    return Gimp.Image.get_by_id(number) if Gimp.Image.id_is_valid(number) else None


def convert_image(image: Gimp.Image, maps: Sequence[LayerMap], palette: Gimp.Palette) -> None:
    """Convert an image to indexed colours, each layer by its index map, in one undo step."""
    with _one_undo_step(image):
        for layer, *_map in maps:
            # GIMP would draw a text again at redo, over what is written.
            if layer.is_text_layer() and hasattr(layer, "rasterize"):  # since GIMP 3.2
                layer.rasterize()
            _merge_filters(layer)
        _make_indexed(image, palette)
        for layer_map in maps:
            _write_indices(layer_map.layer, layer_map)


def _make_indexed(image: Gimp.Image, palette: Gimp.Palette) -> None:
    """Make an image indexed with the palette in its order, whatever its layers look like then."""
    _make_8_bit_rgb(image)
    # GIMP maps in CIELAB through a coarse cube. The exact indices are written over its own.
    dither, kind = Gimp.ConvertDitherType.NONE, Gimp.ConvertPaletteType.CUSTOM
    is_done = image.convert_indexed(dither, kind, 0, False, False, palette.get_name())
    _check(is_done, _("GIMP could not convert the image to indexed colors"))


def _make_8_bit_rgb(image: Gimp.Image) -> None:
    """Convert an image to sRGB with 8 bits, the only kind that can become indexed."""
    if image.get_base_type() != Gimp.ImageBaseType.RGB:
        _check(image.convert_rgb(), _("GIMP could not convert the image to RGB"))
    if image.get_color_profile() is not None:
        intent = Gimp.ColorRenderingIntent.RELATIVE_COLORIMETRIC
        srgb = Gimp.ColorProfile.new_rgb_srgb()
        is_done = image.convert_color_profile(srgb, intent, True)
        _check(is_done, _("GIMP could not convert the image to sRGB"))
    if image.get_precision() != Gimp.Precision.U8_NON_LINEAR:
        is_done = image.convert_precision(Gimp.Precision.U8_NON_LINEAR)
        _check(is_done, _("GIMP could not convert the image to 8-bit precision"))


def replace_pixels(part: Part, pixels: memoryview, babl_format: str) -> None:
    """Replace the pixels of a part of a layer, in one undo step."""
    layer = part.layer
    with _one_undo_step(layer.get_image()):
        _merge_filters(layer)
        area = area_within(layer, part.area)
        _write(layer.get_shadow_buffer(), area, pixels, babl_format)
        # This writes within the selection only, whatever that means for the palette.
        _check(layer.merge_shadow(True), _("GIMP could not change the layer"))
        layer.update(*area)


def _merge_filters(layer: Gimp.Layer) -> None:
    # Without filters this would do harm: GIMP then treats soft selections as softer ones.
    if layer.get_filters():
        layer.merge_filters()


def is_blended(parts: Sequence[Part]) -> bool:
    """Return whether a visible layer lets others shine through, so that GIMP mixes colours."""
    return any(_is_blended(part.layer) for part in parts if part.is_visible)


def _is_blended(layer: Gimp.Layer) -> bool:
    is_masked = layer.get_mask() is not None and layer.get_apply_mask()
    return is_masked or layer.get_opacity() < 100 or layer.get_mode() != Gimp.LayerMode.NORMAL


def project(image: Gimp.Image, pixels: PixelReader) -> None:
    """Read the visible pixels of a copy of the image with the result in its layers."""
    if not image.is_valid():
        raise missing_image_error()
    session, copy = engine.session(), image.duplicate()
    try:
        copy.undo_disable()
        _make_8_bit_rgb(copy)
        for number, layer in enumerate(copy.get_layers()):
            layer.set_lock_content(False)
            layer.merge_filters()
            _write_layer(layer, session.recolored(number), RGBA)
        pixels.read_visible(copy, "projection")
        session.prepare("projection")
    finally:
        copy.delete()


def _write_indices(layer: Gimp.Layer, layer_map: LayerMap) -> None:
    pixels = layer_map.indices
    if layer.has_alpha():
        pixels = bytearray(b"\xff") * (2 * len(layer_map.indices))
        pixels[::2] = layer_map.indices
        if layer_map.alpha is not None:
            pixels[1::2] = layer_map.alpha
    babl_format = layer.get_format()  # it names the palette, so no other layer has it
    if babl_format is None:
        raise missing_image_error()
    _write_layer(layer, pixels, Babl.get_name(babl_format))


def _write_layer(layer: Gimp.Layer, pixels: bytearray | memoryview, babl_format: str) -> None:
    """Write all pixels of a layer, without an undo step."""
    area = 0, 0, layer.get_width(), layer.get_height()
    _write(layer.get_buffer(), area, pixels, babl_format)
    layer.update(*area)


def _write(
    buffer: Gegl.Buffer, area: Area, pixels: bytearray | memoryview, babl_format: str
) -> None:
    """Write an area of a buffer in strips, as Python and GEGL each hold a copy of one."""
    x, y, width, height = area
    row_bytes = len(pixels) // height
    for top in range(0, height, STRIP):
        bottom = min(top + STRIP, height)
        rectangle = Gegl.Rectangle.new(x, y + top, width, bottom - top)
        buffer.set(rectangle, babl_format, bytes(pixels[row_bytes * top : row_bytes * bottom]))
    buffer.flush()


@contextlib.contextmanager
def _one_undo_step(image: Gimp.Image) -> Iterator[None]:
    image.undo_group_start()
    try:
        yield
    finally:
        image.undo_group_end()


def _check(is_done: bool, failure: str) -> None:
    """Raise a `UserError` if a procedure of GIMP failed; GIMP itself raises nothing."""
    if not is_done:
        reason = Gimp.get_pdb().get_last_error() or _("unknown reason")
        msg = _("{failure}: {reason}. If the image has changed, choose Edit > Undo.")
        raise UserError(msg.format(failure=failure, reason=reason))
