"""Buttons with an icon instead of text."""

from __future__ import annotations

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk


def set_icon(button: Gtk.Button, icon: str, text: str) -> None:
    """Show an icon on a button, and the text as its tooltip and its accessible name."""
    button.set_image(Gtk.Image.new_from_icon_name(icon, Gtk.IconSize.BUTTON))
    button.set_tooltip_text(text)
    button.get_accessible().set_name(text)
