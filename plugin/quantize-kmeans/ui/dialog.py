"""The dialog: what the arguments say on the right, what comes of it on the left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gimp", "3.0")
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gimp, GimpUi, GLib, Gtk

from errors import Cancelled, UserError
from i18n import _
from procedure.outputs import read_output
from ui import guide
from ui.options_panel import Controls, choose_active_palette
from ui.preview import Preview

if TYPE_CHECKING:
    from gimp_io.layer_reader import Reader

# So long the values are to be still before work begins: in a drag of a slider they never are.
_STILL_MILLISECONDS = 60
_SIZE = (1080, 640)
_GAP = 12


class Dialog:
    """GIMP's dialog for a procedure, with our widgets in it.

    Parameters
    ----------
    procedure : Gimp.Procedure
    config : Gimp.ProcedureConfig
    reader : Reader
        Reads the layer.
    """

    def __init__(
        self, procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, reader: Reader
    ) -> None:
        self._config, self._reader = config, reader
        self._waiting = 0
        self._preview = Preview()
        self._preview.connect("settled", lambda _preview, reason: self._allow(not reason))
        self._preview.connect("lock-requested", lambda _preview, color: self._lock(color))
        self._preview.connect("unlock-requested", lambda _preview, color: self._unlock(color))
        self._preview.connect("replace-requested", lambda _preview, color: self._replace(color))
        self._preview.connect(
            "order-requested", lambda _preview, order: config.set_property("order", order)
        )
        self._note = Gtk.Label(xalign=0, wrap=True, max_width_chars=40)
        self._note.get_style_context().add_class(Gtk.STYLE_CLASS_DIM_LABEL)
        self._ok = Gtk.Button()  # stands in for that of the window, until there is one
        self._begin()  # before all else: the rest is made while the preview works
        self._window = GimpUi.ProcedureDialog.new(procedure, config, _("Quantize with k-means"))
        self._window.set_default_size(*_SIZE)
        self._add_help()
        allowed = self._ok.get_sensitive()
        self._ok = self._window.get_widget_for_response(Gtk.ResponseType.OK)
        self._allow(allowed)
        controls = Controls(config, self._note)
        panes = Gtk.Box(spacing=_GAP, border_width=_GAP)
        panes.pack_start(self._preview, True, True, 0)
        panes.pack_start(controls, False, False, 0)
        self._window.get_content_area().pack_start(panes, True, True, 0)
        panes.show_all()
        self._changes = config.connect("notify", lambda *_: self._on_change())
        controls.focus_first()

    def run(self) -> bool:
        """Let the user decide; False if the dialog was cancelled."""
        try:
            return bool(self._window.run())
        finally:
            self._config.disconnect(self._changes)
            if self._waiting:
                GLib.source_remove(self._waiting)
            self._preview.close()
            self._window.destroy()

    def _add_help(self) -> None:
        """Let the Help button, and F1, open our guide."""
        button = Gtk.Button.new_with_mnemonic(_("_Help"))
        button.connect("clicked", lambda _button: guide.show())
        keys = Gtk.AccelGroup()
        button.add_accelerator("clicked", keys, Gdk.KEY_F1, 0, Gtk.AccelFlags(0))
        self._window.add_accel_group(keys)
        row = self._window.get_action_area()
        row.pack_start(button, False, False, 0)
        row.set_child_secondary(button, True)
        button.show()

    # From the arguments to the preview

    def _on_change(self) -> None:
        if self._waiting:
            GLib.source_remove(self._waiting)
        self._waiting = GLib.timeout_add(_STILL_MILLISECONDS, self._begin)

    def _begin(self) -> bool:
        """Work out what comes of the arguments."""
        self._waiting = 0
        try:
            output = read_output(self._config)
            image, layer = self._reader.image, self._reader.layer
            self._note.set_text(output.describe(image, layer))
            output.check(image, layer)
            task = self._reader.task(output)
        except UserError as refusal:
            self._preview.fail(str(refusal))
        else:
            self._allow(True)
            self._preview.show_task(task)
        return GLib.SOURCE_REMOVE

    def _allow(self, ok: bool) -> None:
        self._ok.set_sensitive(ok)

    # From the swatches to the arguments

    def _locked(self) -> list[str]:
        return (self._config.get_property("locked") or "").replace(",", " ").split()

    def _lock(self, color: str) -> None:
        self._config.set_property("locked", " ".join([*self._locked(), color]))

    def _unlock(self, color: str) -> None:
        kept = [lock for lock in self._locked() if lock.split("@")[0].lower() != color]
        self._config.set_property("locked", " ".join(kept))

    def _replace(self, color: str) -> None:
        """Let the user choose another colour in place of one."""
        chooser = Gtk.ColorChooserDialog(
            title=_("Replace {color}").format(color=color), transient_for=self._window
        )
        chooser.set_use_alpha(False)
        rgba = Gdk.RGBA()
        rgba.parse(color)
        chooser.set_rgba(rgba)
        chosen = chooser.run() == Gtk.ResponseType.OK
        levels = [chooser.get_rgba().red, chooser.get_rgba().green, chooser.get_rgba().blue]
        chooser.destroy()
        if chosen:
            self._unlock(color)
            self._lock("#" + "".join(f"{round(255 * level):02x}" for level in levels))


def ask(procedure: Gimp.Procedure, config: Gimp.ProcedureConfig, reader: Reader) -> None:
    """Let the user change the arguments, or cancel."""
    GimpUi.init(procedure.get_name())
    if config.get_property("palette-use") == "none":  # that of the last run was not used
        config.set_property("palette", None)
    choose_active_palette(config)
    if not Dialog(procedure, config, reader).run():
        raise Cancelled
