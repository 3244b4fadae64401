"""Buttons for the usual numbers of colours."""

from __future__ import annotations

from gi.repository import Gimp, Gtk

from ui.widgets import add_style, on_setting

_COUNTS = (2, 4, 8, 16, 32, 64, 128, 256)
_TAB = (Gtk.DirectionType.TAB_FORWARD, Gtk.DirectionType.TAB_BACKWARD)


class CountButtons(Gtk.Box):
    """Linked buttons, of which the one with the present number is active.

    They are one tab stop, and arrow keys go from number to number, as with radio buttons. Those
    have to have an active one, and there is none for 7 colours.
    """

    def __init__(self, config: Gimp.ProcedureConfig) -> None:
        super().__init__(homogeneous=True, hexpand=True)
        self._config = config
        self.get_style_context().add_class(Gtk.STYLE_CLASS_LINKED)
        self._buttons: dict[int, Gtk.ToggleButton] = {}
        for count in _COUNTS:
            button = Gtk.ToggleButton.new_with_label(str(count))
            add_style(button, "color-count")
            self._buttons[count] = button
            self.pack_start(button, True, True, 0)
        self._update()
        for count, button in self._buttons.items():
            button.connect("toggled", self._on_toggled, count)
        for name in ("colors", "number"):
            on_setting(self, config, name, self._update)

    def do_focus(self, direction: Gtk.DirectionType) -> bool:
        """Move the focus to the active button as a whole, or with an arrow key to the next one."""
        if direction not in _TAB:
            has_moved = Gtk.Box.do_focus(self, direction)
            if has_moved:
                self.get_focus_child().set_active(True)
            return has_moved
        if self.get_focus_child() is not None:
            return False
        active = [button for button in self._buttons.values() if button.get_active()]
        (active or [self._buttons[_COUNTS[0]]])[0].grab_focus()
        return True

    def _on_toggled(self, button: Gtk.ToggleButton, count: int) -> None:
        if button.get_active() and self._count() != count:
            self._config.set_property("number", "number")
            self._config.set_property("colors", count)
        self._update()

    def _count(self) -> int | None:
        """Return the number of colours, None if a target decides on it."""
        is_fixed = self._config.get_property("number") == "number"
        return self._config.get_property("colors") if is_fixed else None

    def _update(self) -> None:
        for count, button in self._buttons.items():
            button.set_active(count == self._count())
