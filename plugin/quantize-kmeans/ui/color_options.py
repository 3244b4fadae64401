"""The options that hold colours, or a value that can be automatic: bound to a text by hand."""

from __future__ import annotations

import gi

gi.require_version("Gimp", "3.0")
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gimp, GimpUi, Gtk

from i18n import _
from procedure.settings import AUTOMATIC_THRESHOLD, read_locked
from ui.colors import choose_color, new_color_button, to_gegl, to_hex
from ui.icons import set_icon
from ui.signals import on_setting

_GAP = 6
_IN_ROW = 3
_USUAL_THRESHOLD = 128


class MatteColor(Gtk.Box):
    """A colour button, and a box to tick for no matte: "#rrggbb" or "" in the argument."""

    def __init__(self, config: Gimp.ProcedureConfig) -> None:
        super().__init__(spacing=_GAP)
        self._config = config
        self._button = new_color_button(_("Matte color"), "#ffffff")
        self._none = Gtk.CheckButton.new_with_label(_("No matte"))
        self.pack_start(self._button, False, False, 0)
        self.pack_start(self._none, False, False, 0)
        self._update()
        self._button.connect("color-changed", lambda _button: self._write(self._color()))
        self._none.connect("toggled", self._on_toggled)
        on_setting(self, config, "matte", self._update)

    def _color(self) -> str:
        return to_hex(self._button.get_color())

    def _on_toggled(self, _none: Gtk.CheckButton) -> None:
        self._write("" if self._none.get_active() else self._color())

    def _write(self, text: str) -> None:
        if text != (self._config.get_property("matte") or ""):
            self._config.set_property("matte", text)

    def _update(self) -> None:
        text = self._config.get_property("matte") or ""
        if text:  # first, as the box writes the colour when it is unticked
            self._button.set_color(to_gegl(text))
        self._none.set_active(not text)


class AlphaThreshold(Gtk.Box):
    """A spin button, and a box to tick for the automatic threshold."""

    def __init__(self, config: Gimp.ProcedureConfig) -> None:
        super().__init__(spacing=_GAP)
        self._config = config
        self._spin_button = Gtk.SpinButton.new_with_range(0, 255, 1)
        self._spin_button.set_value(_USUAL_THRESHOLD)
        self._automatic = Gtk.CheckButton.new_with_label(_("Automatic"))
        self.pack_start(self._spin_button, False, False, 0)
        self.pack_start(self._automatic, False, False, 0)
        self._update()
        self._spin_button.connect("value-changed", lambda _button: self._on_value())
        self._automatic.connect("toggled", lambda _button: self._write())
        on_setting(self, config, "alpha-threshold", self._update)

    def _on_value(self) -> None:
        if not self._automatic.get_active():
            self._write()

    def _write(self) -> None:
        is_automatic = self._automatic.get_active()
        value = AUTOMATIC_THRESHOLD if is_automatic else self._spin_button.get_value_as_int()
        if value != self._config.get_property("alpha-threshold"):
            self._config.set_property("alpha-threshold", value)

    def _update(self) -> None:
        value = self._config.get_property("alpha-threshold")
        is_automatic = value == AUTOMATIC_THRESHOLD
        self._spin_button.set_sensitive(not is_automatic)
        if not is_automatic:  # first, as the box writes the number when it is unticked
            self._spin_button.set_value(value)
        self._automatic.set_active(is_automatic)


class LockedColors(Gtk.Box):
    """Buttons that add a locked colour, and a colour button for each one.

    Parameters
    ----------
    config : Gimp.ProcedureConfig
        Holds the arguments, of which "locked" is "#rrggbb" or "#rrggbb@INDEX" each.
    """

    def __init__(self, config: Gimp.ProcedureConfig) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=_GAP)
        self._config = config
        self._grid = Gtk.Grid(row_spacing=2, column_spacing=_GAP, no_show_all=True)
        self._buttons: list[GimpUi.ColorButton] = []
        row = Gtk.Box(spacing=_GAP)
        add = Gtk.Button()
        set_icon(add, "list-add-symbolic", _("Add a color"))
        add.connect("clicked", lambda _button: self._on_add())
        pick = GimpUi.PickButton.new()
        pick.connect("color-picked", lambda _button, color: self._add(to_hex(color)))
        row.pack_start(add, False, False, 0)
        row.pack_start(pick, False, False, 0)
        self.pack_start(row, False, False, 0)  # first, so that it stays in its place
        self.pack_start(self._grid, False, False, 0)
        self._update()
        on_setting(self, config, "locked", self._update)

    def _entries(self) -> list[str]:
        return read_locked(self._config)

    def _write(self, entries: list[str]) -> None:
        self._config.set_property("locked", " ".join(entries))

    def _on_add(self) -> None:
        color = choose_color(self.get_toplevel(), _("Add a color"), "#ffffff")
        if color is not None:
            self._add(color)

    def _add(self, color: str) -> None:
        entries = self._entries()
        if color not in entries:
            self._write([*entries, color])

    def _on_color(self, position: int) -> None:
        entries = self._entries()
        color, at, index = entries[position].partition("@")
        chosen = to_hex(self._buttons[position].get_color())
        if chosen != color.lower():
            entries[position] = chosen + at + index
            self._write(entries)

    def _remove(self, position: int) -> None:
        entries = self._entries()
        del entries[position]
        self._write(entries)

    def _update(self) -> None:
        """Show the colours; buttons stay, as the user may have the selector of one open."""
        entries = self._entries()
        while len(self._buttons) < len(entries):
            self._append_button()
        while len(self._buttons) > len(entries):
            self._buttons.pop().get_parent().destroy()
        self._grid.set_visible(bool(entries))
        for entry, button in zip(entries, self._buttons, strict=True):
            button.set_tooltip_text(entry)
            color = to_gegl(entry.partition("@")[0])
            if to_hex(color) != to_hex(button.get_color()):
                button.set_color(color)

    def _append_button(self) -> None:
        position = len(self._buttons)
        button = new_color_button(_("Locked colors"), self._entries()[position].partition("@")[0])
        button.connect("color-changed", lambda _button: self._on_color(position))
        remove = Gtk.Button(relief=Gtk.ReliefStyle.NONE)
        set_icon(remove, "window-close-symbolic", _("Remove this color"))
        remove.connect("clicked", lambda _button: self._remove(position))
        pair = Gtk.Box()
        pair.pack_start(button, False, False, 0)
        pair.pack_start(remove, False, False, 0)
        pair.show_all()
        self._buttons.append(button)
        self._grid.attach(pair, position % _IN_ROW, position // _IN_ROW, 1, 1)
