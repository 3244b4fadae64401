"""To GIMP: a new image, the image converted, the layer in other colours.

Palettes and pixels come in ready, as bytes: an undo group or a half-made image lasts no
longer than the writing, since GIMP's Cancel button kills the process at once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import gi

gi.require_version("Babl", "0.1")
gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from gi.repository import Babl, Gegl, Gimp, GLib

import engine
from errors import UserError
from gimp_io.layers import RGB, RGBA, STRIP, Part, gone
from i18n import _

if TYPE_CHECKING:
    from typing import TypeAlias

    Pixels: TypeAlias = bytearray | memoryview


_QUICK_MASK = "Quick Mask"  # the same in all languages
# In the names of the parasites by which GIMP attaches the values of a run to an image.
_PROCEDURE = "plug-in-quantize-kmeans"


class LayerMap(NamedTuple):
    """The index map of a layer, and where it is to be in the image.

    `indices` and `alpha` are a byte for each pixel; alpha is None if all pixels are opaque.
    """

    layer: Gimp.Layer | None
    x: int
    y: int
    width: int
    height: int
    indices: memoryview
    alpha: memoryview | None

    @classmethod
    def fetch(cls, part: Part, target: int) -> LayerMap:
        """Return a target's index map: no worker is asked once the writing has begun."""
        return cls(part.layer, *part.area, *engine.load().index_map(target))


def prepare_indexed() -> None:
    """Let babl find how the colours of indexed layers are converted, which takes it 0.2 s once.

    It would do so at an indexed layer's first use, while the image is half made.
    """
    color = Gegl.Color()
    for given, wanted in ((RGB, RGBA), (RGB, "RGBA double"), (RGBA, "RGBA double")):
        color.set_bytes(Babl.format(given), GLib.Bytes.new(bytes(4 if given == RGBA else 3)))
        color.get_bytes(Babl.format(wanted))


def new_image(
    original: Gimp.Image, maps: list[LayerMap], palette: Gimp.Palette, *, crop: bool
) -> Gimp.Image:
    """Make an indexed image of the quantized layers; all else is as in the original.

    Parameters
    ----------
    original : Gimp.Image
        What the new image has its canvas, resolution, guides, channels, metadata and comment from.
    maps : list of LayerMap
    palette : Gimp.Palette
    crop : bool
        Whether the canvas becomes as large as the only layer.
    """
    image = original.duplicate()
    try:
        image.undo_disable()  # making it is nothing that its user did
        for name in image.get_parasite_list():
            if _PROCEDURE in name:  # they are those of the original
                image.detach_parasite(name)
        for layer in image.get_layers():
            done = image.remove_layer(layer)
            _must(done, _("GIMP could not convert the image to indexed colours"))
        quick_mask = image.get_channel_by_name(_QUICK_MASK)
        if quick_mask is not None:
            image.remove_channel(quick_mask)
        Gimp.Selection.none(image)
        _make_indexed(image, palette)
        if crop and len(maps) == 1:
            (only,) = maps
            done = image.resize(only.width, only.height, -only.x, -only.y)
            _must(done, _("GIMP could not crop the new image"))
            maps = [only._replace(x=0, y=0)]
        for position, made in enumerate(maps):
            # A frame that is hidden stays so; a single layer is there to be seen.
            visible = len(maps) == 1 or made.layer.get_visible()
            _insert_layer(image, position, made, visible=visible)
        _propose_name(image, original, palette.get_color_count())
        image.undo_enable()
    except BaseException:
        image.delete()
        raise
    return image


def _insert_layer(image: Gimp.Image, position: int, made: LayerMap, *, visible: bool) -> None:
    kind = Gimp.ImageType.INDEXEDA_IMAGE if made.alpha is not None else Gimp.ImageType.INDEXED_IMAGE
    mode = Gimp.LayerMode.NORMAL
    name = _("Visible") if made.layer is None else made.layer.get_name()
    layer = Gimp.Layer.new(image, name, made.width, made.height, kind, 100.0, mode)
    done = image.insert_layer(layer, None, position)
    _must(done, _("GIMP could not put a layer into the new image"))
    layer.set_offsets(made.x, made.y)
    layer.set_visible(visible)
    _write_indices(layer, made)


def _propose_name(image: Gimp.Image, original: Gimp.Image, colors: int) -> None:
    """Make Export propose the original's folder and name, with the number of colours.

    GIMP takes both from the XCF file that an image is said to be saved in, and Save writes to that
    without asking. So it is a name that no file has, and no image that is open.
    """
    files = (original.get_file(), original.get_imported_file(), original.get_exported_file())
    source = next((file for file in files if file is not None), None)
    if source is None or not source.is_native():
        return
    stem = f"{Path(source.get_basename()).stem}-{colors}"
    taken = [other.get_xcf_file() for other in Gimp.get_images()]
    for suffix in ("", *(f"-{number}" for number in range(2, 100))):
        file = source.get_parent().get_child(f"{stem}{suffix}.xcf")
        is_open = any(other is not None and other.equal(file) for other in taken)
        if not is_open and not file.query_exists():
            image.set_file(file)
            return


def convert(image: Gimp.Image, maps: list[LayerMap], palette: Gimp.Palette) -> Gimp.Image:
    """Convert an image to indexed colours, each layer by its own index map, in one undo step."""
    with _one_undo_step(image):
        for made in maps:
            _make_plain(made.layer)
            _merge(made.layer)
        _make_indexed(image, palette)
        for made in maps:
            _write_indices(made.layer, made)
    return image


def _make_indexed(image: Gimp.Image, palette: Gimp.Palette) -> None:
    """Make an image indexed with this palette in this order, whatever its layers look like then."""
    make_8_bit_rgb(image)
    # GIMP maps in CIELab through a coarse cube. Exact indices are written over its own.
    done = image.convert_indexed(
        Gimp.ConvertDitherType.NONE,
        Gimp.ConvertPaletteType.CUSTOM,
        0,
        False,
        False,
        palette.get_name(),
    )
    _must(done, _("GIMP could not convert the image to indexed colours"))


def make_8_bit_rgb(image: Gimp.Image) -> None:
    """Convert an image to sRGB of 8 bits, which alone can become indexed."""
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


def _make_plain(layer: Gimp.Layer) -> None:
    """Make pixels of a text, which GIMP would draw anew at redo, over what is written."""
    if layer.is_text_layer() and hasattr(layer, "rasterize"):  # since GIMP 3.2
        layer.rasterize()


def _merge(layer: Gimp.Layer) -> None:
    """Leave of a layer the pixels that are seen, its filters included."""
    # Without filters this would do harm: GIMP then takes soft selections for softer ones.
    if layer.get_filters():
        layer.merge_filters()


def replace_colors(area: Part, pixels: memoryview, babl_format: str) -> Gimp.Image:
    """Replace the pixels of a part of a layer, in one undo step."""
    layer = area.layer
    with _one_undo_step(layer.get_image()):
        _merge(layer)
        left, top = list(layer.get_offsets())[1:]
        x, y, width, height = area.area
        part = (x - left, y - top, width, height)
        _write(layer.get_shadow_buffer(), *part, pixels, babl_format)
        # Within the selection, whatever that meant for the palette: GIMP's filters write no more.
        _must(layer.merge_shadow(True), _("GIMP could not write into the layer"))
        layer.update(*part)
    return layer.get_image()


def _write_indices(layer: Gimp.Layer, made: LayerMap) -> None:
    pixels = made.indices
    if layer.has_alpha():
        pixels = bytearray(b"\xff") * (2 * len(made.indices))
        pixels[::2] = made.indices
        if made.alpha is not None:
            pixels[1::2] = made.alpha
    write_pixels(layer, pixels, _format_of(layer))


def write_pixels(layer: Gimp.Layer, pixels: Pixels, babl_format: str) -> None:
    """Write all pixels of a layer; there is no undo step for it."""
    area = 0, 0, layer.get_width(), layer.get_height()
    _write(layer.get_buffer(), *area, pixels, babl_format)
    layer.update(*area)


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
    pixels: Pixels,
    babl_format: str,
) -> None:
    """Write a rectangle of a buffer, in strips: Python and GEGL each hold a copy of one."""
    row = len(pixels) // height
    for top in range(0, height, STRIP):
        rows = min(STRIP, height - top)
        rectangle = Gegl.Rectangle.new(x, y + top, width, rows)
        buffer.set(rectangle, babl_format, bytes(pixels[row * top : row * (top + rows)]))
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
        raise UserError(msg.format(failure=otherwise, reason=reason))
