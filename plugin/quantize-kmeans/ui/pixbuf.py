"""Pixbufs: pixels in a GTK image, each of them a pixel of the screen.

PyGObject hands cairo's surfaces to Python only with pycairo, which GIMP does not bring along: on
Debian 13 it is not there. A pixbuf is an icon too, and icons may have the screen's resolution.
"""

from __future__ import annotations

import gi

gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gtk", "3.0")
from gi.repository import GdkPixbuf, GLib, Gtk

# Theme colours have this fallback.
BLUE = (53, 132, 228)


def paint(image: Gtk.Image, width: int, height: int, pixels: bytes) -> None:
    """Show 8-bit RGBA, row after row, in pixels of the screen."""
    data, color_space = GLib.Bytes.new(pixels), GdkPixbuf.Colorspace.RGB
    pixbuf = GdkPixbuf.Pixbuf.new_from_bytes(data, color_space, True, 8, width, height, 4 * width)
    scale = image.get_scale_factor()
    if scale == 1:
        image.set_from_pixbuf(pixbuf)
    else:
        image.set_from_gicon(pixbuf, Gtk.IconSize.DIALOG)
        image.set_pixel_size(-(-max(width, height) // scale))


def theme_color(widget: Gtk.Widget, *names: str) -> tuple[int, int, int]:
    """Return the first of these colours that the widget's theme has."""
    for name in names:
        found, color = widget.get_style_context().lookup_color(name)
        if found:
            return tuple(round(255 * level) for level in (color.red, color.green, color.blue))
    return BLUE
