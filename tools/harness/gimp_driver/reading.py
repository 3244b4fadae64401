"""Reads images, layers, selections and palettes of GIMP."""

from __future__ import annotations

import base64
import os
from typing import Any

from gi.repository import Babl, Gegl, Gimp

RGBA = "R'G'B'A u8"


def version() -> str:
    """Return GIMP's version."""
    return Gimp.version()


def directory() -> str:
    """Return the user's GIMP folder."""
    return Gimp.directory()


def process() -> int:
    """Return the number of GIMP's own process."""
    return os.getppid()


def merged(image: int) -> dict[str, Any]:
    """Return the pixels that the image shows, of the size of its canvas."""
    copy = Gimp.Image.get_by_id(image).duplicate()
    if copy.get_base_type() == Gimp.ImageBaseType.INDEXED:
        copy.convert_rgb()  # layers that shine through mix palette colours
    layer = copy.merge_visible_layers(Gimp.MergeType.CLIP_TO_IMAGE)
    layer.resize_to_image_size()
    pixels = _pixels(layer, RGBA)
    copy.delete()
    return pixels


def metadata(image: int) -> dict[str, Any]:
    """Return what an image has besides its layers."""
    owner = Gimp.Image.get_by_id(image)
    guides, guide = [], owner.find_next_guide(0)
    while guide:
        guides.append([int(owner.get_guide_orientation(guide)), owner.get_guide_position(guide)])
        guide = owner.find_next_guide(guide)
    point = owner.find_next_sample_point(0)
    comment = owner.get_parasite("gimp-comment")
    return {
        "resolution": list(owner.get_resolution())[1:],
        "unit": owner.get_unit().get_name(),
        "guides": sorted(guides),
        "sample point": list(owner.get_sample_point_position(point))[:2] if point else None,
        "grid": list(owner.grid_get_spacing())[1:],
        "comment": bytes(comment.get_data()).decode().rstrip("\0") if comment else None,
        "Exif": _metadata_tags(owner),
        "channels": [channel.get_name() for channel in owner.get_channels()],
        "file": owner.get_xcf_file().get_path() if owner.get_xcf_file() else None,
    }


def _metadata_tags(image: Gimp.Image) -> str | None:
    """Return an image's Exif, IPTC and XMP; GIMP itself keeps the number of bits up to date."""
    found = image.get_metadata()
    if found is None:
        return None
    return "".join(line for line in found.serialize().split("\n") if "BitsPerSample" not in line)


def selection(image: int) -> str:
    """Return how much each pixel of the canvas is selected, 0 to 255."""
    owner = Gimp.Image.get_by_id(image)
    return _read(owner.get_selection(), "Y u8", owner.get_width(), owner.get_height())


def describe(image: int) -> dict[str, Any]:
    """Return all of an image that a filter could change."""
    owner = Gimp.Image.get_by_id(image)
    profile = owner.get_color_profile()
    return {
        "size": [owner.get_width(), owner.get_height()],
        "base type": int(owner.get_base_type()),
        "precision": int(owner.get_precision()),
        "profile": profile.get_label() if profile else None,
        "dirty": owner.is_dirty(),
        "selection": selection(image),
        "colormap": colormap(image),
        "layers": [_describe_layer(layer) for layer in owner.get_layers()],
    }


def images() -> list[int]:
    """Return the numbers of the open images."""
    return sorted(image.get_id() for image in Gimp.get_images())


def whole_images() -> list[int]:
    """Return the numbers of the images that are finished: others have no undo, or no layer.

    The layers are asked first: between being made and losing its undo an image has none.
    """
    images = [image for image in Gimp.get_images() if image.get_layers()]
    return sorted(image.get_id() for image in images if image.undo_is_enabled())


def layers(image: int) -> list[int]:
    """Return the numbers of an image's layers, the top one first."""
    return [layer.get_id() for layer in Gimp.Image.get_by_id(image).get_layers()]


def colormap(image: int) -> list[list[int]] | None:
    """Return an indexed image's colours."""
    owner = Gimp.Image.get_by_id(image)
    if owner.get_base_type() != Gimp.ImageBaseType.INDEXED:
        return None
    return _colors(owner.get_palette())


def read_rgba(layer: int) -> dict[str, Any]:
    """Return a layer's pixels as 8-bit sRGB with alpha."""
    return _pixels(Gimp.Item.get_by_id(layer), RGBA)


def read_native(layer: int) -> dict[str, Any]:
    """Return a layer's pixels as they are: of an indexed one the indices, and the alpha if any."""
    drawable = Gimp.Item.get_by_id(layer)
    return _pixels(drawable, Babl.get_name(drawable.get_format()))


def read_mask(layer: int) -> dict[str, Any] | None:
    """Return a layer mask's values, 0 to 255; None where there is none."""
    mask = Gimp.Item.get_by_id(layer).get_mask()
    return None if mask is None else _pixels(mask, "Y u8")


def read_alpha(layer: int) -> str:
    """Return a layer's alpha as 32-bit floats."""
    drawable = Gimp.Item.get_by_id(layer)
    return _read(drawable, "A float", drawable.get_width(), drawable.get_height())


def palettes() -> list[str]:
    """Return the names of the palettes, without those of open images."""
    names = [palette.get_name() for palette in Gimp.palettes_get_list("")]
    return sorted(name for name in names if not name.startswith("Colormap of Image"))


def palette(name: str) -> dict[str, Any] | None:
    """Return a palette's colours and entry names."""
    resource = Gimp.Palette.get_by_name(name)
    if resource is None:
        return None
    count = resource.get_color_count()
    return {
        "colors": _colors(resource),
        "columns": resource.get_columns(),
        "names": _entry_names(resource, count),
    }


def active_palette() -> str:
    """Return the name of the active palette."""
    return Gimp.context_get_palette().get_name()


def windows() -> list[int]:
    """Return the numbers of the windows on images, of which GIMP has no list; it begins with 1."""
    return [number for number in range(1, 1000) if Gimp.Display.id_is_valid(number)]


def _describe_layer(layer: Gimp.Layer) -> dict[str, Any]:
    return {
        "name": layer.get_name(),
        "group": layer.is_group(),
        "offsets": list(layer.get_offsets())[1:],
        "visible": layer.get_visible(),
        "filters": len(layer.get_filters()),
        "type": int(layer.type()),
        "pixels": _pixels(layer, Babl.get_name(layer.get_format())),
    }


def _pixels(drawable: Gimp.Drawable, babl_format: str) -> dict[str, Any]:
    width, height = drawable.get_width(), drawable.get_height()
    return {
        "width": width,
        "height": height,
        "data": _read(drawable, babl_format, width, height),
    }


def _read(drawable: Gimp.Drawable, babl_format: str, width: int, height: int) -> str:
    rectangle = Gegl.Rectangle.new(0, 0, width, height)
    data = drawable.get_buffer().get(rectangle, 1.0, babl_format, Gegl.AbyssPolicy.NONE)
    return base64.b64encode(data).decode()


def _colors(palette: Gimp.Palette) -> list[list[int]]:
    levels = bytes(palette.get_colormap(Babl.format("R'G'B' u8"))[0])
    return [list(levels[start : start + 3]) for start in range(0, len(levels), 3)]


def _entry_names(palette: Gimp.Palette, count: int) -> list[str] | None:
    try:
        return [palette.get_entry_name(number)[1] for number in range(count)]
    except UnicodeDecodeError:  # GIMP takes any bytes, its Python bindings do not
        return None
