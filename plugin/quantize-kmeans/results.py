"""To GIMP: a new image, the image converted, the layer in other colours.

Palettes and pixels come in ready, in strips of bytes: an undo group or a half-made image lasts no
longer than the writing, since GIMP's Cancel button kills the process at once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import gi

gi.require_version("Babl", "0.1")
gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from gi.repository import Babl, Gegl, Gimp, GLib

from refusal import Refusal
from source import RGB, RGBA, STRIP, Source, gone
from words import _

if TYPE_CHECKING:
    from index_map import IndexMap


class LayerMap(NamedTuple):
    """The index map of a layer, and where it is to be in the image.

    `strips` are of `STRIP` rows: indices, and alpha unless all is opaque.
    """

    layer: Gimp.Layer
    x: int
    y: int
    width: int
    height: int
    has_holes: bool
    strips: list[tuple[bytes, bytes | None]]

    @classmethod
    def of(cls, layer: Gimp.Layer, x: int, y: int, made: IndexMap) -> LayerMap:
        """Fetch an index map: nothing is to be asked of a worker once the writing has begun."""
        strips = [made.strip(top, STRIP) for top in range(0, made.height, STRIP)]
        return cls(layer, x, y, made.width, made.height, made.has_holes, strips)


def check_convertible(image: Gimp.Image) -> None:
    """Refuse an image that cannot be converted to indexed colours as it is."""
    if any(layer.is_group() for layer in image.get_layers()):
        msg = _(
            "GIMP cannot convert layer groups to indexed colours. Merge them first, or choose a "
            "new image."
        )
        raise Refusal(msg)
    if image.get_floating_sel() is not None:
        msg = _("There is a floating selection. Anchor it first, or choose a new image.")
        raise Refusal(msg)


def check_layer_takes_colors(image: Gimp.Image, layer: Gimp.Layer, *, alpha: bool) -> None:
    """Refuse a layer whose colours, and its alpha where that is meant, cannot be replaced."""
    if image.get_base_type() == Gimp.ImageBaseType.INDEXED:
        msg = _("A layer of an indexed image takes no new colours. Convert the image instead.")
        raise Refusal(msg)
    item = layer
    while item is not None:  # a locked group locks all within
        if item.get_lock_content():
            msg = _("The pixels of “{layer}” are locked. Unlock them, or choose a new image.")
            raise Refusal(msg.format(layer=item.get_name()))
        item = item.get_parent()
    if alpha and layer.get_lock_alpha():
        msg = _(
            "The alpha of “{layer}” is locked. Unlock it, or leave out the matte and the dithered "
            "alpha."
        )
        raise Refusal(msg.format(layer=layer.get_name()))


def prepare_indexed() -> None:
    """Let babl find how the colours of indexed layers are converted, which takes it 0.2 s once.

    It would do so at an indexed layer's first use, while the image is half made.
    """
    color = Gegl.Color()
    for given, wanted in ((RGB, RGBA), (RGB, "RGBA double"), (RGBA, "RGBA double")):
        color.set_bytes(Babl.format(given), GLib.Bytes.new(bytes(4 if given == RGBA else 3)))
        color.get_bytes(Babl.format(wanted))


def new_image(
    original: Gimp.Image, size: tuple[int, int], maps: list[LayerMap], palette: Gimp.Palette
) -> Gimp.Image:
    """Make an indexed image of the quantized layers."""
    image = Gimp.Image.new(*size, Gimp.ImageBaseType.INDEXED)
    try:
        image.undo_disable()  # making it is nothing that its user did
        image.set_resolution(*list(original.get_resolution())[1:])
        image.set_palette(palette)
        for position, made in enumerate(maps):
            # A frame that is hidden stays so; a single layer is there to be seen.
            visible = len(maps) == 1 or made.layer.get_visible()
            _insert_layer(image, position, made, visible=visible)
        image.undo_enable()
    except BaseException:
        image.delete()
        raise
    return image


def _insert_layer(image: Gimp.Image, position: int, made: LayerMap, *, visible: bool) -> None:
    kind = Gimp.ImageType.INDEXEDA_IMAGE if made.has_holes else Gimp.ImageType.INDEXED_IMAGE
    mode = Gimp.LayerMode.NORMAL
    name = made.layer.get_name()
    layer = Gimp.Layer.new(image, name, made.width, made.height, kind, 100.0, mode)
    done = image.insert_layer(layer, None, position)
    _must(done, _("GIMP could not put a layer into the new image"))
    layer.set_offsets(made.x, made.y)
    layer.set_visible(visible)
    _write_indices(layer, made)


def convert(image: Gimp.Image, maps: list[LayerMap], palette: Gimp.Palette) -> Gimp.Image:
    """Convert an image to indexed colours, each layer by its own index map, in one undo step."""
    with _one_undo_step(image):
        for made in maps:
            made.layer.merge_filters()
        if image.get_base_type() != Gimp.ImageBaseType.RGB:
            _must(image.convert_rgb(), _("GIMP could not convert the image to RGB"))
        if image.get_color_profile() is not None:
            intent = Gimp.ColorRenderingIntent.RELATIVE_COLORIMETRIC
            srgb = Gimp.ColorProfile.new_rgb_srgb()
            done = image.convert_color_profile(srgb, intent, True)
            _must(done, _("GIMP could not convert the image to sRGB"))
        if image.get_precision() != Gimp.Precision.U8_NON_LINEAR:
            done = image.convert_precision(Gimp.Precision.U8_NON_LINEAR)
            _must(done, _("GIMP could not convert the image to 8 bits"))
        # GIMP maps in CIELab through a coarse cube; what counts here is that the image is
        # indexed, with this palette in this order. The exact indices are written over its own.
        done = image.convert_indexed(
            Gimp.ConvertDitherType.NONE,
            Gimp.ConvertPaletteType.CUSTOM,
            0,
            False,
            False,
            palette.get_name(),
        )
        _must(done, _("GIMP could not convert the image to indexed colours"))
        for made in maps:
            _write_indices(made.layer, made)
    return image


def replace_colors(source: Source, strips: list[bytes], babl_format: str) -> Gimp.Image:
    """Replace the source's pixels in its layer, in one undo step."""
    layer = source.layer
    with _one_undo_step(layer.get_image()):
        layer.merge_filters()
        left, top = list(layer.get_offsets())[1:]
        part = (source.x - left, source.y - top, source.width, source.height)
        _write(layer.get_shadow_buffer(), *part, strips, babl_format)
        # Within the selection, whatever that meant for the palette: GIMP's filters write no more.
        _must(layer.merge_shadow(True), _("GIMP could not write into the layer"))
        layer.update(*part)
    return layer.get_image()


def _write_indices(layer: Gimp.Layer, made: LayerMap) -> None:
    part = 0, 0, made.width, made.height
    has_alpha = layer.has_alpha()
    strips = (_with_alpha(*strip) if has_alpha else strip[0] for strip in made.strips)
    _write(layer.get_buffer(), *part, strips, _format_of(layer))
    layer.update(*part)


def _with_alpha(indices: bytes, alpha: bytes | None) -> bytes:
    """Give pixels of an indexed layer with alpha, opaque unless that says otherwise."""
    pixels = bytearray(b"\xff") * (2 * len(indices))
    pixels[::2] = indices
    if alpha is not None:
        pixels[1::2] = alpha
    return bytes(pixels)


def _format_of(layer: Gimp.Layer) -> str:
    """Give the format of an indexed layer, which names its palette: it alone has it."""
    babl_format = layer.get_format()
    if babl_format is None:  # somebody has closed the image
        raise gone()
    return Babl.get_name(babl_format)


def _write(
    buffer: Gegl.Buffer,
    x: int,
    y: int,
    width: int,
    height: int,
    strips: Iterable[bytes],
    babl_format: str,
) -> None:
    """Write strips of `STRIP` rows into a rectangle of a buffer."""
    for top, strip in zip(range(0, height, STRIP), strips, strict=True):
        rectangle = Gegl.Rectangle.new(x, y + top, width, min(STRIP, height - top))
        buffer.set(rectangle, babl_format, strip)
    buffer.flush()


@contextlib.contextmanager
def _one_undo_step(image: Gimp.Image) -> Iterator[None]:
    image.undo_group_start()
    try:
        yield
    finally:
        image.undo_group_end()


def _must(done: bool, otherwise: str) -> None:
    """Refuse where a procedure of GIMP failed: it says so, it does not raise."""
    if not done:
        reason = Gimp.get_pdb().get_last_error() or _("no reason given")
        msg = _("{failure}: {reason}. Undo once to take back what was begun.")
        raise Refusal(msg.format(failure=otherwise, reason=reason))
