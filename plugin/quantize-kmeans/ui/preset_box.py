"""The choice of a preset, and what saves and deletes the user's own."""

from __future__ import annotations

from gi.repository import Gimp, Gtk

from errors import UserError
from i18n import _
from procedure import presets
from ui.widgets import new_combo_box, on_setting, set_icon

_GAP = 6
_CUSTOM = ""  # no preset has this name


class PresetBox(Gtk.Box):
    """A combo box of presets, and buttons that save and delete those of the user."""

    def __init__(self, config: Gimp.ProcedureConfig) -> None:
        super().__init__(spacing=_GAP)
        self._config, self._own = config, presets.load_presets()
        self.combo_box = new_combo_box({})
        self._popover = self._new_popover()
        save = Gtk.MenuButton(popover=self._popover)
        set_icon(save, "list-add-symbolic", _("Save as a preset"))
        self._delete = set_icon(Gtk.Button(), "list-remove-symbolic", _("Delete this preset"))
        self.pack_start(self.combo_box, True, True, 0)
        self.add(save)
        self.add(self._delete)
        self._fill()
        self.combo_box.connect("changed", lambda _box: self._on_chosen())
        self._delete.connect("clicked", lambda _button: self._on_delete())
        on_setting(self, config, "", self._update)

    def _new_popover(self) -> Gtk.Popover:
        self._name = Gtk.Entry(placeholder_text=_("Preset name"))
        self._name.connect("activate", lambda _entry: self._on_save())
        self._name.connect("changed", lambda _entry: self._update_name())
        self._save = Gtk.Button(label=_("Save"), sensitive=False)
        self._save.connect("clicked", lambda _button: self._on_save())
        box = Gtk.Box(spacing=_GAP, border_width=_GAP)
        box.pack_start(self._name, True, True, 0)
        box.pack_start(self._save, False, False, 0)
        box.show_all()
        popover = Gtk.Popover()
        popover.add(box)
        return popover

    def _all(self) -> dict[str, presets.Values]:
        return presets.SHIPPED | self._own

    def _fill(self) -> None:
        self.combo_box.remove_all()
        self.combo_box.append(_CUSTOM, _("Custom"))
        for name in self._all():
            self.combo_box.append(name, name)
        self._update()

    def _update(self) -> None:
        """Show the preset that the arguments are, or that they are none."""
        names = presets.find_matches(self._config, self._all())
        self._delete.set_sensitive(bool(names) and names[-1] in self._own)
        if self.combo_box.get_active_id() not in names:
            self.combo_box.set_active_id(names[-1] if names else _CUSTOM)

    def _on_chosen(self) -> None:
        name = self.combo_box.get_active_id()
        if name in self._all() and name not in presets.find_matches(self._config, self._all()):
            presets.apply_preset(self._config, self._all()[name])

    def _update_name(self) -> None:
        """Show whether the name can be saved: no preset is overwritten."""
        name = self._name.get_text().strip()
        is_taken = name in self._all()
        self._save.set_sensitive(bool(name) and not is_taken)
        where = Gtk.EntryIconPosition.SECONDARY
        self._name.set_icon_from_icon_name(where, "dialog-warning" if is_taken else None)
        text = _("A preset with this name exists. Choose another name, or delete that preset.")
        self._name.set_icon_tooltip_text(where, text if is_taken else None)

    def _on_save(self) -> None:
        name = self._name.get_text().strip()
        if self._save.get_sensitive():
            self._popover.popdown()
            self._write(self._own | {name: presets.read_preset(self._config)})
            self._name.set_text("")

    def _on_delete(self) -> None:
        name = self.combo_box.get_active_id()
        self._write({other: values for other, values in self._own.items() if other != name})

    def _write(self, own: dict[str, presets.Values]) -> None:
        try:
            presets.save_presets(own)
        except UserError as error:
            Gimp.message(str(error))
        else:
            self._own = own
            self._fill()
