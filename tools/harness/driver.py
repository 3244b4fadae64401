"""Runs inside a real GIMP and answers the tests' calls, which come over a socket.

GIMP's own Python runs this as a batch command, so it uses only the standard library and GIMP's
bindings. Each public function is one call; pixels travel as base64. Every answer is taken from
GIMP, never from the plug-in under test.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import sys
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from gi.repository import Babl, Gegl, Gimp, Gio

PROCEDURE = "plug-in-quantize-kmeans"
RGBA = "R'G'B'A u8"
PRECISIONS = {
    "u8": Gimp.Precision.U8_NON_LINEAR,
    "u8-linear": Gimp.Precision.U8_LINEAR,
    "u16": Gimp.Precision.U16_NON_LINEAR,
    "float": Gimp.Precision.FLOAT_LINEAR,
}


def version() -> str:
    """Return GIMP's version."""
    return Gimp.version()


def directory() -> str:
    """Return the user's GIMP folder."""
    return Gimp.directory()


def process() -> int:
    """Return the number of GIMP's own process."""
    return os.getppid()


def procedure_exists(name: str) -> bool:
    """Return whether the procedural database has a procedure."""
    return bool(Gimp.get_pdb().procedure_exists(name))


def menu_label() -> str:
    """Return the filter's entry, as GIMP has it."""
    return Gimp.get_pdb().lookup_procedure(PROCEDURE).get_menu_label()


def make_image(
    kind: str,
    precision: str,
    width: int,
    height: int,
    rgba: str,
    offset: tuple[int, int] = (0, 0),
    palette: list[str] | None = None,
    canvas: tuple[int, int] | None = None,
) -> int:
    """Make an image with one layer of the pixels, and return the image's number."""
    base = getattr(Gimp.ImageBaseType, kind.removesuffix("a").upper())
    image = Gimp.Image.new_with_precision(*(canvas or (width, height)), base, PRECISIONS[precision])
    if palette:
        new_palette("for an indexed test image", palette)
        image.set_palette(Gimp.Palette.get_by_name("for an indexed test image"))
        delete_palette("for an indexed test image")
    add_layer(image.get_id(), kind, width, height, rgba, offset)
    image.clean_all()
    return image.get_id()


def add_layer(
    image: int,
    kind: str,
    width: int,
    height: int,
    rgba: str,
    offset: tuple[int, int] = (0, 0),
    name: str = "Läyer",
) -> int:
    """Add a layer on top, and return its number."""
    owner = Gimp.Image.get_by_id(image)
    layer_type = getattr(Gimp.ImageType, f"{kind.upper()}_IMAGE")
    layer = Gimp.Layer.new(owner, name, width, height, layer_type, 100, Gimp.LayerMode.NORMAL)
    owner.insert_layer(layer, None, 0)
    layer.set_offsets(*offset)
    buffer = layer.get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, width, height), RGBA, base64.b64decode(rgba))
    buffer.flush()
    layer.update(0, 0, width, height)
    return layer.get_id()


def add_group(image: int) -> int:
    """Add an empty layer group on top, and return its number."""
    owner = Gimp.Image.get_by_id(image)
    group = Gimp.GroupLayer.new(owner, "A group")
    owner.insert_layer(group, None, 0)
    owner.clean_all()
    return group.get_id()


def add_mask(layer: int, values: str | None = None) -> int:
    """Add a layer mask, of these values from 0 to 255 or white; return its number."""
    owner = Gimp.Item.get_by_id(layer)
    mask = owner.create_mask(Gimp.AddMaskType.WHITE)
    owner.add_mask(mask)
    if values is not None:
        buffer, size = mask.get_buffer(), (mask.get_width(), mask.get_height())
        buffer.set(Gegl.Rectangle.new(0, 0, *size), "Y u8", base64.b64decode(values))
        buffer.flush()
        mask.update(0, 0, *size)
    owner.get_image().clean_all()
    return mask.get_id()


def add_filter(layer: int, operation: str) -> None:
    """Add a non-destructive filter to a layer."""
    drawable = Gimp.Item.get_by_id(layer)
    drawable.append_filter(Gimp.DrawableFilter.new(drawable, operation, "a filter"))
    drawable.get_image().clean_all()


def set_look(
    layer: int, *, opacity: float = 100, visible: bool = True, mode: str = "NORMAL"
) -> None:
    """Set how opaque a layer is, and how it is blended."""
    item = Gimp.Item.get_by_id(layer)
    item.set_opacity(opacity)
    item.set_mode(getattr(Gimp.LayerMode, mode))
    item.set_visible(visible)
    item.get_image().clean_all()


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


def put_into_group(layer: int) -> int:
    """Move a layer into a new layer group, and return the group's number."""
    item = Gimp.Item.get_by_id(layer)
    group = add_group(item.get_image().get_id())
    item.get_image().reorder_item(item, Gimp.Item.get_by_id(group), 0)
    item.get_image().clean_all()
    return group


def lock(item: int, what: str) -> None:
    """Lock a layer's or a group's "content", "alpha", "position" or "visibility"."""
    owner = Gimp.Item.get_by_id(item)
    getattr(owner, f"set_lock_{what}")(True)
    owner.get_image().clean_all()


def switch_off_channel(image: int) -> None:
    """Make the red channel of an image inactive, as a click in the Channels dialog does."""
    Gimp.Image.get_by_id(image).set_component_active(Gimp.ChannelType.RED, False)


def float_selection(image: int) -> int:
    """Float the selected pixels of the top layer, and return the floating selection's number."""
    owner = Gimp.Image.get_by_id(image)
    Gimp.Selection.float(owner, owner.get_layers()[:1], 0, 0)
    owner.clean_all()
    return owner.get_floating_sel().get_id()


def add_channel(image: int) -> int:
    """Add a channel, and return its number."""
    owner = Gimp.Image.get_by_id(image)
    size = owner.get_width(), owner.get_height()
    channel = Gimp.Channel.new(owner, "A channel", *size, 50, Gegl.Color.new("red"))
    owner.insert_channel(channel, None, 0)
    owner.clean_all()
    return channel.get_id()


def add_drawn_layer(image: int, kind: str, file: str) -> int:
    """Insert a "text", a "vector" or a "link" layer on top; return its number."""
    owner = Gimp.Image.get_by_id(image)
    if kind == "text":
        font = Gimp.fonts_get_list("")[0]
        layer = Gimp.TextLayer.new(owner, "Text", font, 14, Gimp.Unit.pixel())
    elif kind == "link":
        layer = Gimp.LinkLayer.new(owner, Gio.File.new_for_path(file))
    else:
        path = Gimp.Path.new(owner, "A path")
        owner.insert_path(path, None, 0)
        points = [place for corner in ((5, 5), (25, 5), (25, 25)) for place in corner * 3]
        path.stroke_new_from_points(Gimp.PathStrokeType.BEZIER, points, True)
        layer = Gimp.VectorLayer.new(owner, path)
    owner.insert_layer(layer, None, 0)
    if kind == "vector":
        layer.refresh()
    owner.clean_all()
    return layer.get_id()


def set_metadata(image: int, comment: str) -> None:
    """Add guides, a resolution, a unit, a sample point, a grid and a comment to an image."""
    owner = Gimp.Image.get_by_id(image)
    owner.set_resolution(123, 77)
    owner.set_unit(Gimp.Unit.mm())
    owner.add_hguide(7)
    owner.add_vguide(9)
    owner.add_sample_point(3, 4)
    owner.grid_set_spacing(5, 6)
    owner.attach_parasite(Gimp.Parasite.new("gimp-comment", 1, comment.encode() + b"\0"))
    owner.clean_all()


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


def set_profile(image: int, path: str) -> None:
    """Assign the colour profile in a file."""
    Gimp.Image.get_by_id(image).set_color_profile(
        Gimp.ColorProfile.new_from_file(Gio.File.new_for_path(path))
    )
    Gimp.Image.get_by_id(image).clean_all()


def load(path: str) -> int:
    """Load a file, and return the image's number."""
    file = Gio.File.new_for_path(path)
    return Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file).get_id()


def save(image: int, path: str) -> None:
    """Save or export an image."""
    file = Gio.File.new_for_path(path)
    assert Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, Gimp.Image.get_by_id(image), file, None)


def save_as(image: int, path: str) -> None:
    """Save an image as XCF, and call it so from now on."""
    save(image, path)
    Gimp.Image.get_by_id(image).set_file(Gio.File.new_for_path(path))


def show(image: int) -> int:
    """Open a window on an image, and return the window's number."""
    display = Gimp.Display.new(Gimp.Image.get_by_id(image))
    Gimp.displays_flush()
    return display.get_id()


def select_rectangle(image: int, x: int, y: int, width: int, height: int) -> None:
    """Select a rectangle, in the image's coordinates."""
    Gimp.Image.get_by_id(image).select_rectangle(Gimp.ChannelOps.REPLACE, x, y, width, height)


def select_ellipse(image: int, x: int, y: int, width: int, height: int) -> list[int]:
    """Select an ellipse, and return the selection's bounds."""
    owner = Gimp.Image.get_by_id(image)
    owner.select_ellipse(Gimp.ChannelOps.REPLACE, x, y, width, height)
    _, _, *bounds = Gimp.Selection.bounds(owner)
    return bounds


def selection(image: int) -> str:
    """Return how much each pixel of the canvas is selected, 0 to 255."""
    owner = Gimp.Image.get_by_id(image)
    return _read(owner.get_selection(), "Y u8", owner.get_width(), owner.get_height())


def quantize(
    image: int,
    drawables: list[int] | None = None,
    run_mode: str = "noninteractive",
    *,
    plain: bool = True,
    **arguments: Any,
) -> dict[str, Any]:
    """Run the filter, by default on the image's top layer, and return what it returned.

    Plain is what palette_core's functions do by default; else the filter's own defaults hold.
    """
    if plain:
        arguments = {"space": "srgb", "dither": "none", **arguments}
    config = _configured(image, drawables, run_mode, arguments)
    values = config.get_procedure().run(config)
    if values.index(0) != Gimp.PDBStatusType.SUCCESS:
        return {"ok": False, "message": str(values.index(1))}
    result = values.index(1)
    return {
        "ok": True,
        "image": result.get_id(),
        "colors": values.index(2),
        "palette": values.index(3) or "",
    }


def rehearse(
    image: int, drawables: list[int] | None, plugin: str, environment: str, **arguments: Any
) -> dict[str, Any]:
    """Do what the dialog does, in this process: see the preview, then press OK.

    Returns
    -------
    dict
        Of `preview` and `original` RGBA pixels over checks, and the number of the `image` with the
        result; or the `refusal`.
    """
    if plugin not in sys.path:
        sys.path.insert(0, plugin)
    import engine
    from errors import UserError
    from gimp_io.layer_reader import LayerReader
    from gimp_io.layers import check_drawables
    from procedure.outputs import read_output
    from procedure.run import quantize as make_output
    from ui.canvas_state import Viewport

    engine.ENVIRONMENT = Path(environment)
    config = _configured(image, drawables, "noninteractive", {"save_palette": False, **arguments})
    items = config.get_core_object_array("drawables")
    try:
        reader = LayerReader(Gimp.Image.get_by_id(image), check_drawables(items))
        output = read_output(config)
        output.check(reader.image, reader.layer)
        task = reader.task(output)
        session = engine.load()
        task.open()
        session.prepare("original")
        colors = session.quantize(output.session_settings)
        if task.is_blended:
            task.project()
        else:
            session.prepare("result")
        note = output.describe(reader.image, reader.layer)
        width, height = task.size
        view = Viewport.fit(task.size, task.size).describe()
        shown = {}
        for what in ("projection" if task.is_blended else "result", "original"):
            data = base64.b64encode(session.render(view, what)).decode()
            shown[what] = {"width": width, "height": height, "data": data}
        outcome = make_output(reader, config)
    except UserError as refusal:
        return {"refusal": str(refusal)}
    return {
        "preview": shown.get("projection") or shown["result"],
        "original": shown["original"],
        "place": list(task.parts[0].area[:2]),
        "colors": list(colors),
        "note": note,
        "image": outcome.image.get_id(),
    }


def _configured(
    image: int, drawables: list[int] | None, run_mode: str, arguments: dict[str, Any]
) -> Gimp.ProcedureConfig:
    """Return the filter's arguments, for the image's top layer unless told."""
    owner = Gimp.Image.get_by_id(image)
    items = (
        owner.get_layers()[:1]
        if drawables is None
        else [Gimp.Item.get_by_id(number) for number in drawables]
    )
    config = Gimp.get_pdb().lookup_procedure(PROCEDURE).create_config()
    run_mode = run_mode.replace("-", "_").upper()
    config.set_property("run-mode", getattr(Gimp.RunMode, run_mode))
    config.set_property("image", owner)
    config.set_core_object_array("drawables", items)
    if "palette" in arguments:
        arguments = {**arguments, "palette": Gimp.Palette.get_by_name(arguments["palette"])}
    for name, value in arguments.items():
        config.set_property(name.replace("_", "-"), value)
    return config


def attach_parasite(image: int, name: str, data: str) -> None:
    """Attach data to an image, as GIMP attaches the last values of a filter."""
    parasite = Gimp.Parasite.new(name, Gimp.PARASITE_PERSISTENT, data.encode() + b"\0")
    Gimp.Image.get_by_id(image).attach_parasite(parasite)


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


def select_layers(layers: list[int]) -> None:
    """Select layers, as clicks in the Layers dialog do."""
    items = [Gimp.Item.get_by_id(layer) for layer in layers]
    items[0].get_image().set_selected_layers(items)
    Gimp.displays_flush()


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


def new_palette(name: str, colors: list[str]) -> None:
    """Make a palette."""
    resource = Gimp.Palette.new(name)
    for color in colors:
        resource.add_entry(color, Gegl.Color.new(color))


def activate_palette(name: str) -> None:
    """Make a palette the active one."""
    Gimp.context_set_palette(Gimp.Palette.get_by_name(name))


def active_palette() -> str:
    """Return the name of the active palette."""
    return Gimp.context_get_palette().get_name()


def delete_palette(name: str) -> None:
    """Delete a palette."""
    Gimp.Palette.get_by_name(name).delete()


def read_palette_files() -> None:
    """Make GIMP read its palettes folder again."""
    Gimp.palettes_refresh()


def windows() -> list[int]:
    """Return the numbers of the windows on images, of which GIMP has no list; it begins with 1."""
    return [number for number in range(1, 1000) if Gimp.Display.id_is_valid(number)]


def close(window: int) -> None:
    """Close a window, and its image if that has no other."""
    Gimp.Display.get_by_id(window).delete()


def close_all() -> None:
    """Close every image, with its windows."""
    for number in windows():
        Gimp.Display.get_by_id(number).delete()
    for image in Gimp.get_images():
        image.delete()


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


def serve(path: str) -> None:
    """Answer calls until the caller hangs up."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        stream = connection.makefile("rw")
        for line in stream:
            call = json.loads(line)
            try:
                answer = {"value": globals()[call["name"]](*call["args"], **call["options"])}
            except Exception as error:  # the test is to see it, whatever it is
                answer = {"error": repr(error)}
            stream.write(json.dumps(answer) + "\n")
            stream.flush()


if os.environ.get("PALETTE_CORE_TEST_SOCKET"):
    serve(os.environ["PALETTE_CORE_TEST_SOCKET"])
