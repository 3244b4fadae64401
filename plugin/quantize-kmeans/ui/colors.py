"""Colours as the arguments have them, "#rrggbb", and as GIMP's widgets do."""

from __future__ import annotations

import re

import gi

gi.require_version("Babl", "0.1")
gi.require_version("Gegl", "0.4")
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Babl, Gegl, GimpUi, Gtk

from i18n import _

_SIZE = (32, 20)


def to_gegl(text: str) -> Gegl.Color:
    """Return a colour of GIMP; white for a text that is none."""
    return Gegl.Color.new(text if re.fullmatch("#[0-9a-fA-F]{6}", text) else "#ffffff")


def to_hex(color: Gegl.Color) -> str:
    """Return a colour of GIMP as "#rrggbb"."""
    levels = color.get_bytes(Babl.format("R'G'B' u8")).get_data()
    return f"#{levels.hex()}"


def new_color_button(title: str, color: str) -> GimpUi.ColorButton:
    """Return GIMP's button that shows a colour and opens GIMP's colour selector."""
    return GimpUi.ColorButton.new(title, *_SIZE, to_gegl(color), GimpUi.ColorAreaType.FLAT)


def choose_color(parent: Gtk.Window, title: str, color: str) -> str | None:
    """Return the colour that the user chooses in GIMP's colour selector, None if none."""
    dialog = GimpUi.Dialog(title=title, role="quantize-kmeans-color", transient_for=parent)
    dialog.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
    dialog.add_button(_("_OK"), Gtk.ResponseType.OK)
    dialog.set_default_response(Gtk.ResponseType.OK)
    selection = GimpUi.ColorSelection.new()
    selection.set_show_alpha(False)
    selection.set_color(to_gegl(color))
    selection.set_old_color(to_gegl(color))
    selection.set_border_width(12)
    dialog.get_content_area().add(selection)
    selection.show()
    response, chosen = dialog.run(), to_hex(selection.get_color())
    dialog.destroy()
    return chosen if response == Gtk.ResponseType.OK else None
