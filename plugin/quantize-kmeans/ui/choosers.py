"""How the user chooses a colour or an image."""

from __future__ import annotations

import re

from gi.repository import Babl, Gegl, Gimp, GimpUi, Gtk

from errors import Cancelled
from i18n import _

_BUTTON_SIZE = (32, 20)
_GAP = 12


def to_gegl(text: str) -> Gegl.Color:
    """Return "#rrggbb" as a colour of GIMP; white for a text that is none."""
    return Gegl.Color.new(text if re.fullmatch("#[0-9a-fA-F]{6}", text) else "#ffffff")


def to_hex(color: Gegl.Color) -> str:
    """Return a colour of GIMP as "#rrggbb"."""
    levels = color.get_bytes(Babl.format("R'G'B' u8")).get_data()
    return f"#{levels.hex()}"


def new_color_button(title: str, color: str) -> GimpUi.ColorButton:
    """Return GIMP's button that shows a colour and opens GIMP's colour selector."""
    return GimpUi.ColorButton.new(title, *_BUTTON_SIZE, to_gegl(color), GimpUi.ColorAreaType.FLAT)


def choose_color(parent: Gtk.Window, title: str, color: str) -> str | None:
    """Return the colour that the user chooses in GIMP's colour selector, None if none."""
    selection = GimpUi.ColorSelection.new()
    selection.set_show_alpha(False)
    selection.set_color(to_gegl(color))
    selection.set_old_color(to_gegl(color))
    is_chosen = _ask(title, "quantize-kmeans-color", selection, parent)
    return to_hex(selection.get_color()) if is_chosen else None


def choose_image(images: list[Gimp.Image]) -> Gimp.Image:
    """Return the image that the user chooses; raise `Cancelled` if none."""
    GimpUi.init("quantize-kmeans")
    chooser = Gtk.ComboBoxText()
    for image in images:
        chooser.append_text(image.get_name())
    chooser.set_active(0)
    label = Gtk.Label.new_with_mnemonic(_("_Image"))
    label.set_mnemonic_widget(chooser)
    row = Gtk.Box(spacing=_GAP)
    row.add(label)
    row.pack_start(chooser, True, True, 0)
    row.show_all()
    if not _ask(_("New Palette from Image"), "quantize-kmeans-image", row):
        raise Cancelled
    return images[chooser.get_active()]


def _ask(title: str, role: str, content: Gtk.Box, parent: Gtk.Window | None = None) -> bool:
    """Show a widget in a dialog of its own, and return whether the user pressed OK."""
    dialog = GimpUi.Dialog(title=title, role=role, transient_for=parent)
    dialog.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
    dialog.add_button(_("_OK"), Gtk.ResponseType.OK)
    dialog.set_default_response(Gtk.ResponseType.OK)
    content.set_border_width(_GAP)
    content.show()
    area = dialog.get_content_area()
    area.add(content)
    response = dialog.run()
    area.remove(content)  # the caller asks it for the choice
    dialog.destroy()
    return response == Gtk.ResponseType.OK
