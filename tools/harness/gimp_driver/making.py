"""Makes and changes images, layers, selections and palettes in GIMP."""

from __future__ import annotations

import base64

from gi.repository import Gegl, Gimp, Gio

from .reading import RGBA, windows

PRECISIONS = {
    "u8": Gimp.Precision.U8_NON_LINEAR,
    "u8-linear": Gimp.Precision.U8_LINEAR,
    "u16": Gimp.Precision.U16_NON_LINEAR,
    "float": Gimp.Precision.FLOAT_LINEAR,
}


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


def add_group(image: int) -> int:
    """Add an empty layer group on top, and return its number."""
    owner = Gimp.Image.get_by_id(image)
    group = Gimp.GroupLayer.new(owner, "A group")
    owner.insert_layer(group, None, 0)
    owner.clean_all()
    return group.get_id()


def put_into_group(layer: int) -> int:
    """Move a layer into a new layer group, and return the group's number."""
    item = Gimp.Item.get_by_id(layer)
    group = add_group(item.get_image().get_id())
    item.get_image().reorder_item(item, Gimp.Item.get_by_id(group), 0)
    item.get_image().clean_all()
    return group


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


def add_channel(image: int) -> int:
    """Add a channel, and return its number."""
    owner = Gimp.Image.get_by_id(image)
    size = owner.get_width(), owner.get_height()
    channel = Gimp.Channel.new(owner, "A channel", *size, 50, Gegl.Color.new("red"))
    owner.insert_channel(channel, None, 0)
    owner.clean_all()
    return channel.get_id()


def set_look(
    layer: int, *, opacity: float = 100, visible: bool = True, mode: str = "NORMAL"
) -> None:
    """Set how opaque a layer is, and how it is blended."""
    item = Gimp.Item.get_by_id(layer)
    item.set_opacity(opacity)
    item.set_mode(getattr(Gimp.LayerMode, mode))
    item.set_visible(visible)
    item.get_image().clean_all()


def lock(item: int, what: str) -> None:
    """Lock a layer's or a group's "content", "alpha", "position" or "visibility"."""
    owner = Gimp.Item.get_by_id(item)
    getattr(owner, f"set_lock_{what}")(True)
    owner.get_image().clean_all()


def switch_off_channel(image: int) -> None:
    """Make the red channel of an image inactive, as a click in the Channels dialog does."""
    Gimp.Image.get_by_id(image).set_component_active(Gimp.ChannelType.RED, False)


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


def set_profile(image: int, path: str) -> None:
    """Assign the colour profile in a file."""
    Gimp.Image.get_by_id(image).set_color_profile(
        Gimp.ColorProfile.new_from_file(Gio.File.new_for_path(path))
    )
    Gimp.Image.get_by_id(image).clean_all()


def attach_parasite(image: int, name: str, data: str) -> None:
    """Attach data to an image, as GIMP attaches the last values of a filter."""
    parasite = Gimp.Parasite.new(name, Gimp.PARASITE_PERSISTENT, data.encode() + b"\0")
    Gimp.Image.get_by_id(image).attach_parasite(parasite)


def select_rectangle(image: int, x: int, y: int, width: int, height: int) -> None:
    """Select a rectangle, in the image's coordinates."""
    Gimp.Image.get_by_id(image).select_rectangle(Gimp.ChannelOps.REPLACE, x, y, width, height)


def select_ellipse(image: int, x: int, y: int, width: int, height: int) -> list[int]:
    """Select an ellipse, and return the selection's bounds."""
    owner = Gimp.Image.get_by_id(image)
    owner.select_ellipse(Gimp.ChannelOps.REPLACE, x, y, width, height)
    _, _, *bounds = Gimp.Selection.bounds(owner)
    return bounds


def select_layers(layers: list[int]) -> None:
    """Select layers, as clicks in the Layers dialog do."""
    items = [Gimp.Item.get_by_id(layer) for layer in layers]
    items[0].get_image().set_selected_layers(items)
    Gimp.displays_flush()


def float_selection(image: int) -> int:
    """Float the selected pixels of the top layer, and return the floating selection's number."""
    owner = Gimp.Image.get_by_id(image)
    Gimp.Selection.float(owner, owner.get_layers()[:1], 0, 0)
    owner.clean_all()
    return owner.get_floating_sel().get_id()


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


def close(window: int) -> None:
    """Close a window, and its image if that has no other."""
    Gimp.Display.get_by_id(window).delete()


def close_all() -> None:
    """Close every image, with its windows."""
    for number in windows():
        Gimp.Display.get_by_id(number).delete()
    for image in Gimp.get_images():
        image.delete()


def new_palette(name: str, colors: list[str]) -> None:
    """Make a palette."""
    resource = Gimp.Palette.new(name)
    for color in colors:
        resource.add_entry(color, Gegl.Color.new(color))


def activate_palette(name: str) -> None:
    """Make a palette the active one."""
    Gimp.context_set_palette(Gimp.Palette.get_by_name(name))


def delete_palette(name: str) -> None:
    """Delete a palette."""
    Gimp.Palette.get_by_name(name).delete()


def read_palette_files() -> None:
    """Make GIMP read its palettes folder again."""
    Gimp.palettes_refresh()
