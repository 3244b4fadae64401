"""The mouse wheel over the controls of a pane that scrolls.

GTK's spin buttons, sliders and combo boxes take the wheel wherever the pointer is. A user who
scrolls the pane would change whatever comes under the pointer, without seeing it.
"""

from __future__ import annotations

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk


def leave_to_pane(widget: Gtk.Widget) -> None:
    """Make the wheel scroll the pane unless the widget, or a part of it, has the focus."""
    if isinstance(widget, (Gtk.SpinButton, Gtk.Range, Gtk.ComboBox)):
        widget.connect("scroll-event", _on_scroll)
    elif isinstance(widget, Gtk.Container):
        for child in widget.get_children():
            leave_to_pane(child)


def _on_scroll(widget: Gtk.Widget, _event: Gdk.EventScroll) -> bool:
    if not _has_focus(widget):
        widget.stop_emission_by_name("scroll-event")  # the pane around it gets the event then
    return Gdk.EVENT_PROPAGATE


def _has_focus(widget: Gtk.Widget) -> bool:
    """Return whether the keyboard goes to the widget, or to the button within a combo box."""
    focus = widget.get_toplevel().get_focus()
    return focus is not None and (focus == widget or focus.is_ancestor(widget))
