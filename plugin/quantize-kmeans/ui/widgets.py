"""What several widgets need: combo boxes, icons, styles and pixels."""

from __future__ import annotations

import functools
from collections.abc import Callable

from gi.repository import GdkPixbuf, Gimp, GLib, Gtk, Pango

_STYLE = b"""
.over-image { color: white; background-color: rgba(30, 30, 34, 0.85); border-radius: 4px; }
label.over-image { padding: 6px 10px; }
button.color-count { padding-left: 0; padding-right: 0; min-width: 0; }
flowboxchild.palette-swatch { padding: 1px; margin: 0; border-radius: 0; min-width: 0;
                              min-height: 0; }
"""
# Theme colours have this fallback.
_BLUE = (53, 132, 228)


def on_setting(
    widget: Gtk.Widget, config: Gimp.ProcedureConfig, name: str, update: Callable[[], object]
) -> None:
    """Call a function when an argument changes, or any if the name is "", while a widget lives."""
    signal = f"notify::{name}" if name else "notify"
    handler = config.connect(signal, lambda *_: update())
    widget.connect("destroy", lambda _widget: config.disconnect(handler))


def new_combo_box(labels: dict[str, str]) -> Gtk.ComboBoxText:
    """Return a combo box of values with their labels, which are shortened where it is narrow."""
    box = Gtk.ComboBoxText()
    for value, label in labels.items():
        box.append(value, label)
    for cell in box.get_cells():
        cell.set_property("ellipsize", Pango.EllipsizeMode.END)
    return box


def set_icon(button: Gtk.Button, icon: str, text: str) -> Gtk.Button:
    """Show an icon on a button, and the text as its tooltip and its accessible name."""
    button.set_image(Gtk.Image.new_from_icon_name(icon, Gtk.IconSize.BUTTON))
    button.set_tooltip_text(text)
    button.get_accessible().set_name(text)
    return button


def add_style(widget: Gtk.Widget, name: str) -> None:
    """Style a widget by a class of the style sheet."""
    context = widget.get_style_context()
    context.add_class(name)
    context.add_provider(_style_sheet(), Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION)


@functools.cache
def _style_sheet() -> Gtk.CssProvider:
    style = Gtk.CssProvider()
    style.load_from_data(_STYLE)
    return style


def theme_color(widget: Gtk.Widget, *names: str) -> tuple[int, int, int]:
    """Return the first of these colours that the widget's theme has."""
    for name in names:
        found, color = widget.get_style_context().lookup_color(name)
        if found:
            return tuple(round(255 * level) for level in (color.red, color.green, color.blue))
    return _BLUE


def paint(image: Gtk.Image, width: int, height: int, pixels: bytes) -> None:
    """Show 8-bit RGBA, row after row, in pixels of the screen.

    PyGObject hands cairo's surfaces to Python only with pycairo, which GIMP does not bring along.
    A pixbuf is an icon too, and icons may have the screen's resolution.
    """
    data, color_space = GLib.Bytes.new(pixels), GdkPixbuf.Colorspace.RGB
    pixbuf = GdkPixbuf.Pixbuf.new_from_bytes(data, color_space, True, 8, width, height, 4 * width)
    scale = image.get_scale_factor()
    if scale == 1:
        image.set_from_pixbuf(pixbuf)
    else:
        image.set_from_gicon(pixbuf, Gtk.IconSize.DIALOG)
        image.set_pixel_size(-(-max(width, height) // scale))
