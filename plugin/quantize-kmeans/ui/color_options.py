"""The options that hold colours, or a value that can be automatic: bound to it by hand."""

from __future__ import annotations

from gi.repository import Gimp, GimpUi, GObject, Gtk

from i18n import _
from procedure.settings import AUTOMATIC_THRESHOLD, read_locked
from ui.choosers import choose_color, new_color_button, to_gegl, to_hex
from ui.widgets import on_setting, set_icon

_GAP = 6
_IN_ROW = 3
_USUAL_THRESHOLD = 128


class OptionalValue(Gtk.Box):
    """A button for the value of an argument, and a box to tick for a special value instead."""

    def __init__(
        self,
        config: Gimp.ProcedureConfig,
        name: str,
        button: Gtk.Widget,
        signal: str,
        special: str | int,
        label: str,
    ) -> None:
        super().__init__(spacing=_GAP)
        self._config, self._name, self._special = config, name, special
        self._button, self._box = button, Gtk.CheckButton.new_with_label(label)
        self.add(self._button)
        self.add(self._box)
        self._update()
        self._button.connect(signal, lambda _button: self._write(self._value()))
        self._box.connect("toggled", self._on_toggled)
        on_setting(self, config, name, self._update)

    def _on_toggled(self, box: Gtk.CheckButton) -> None:
        self._write(self._special if box.get_active() else self._value())

    def _write(self, value: str | int) -> None:
        if value != self._read():
            self._config.set_property(self._name, value)

    def _read(self) -> str | int:
        value = self._config.get_property(self._name)
        return "" if value is None else value  # GIMP gives None for an empty text

    def _update(self) -> None:
        value = self._read()
        if value != self._special:  # first, as the box writes the value when it is unticked
            self._show(value)
        self._box.set_active(value == self._special)


class MatteColor(OptionalValue):
    """A colour button, and a box to tick for no matte: "#rrggbb" or "" in the argument."""

    def __init__(self, config: Gimp.ProcedureConfig) -> None:
        button = new_color_button(_("Matte color"), "#ffffff")
        super().__init__(config, "matte", button, "color-changed", "", _("No matte"))

    def _value(self) -> str:
        return to_hex(self._button.get_color())

    def _show(self, text: str) -> None:
        self._button.set_color(to_gegl(text))


class AlphaThreshold(OptionalValue):
    """A spin button, and a box to tick for the automatic threshold."""

    def __init__(self, config: Gimp.ProcedureConfig) -> None:
        button = Gtk.SpinButton.new_with_range(0, 255, 1)
        button.set_value(_USUAL_THRESHOLD)
        special = AUTOMATIC_THRESHOLD, _("Automatic")
        super().__init__(config, "alpha-threshold", button, "value-changed", *special)
        flags = GObject.BindingFlags.INVERT_BOOLEAN | GObject.BindingFlags.SYNC_CREATE
        self._box.bind_property("active", button, "sensitive", flags)

    def _value(self) -> int:
        return self._button.get_value_as_int()

    def _show(self, value: int) -> None:
        self._button.set_value(value)


class LockedColors(Gtk.Box):
    """Buttons that add a locked colour, and a colour button for each one."""

    def __init__(self, config: Gimp.ProcedureConfig) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=_GAP)
        self._config = config
        self._grid = Gtk.Grid(row_spacing=2, column_spacing=_GAP, no_show_all=True)
        self._buttons: list[GimpUi.ColorButton] = []
        row = Gtk.Box(spacing=_GAP)
        add = set_icon(Gtk.Button(), "list-add-symbolic", _("Add a color"))
        add.connect("clicked", self._on_add)
        pick = GimpUi.PickButton.new()
        pick.connect("color-picked", lambda _button, color: self._add(to_hex(color)))
        row.pack_start(add, False, False, 0)
        row.pack_start(pick, False, False, 0)
        self.pack_start(row, False, False, 0)  # first, so that it stays in its place
        self.pack_start(self._grid, False, False, 0)
        self._update()
        on_setting(self, config, "locked", self._update)

    def _write(self, entries: list[str]) -> None:
        self._config.set_property("locked", " ".join(entries))

    def _on_add(self, _button: Gtk.Button) -> None:
        color = choose_color(self.get_toplevel(), _("Add a color"), "#ffffff")
        if color is not None:
            self._add(color)

    def _add(self, color: str) -> None:
        entries = read_locked(self._config)
        if color not in entries:
            self._write([*entries, color])

    def _on_color(self, position: int) -> None:
        entries = read_locked(self._config)
        color, at, index = entries[position].partition("@")
        chosen = to_hex(self._buttons[position].get_color())
        if chosen != color.lower():
            entries[position] = chosen + at + index
            self._write(entries)

    def _remove(self, position: int) -> None:
        entries = read_locked(self._config)
        del entries[position]
        self._write(entries)

    def _update(self) -> None:
        """Show the colours; buttons stay, as the user may have the selector of one open."""
        entries = read_locked(self._config)
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
        button = new_color_button(_("Locked colors"), "#ffffff")
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
