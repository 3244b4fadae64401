"""The choice of an image where GIMP names none, as in the menu of the Palettes dialog."""

from __future__ import annotations

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import Gimp

from errors import Cancelled, UserError
from i18n import _


def choose_image(is_interactive: bool) -> Gimp.Image:
    """Return the only open image, or the one of several that the user chooses."""
    images = Gimp.get_images()
    if not images:
        raise UserError(_("No image is open. Open the image to make the palette from."))
    if len(images) == 1:
        return images[0]
    if not is_interactive:
        msg = _(
            "Several images are open. Close all but one, or call plug-in-quantize-kmeans with the "
            "image."
        )
        raise UserError(msg)
    return _ask(images)


def _ask(images: list[Gimp.Image]) -> Gimp.Image:
    gi.require_version("GimpUi", "3.0")
    gi.require_version("Gtk", "3.0")
    from gi.repository import GimpUi, Gtk

    GimpUi.init("quantize-kmeans")
    dialog = GimpUi.Dialog(title=_("New Palette from Image"), role="quantize-kmeans-image")
    dialog.add_button(_("_Cancel"), Gtk.ResponseType.CANCEL)
    dialog.add_button(_("_OK"), Gtk.ResponseType.OK)
    dialog.set_default_response(Gtk.ResponseType.OK)
    chooser = Gtk.ComboBoxText()
    for image in images:
        chooser.append_text(image.get_name())
    chooser.set_active(0)
    label = Gtk.Label.new_with_mnemonic(_("_Image"))
    label.set_mnemonic_widget(chooser)
    box = Gtk.Box(spacing=12, border_width=12)
    box.pack_start(label, False, False, 0)
    box.pack_start(chooser, True, True, 0)
    dialog.get_content_area().add(box)
    box.show_all()
    response, image = dialog.run(), images[chooser.get_active()]
    dialog.destroy()
    if response != Gtk.ResponseType.OK:
        raise Cancelled
    return image
