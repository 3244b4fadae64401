"""Signals of the settings, which outlive the widgets that show them."""

from __future__ import annotations

from collections.abc import Callable

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, Gtk


def on_setting(
    widget: Gtk.Widget, config: Gimp.ProcedureConfig, name: str, update: Callable[[], object]
) -> None:
    """Call a function when an argument changes, or any if the name is "", while a widget lives."""
    signal = f"notify::{name}" if name else "notify"
    handler = config.connect(signal, lambda *_: update())
    widget.connect("destroy", lambda _widget: config.disconnect(handler))
